// Pages of data, of which only those in use are held; the others are put aside in a scratch file.

import { ScratchFile } from './scratch-file.ts';

/** A piece of memory that is one page now and another later. */
export interface Page<Place> {
  /** Becomes a page with nothing on it. */
  clear(): void;
  /** Puts the page aside, where it was `before` if it can, and tells the place. */
  save(file: ScratchFile, before: Place | undefined): Place;
  /** Becomes the page that was put aside at `place`. */
  load(file: ScratchFile, place: Place): void;
}

/** Pages by number. One is only good until another is asked for: then its memory may become that one's. */
export class PageCache<Held extends Page<Place>, Place> implements Disposable {
  readonly #file: ScratchFile;
  readonly #make: () => Held;
  readonly #most: number;
  /** Pages held, the one used longest ago first. */
  readonly #held = new Map<number, Held>();
  readonly #places: (Place | undefined)[] = [];
  #current: Held | undefined;
  #number = -1;

  /** At most `most` pages are held; others are put aside in `folder`. */
  constructor(folder: string, most: number, make: () => Held) {
    this.#file = new ScratchFile(folder);
    this.#make = make;
    this.#most = most;
  }

  /** The page `number`, empty when it is new. */
  at(number: number): Held {
    if (this.#current && number === this.#number) return this.#current;
    const page = this.#held.get(number) ?? this.#fetch(number);
    this.#held.delete(number);
    this.#held.set(number, page);
    this.#current = page;
    this.#number = number;
    return page;
  }

  /** Forgets the pages after `last`. */
  truncate(last: number): void {
    for (const number of this.#held.keys()) if (number > last) this.#held.delete(number);
    this.#places.length = Math.min(this.#places.length, last + 1);
    this.#current = undefined;
  }

  [Symbol.dispose](): void {
    this.#file[Symbol.dispose]();
  }

  #fetch(number: number): Held {
    const page = this.#held.size < this.#most ? this.#make() : this.#release();
    const place = this.#places[number];
    if (place === undefined) page.clear();
    else page.load(this.#file, place);
    return page;
  }

  /** The page used longest ago, put aside. */
  #release(): Held {
    for (const [number, page] of this.#held) {
      this.#places[number] = page.save(this.#file, this.#places[number]);
      this.#held.delete(number);
      return page;
    }
    return this.#make();
  }
}
