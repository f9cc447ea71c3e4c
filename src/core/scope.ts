// Scopes: whatever was acquired is given back, last first, on success, failure and signals.

type Release = () => void | Promise<void>;

/** A stack of releases, run last first when the scope is disposed; a failing release does not stop the others. */
export class Scope implements AsyncDisposable {
  readonly #releases: Release[] = [];
  #disposed = false;

  /** Registers `release` to run when the scope ends; throws if it has ended. */
  defer(release: Release): void {
    if (this.#disposed) throw new Error('The scope has ended');
    this.#releases.push(release);
  }

  /** Registers a disposable and returns it. */
  use<T extends AsyncDisposable | Disposable>(resource: T): T {
    this.defer(async () => {
      if (Symbol.asyncDispose in resource) await resource[Symbol.asyncDispose]();
      else resource[Symbol.dispose]();
    });
    return resource;
  }

  /** Hands the releases over to the caller: the scope no longer runs them. */
  move(): Scope {
    const heir = new Scope();
    for (const release of this.#releases.splice(0)) heir.defer(release);
    return heir;
  }

  /** Runs all releases, last first; throws the first failure, or an AggregateError of several. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#disposed = true;
    const failures: unknown[] = [];
    for (let release = this.#releases.pop(); release; release = this.#releases.pop()) {
      try {
        await release();
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length === 1) throw failures[0];
    if (failures.length > 1) throw new AggregateError(failures, 'Several releases failed');
  }
}
