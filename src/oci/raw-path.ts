// Paths as bytes: strings whose characters stand for one byte each (latin1), so that names that are not UTF-8 survive.

/** The form `fs` calls take for a latin1 byte path: the string itself when it is ASCII, else its bytes. */
export function fsPath(latin1: string): string | Buffer {
  return isAscii(latin1) ? latin1 : Buffer.from(latin1, 'latin1');
}

/** Turns ordinary text into a latin1 byte path (of its UTF-8 bytes). */
export function toBytePath(text: string): string {
  return isAscii(text) ? text : Buffer.from(text, 'utf8').toString('latin1');
}

/** Shows a latin1 byte path as ordinary text; bytes that are not UTF-8 become U+FFFD. */
export function fromBytePath(latin1: string): string {
  return isAscii(latin1) ? latin1 : Buffer.from(latin1, 'latin1').toString('utf8');
}

/** Whether every character of `text` is ASCII. */
export function isAscii(text: string): boolean {
  return !/[^\x00-\x7f]/.test(text);
}
