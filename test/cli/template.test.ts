// `--format`: templates and tables.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Column, renderRows } from '../../src/cli/table.ts';
import { expandTemplate } from '../../src/cli/template.ts';

const value = {
  Name: '/web',
  State: { Status: 'running', Pid: 7 },
  Labels: { b: '2', a: '1' },
  Cmd: ['sh', '-c'],
  Empty: null,
};

const templates: Readonly<Record<string, string>> = {
  '{{.Name}} {{.State.Status}}': '/web running',
  '{{ .State.Pid }}': '7',
  '{{json .Cmd}}': '["sh","-c"]',
  '{{json .State}}': '{"Status":"running","Pid":7}',
  '{{.Cmd}} {{.Labels}}': '[sh -c] map[a:1 b:2]',
  '{{index .Labels "a"}} {{index .Cmd 1}}': '1 -c',
  '{{join .Cmd "+"}} {{len .Cmd}} {{upper .Name}}': 'sh+-c 2 /WEB',
  '{{.Missing}} {{.Missing.Inner}} {{.Empty}}': '<no value> <no value> <nil>',
  '{{.toString}} {{.State.constructor}}': '<no value> <no value>',
  'a\\tb\\n': 'a\tb\n',
};
for (const [template, expected] of Object.entries(templates))
  test(template, () => assert.equal(expandTemplate(template, value), expected));

for (const template of ['{{range .Cmd}}', '{{.Name | upper}}', '{{Name}}', '{{call .Name}}'])
  test(`${template} is refused`, () =>
    assert.throws(() => expandTemplate(template, value), { code: 'TEMPLATE_INVALID' }));

interface Row {
  readonly id: string;
  readonly size: string;
}
const columns: readonly Column<Row>[] = [
  { title: 'THE ID', field: 'ID', value: ({ id }) => id },
  { title: 'SIZE', field: 'Size', value: ({ size }) => size },
  { title: 'EXTRA', field: 'Extra', value: ({ id }) => `x${id}`, hidden: true },
];
const rows: readonly Row[] = [
  { id: 'a', size: '1kB' },
  { id: 'bbbbbbbb', size: '' },
];

test('a table is aligned, without blanks at its lines ends', () => {
  assert.equal(renderRows(rows, columns, undefined), 'THE ID     SIZE\na          1kB\nbbbbbbbb\n');
});

test('json and templates see hidden columns, "table" puts titles before', () => {
  assert.equal(renderRows(rows.slice(0, 1), columns, 'json'), '{"ID":"a","Size":"1kB","Extra":"xa"}\n');
  assert.equal(renderRows(rows.slice(0, 1), columns, '{{.Extra}}'), 'xa\n');
  assert.equal(renderRows(rows.slice(0, 1), columns, 'table {{.ID}}\\t{{.Size}}'), 'THE ID\tSIZE\na\t1kB\n');
  assert.equal(renderRows([], columns, '{{.ID}}'), '');
});
