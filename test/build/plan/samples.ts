// The samples: Dockerfiles beside what BuildKit makes of them.

/** How a sample is built, in its `options.json`. */
export interface SampleOptions {
  readonly buildArgs?: Readonly<Record<string, string>>;
  readonly labels?: Readonly<Record<string, string>>;
  readonly target?: string;
}
