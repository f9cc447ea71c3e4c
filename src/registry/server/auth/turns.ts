// Work that many clients want done and few threads do: clients take turns, so that one that wants much keeps nobody waiting.

/** What waits for its turn, and what is being done. */
export interface Turns {
  /** Does `work` at the client's turn; undefined where too much of it is under way. */
  run<T>(client: string, work: () => Promise<T>): Promise<T> | undefined;
}

/** How much is done at once, and may be under way: in all, and of one client. A client of which nothing is under way is never refused. */
export interface TurnLimits {
  readonly atOnce: number;
  readonly all: number;
  readonly one: number;
}

/** Nothing is under way yet. */
export function openTurns({ atOnce, all, one }: TurnLimits): Turns {
  /** In the order of turns. */
  const waiting = new Map<string, (() => void)[]>();
  const counts = new Map<string, number>();
  let underWay = 0;
  let running = 0;
  const count = (client: string, change: 1 | -1): void => {
    const own = (counts.get(client) ?? 0) + change;
    underWay += change;
    if (own > 0) counts.set(client, own);
    else counts.delete(client);
  };
  const next = (): void => {
    const [turn] = running < atOnce ? waiting : [];
    if (!turn) return;
    const [client, [start, ...others]] = turn;
    // Its next turn is after everybody else's.
    waiting.delete(client);
    if (others.length > 0) waiting.set(client, others);
    running += 1;
    start?.();
  };
  return {
    run(client, work) {
      const own = counts.get(client) ?? 0;
      if (own >= one || (own > 0 && underWay >= all)) return undefined;
      count(client, 1);
      return new Promise((resolve, reject) => {
        const start = (): void => {
          const ended = work().finally(() => {
            running -= 1;
            count(client, -1);
            next();
          });
          ended.then(resolve, reject);
        };
        waiting.set(client, [...(waiting.get(client) ?? []), start]);
        next();
      });
    },
  };
}
