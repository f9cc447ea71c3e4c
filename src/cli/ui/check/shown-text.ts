// Text of a Dockerfile on a terminal.

/** A line without control characters, but for tabs and the carriage return of its end: a Dockerfile must not steer the terminal. */
export function shownText(line: string): string {
  return line.replace(/(?!\r$)[\u0000-\u0008\u000a-\u001f\u007f-\u009f]/g, '');
}
