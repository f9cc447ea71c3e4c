// Quoting for the two languages git reads: its own configuration files, and the shell that starts ssh.

/** A word of a shell command. */
export function quotedForShell(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

/** A value of a git configuration file. */
export function quotedForConfig(text: string): string {
  return `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')}"`;
}
