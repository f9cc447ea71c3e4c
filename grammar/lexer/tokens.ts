// The token types of the language.

export * from './tokens/array.ts';
export * from './tokens/directive.ts';
export { FlagEquals, FlagName, FlagsEnd, FlagValue } from './tokens/flag.ts';
export * from './tokens/health.ts';
export * from './tokens/heredoc.ts';
export * from './tokens/keyword.ts';
export * from './tokens/line.ts';
export * from './tokens/pair.ts';
export * from './tokens/word.ts';
