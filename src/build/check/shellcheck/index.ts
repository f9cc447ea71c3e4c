// The door of shellcheck: RUN scripts through ShellCheck, where it is installed.
export { runShellcheck } from './run.ts';
