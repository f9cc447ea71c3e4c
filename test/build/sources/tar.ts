// Tars for the tests, written as they are told to be, sound or not.

/** An entry: `type` is the tar's own flag (`0` a file, `2` a link, `5` a directory). */
export interface TarMember {
  readonly name: string;
  readonly text?: string;
  readonly type?: '0' | '1' | '2' | '3' | '5';
  readonly linkName?: string;
  readonly mode?: number;
  readonly uid?: number;
  readonly mtime?: number;
}

/** A tar of these entries. */
export function tarOf(members: readonly TarMember[]): Buffer {
  return Buffer.concat([...members.map(memberOf), Buffer.alloc(1024)]);
}

function memberOf({
  name,
  text = '',
  type = '0',
  linkName = '',
  mode = 0o644,
  uid = 0,
  mtime = 0,
}: TarMember): Buffer {
  const header = Buffer.alloc(512);
  const octal = (value: number, digits: number): string => `${value.toString(8).padStart(digits, '0')}\0`;
  header.write(name, 0);
  header.write(octal(mode, 7) + octal(uid, 7) + octal(uid, 7), 100);
  header.write(`${octal(text.length, 11)}${octal(mtime, 11)}        ${type}`, 124);
  header.write(linkName, 157);
  header.write('ustar\x0000', 257);
  header.write(
    `${octal(
      header.reduce((sum, byte) => sum + byte, 0),
      6,
    )} `,
    148,
  );
  const body = Buffer.alloc(Math.ceil(text.length / 512) * 512);
  body.write(text);
  return Buffer.concat([header, body]);
}
