// The error of a word that cannot be expanded.

/** A word is malformed or demands a variable that is not set; the message is BuildKit's. */
export class WordError extends Error {
  override readonly name = 'WordError';
  /** How far the word had been read when it failed, in UTF-16 units. */
  readonly offset: number;

  constructor(message: string, offset: number) {
    super(message);
    this.offset = offset;
  }
}
