// `--filter name=value`: several values of one name are alternatives, but labels must all be there.

import { CaissonError } from '../../core/index.ts';

/** By name, whether something has a value. */
export type Filters<T> = Readonly<Record<string, (subject: T, value: string) => boolean>>;

/** What `texts` (`name=value`) ask for, as one predicate; throws `FILTER_INVALID`. */
export function filterBy<T>(texts: readonly string[], filters: Filters<T>): (subject: T) => boolean {
  const wanted = Map.groupBy(texts.map(parse), ({ name }) => name);
  const tests = [...wanted].map(([name, values]) => {
    const test = Object.hasOwn(filters, name) ? filters[name] : undefined;
    if (!test) throw invalid(name, `Known are ${Object.keys(filters).join(', ')}.`);
    return name === 'label'
      ? (subject: T) => values.every(({ value }) => test(subject, value))
      : (subject: T) => values.some(({ value }) => test(subject, value));
  });
  return (subject) => tests.every((test) => test(subject));
}

/** Whether labels have `name`, or `name=value`. */
export function hasLabel(labels: Readonly<Record<string, string>>, wanted: string): boolean {
  const at = wanted.indexOf('=');
  const name = at < 0 ? wanted : wanted.slice(0, at);
  return Object.hasOwn(labels, name) && (at < 0 || labels[name] === wanted.slice(at + 1));
}

function parse(text: string): { readonly name: string; readonly value: string } {
  const at = text.indexOf('=');
  if (at < 1) throw invalid(text, 'Write it as name=value.');
  return { name: text.slice(0, at), value: text.slice(at + 1) };
}

function invalid(text: string, hint: string): CaissonError {
  return new CaissonError('FILTER_INVALID', `There is no filter "${text}"`, { hint });
}
