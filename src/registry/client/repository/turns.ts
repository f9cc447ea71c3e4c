// Work on one thing that must not be done twice at once: each waits for its turn.

/** Runs pieces of work for the same key one after the other. */
export type Turns = <Result>(key: string, work: () => Promise<Result>) => Promise<Result>;

/** Starts with nobody waiting. */
export function createTurns(): Turns {
  const last = new Map<string, Promise<unknown>>();
  return (key, work) => {
    const turn = (last.get(key) ?? Promise.resolve()).then(work, work);
    last.set(key, turn);
    const forget = () => {
      if (last.get(key) === turn) last.delete(key);
    };
    turn.then(forget, forget);
    return turn;
  };
}
