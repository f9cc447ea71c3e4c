// Places for a few: what more want waits.

/** Takes a place, when there is one; what it gives leaves it, once. */
export type TakePlace = () => Promise<() => void>;

/** So many places, given in the order of asking. */
export function places(count: number): TakePlace {
  const waiting: (() => void)[] = [];
  let free = count;
  const leave = (): void => {
    const next = waiting.shift();
    if (next) next();
    else free += 1;
  };
  return async () => {
    if (free === 0) await new Promise<void>((resolve) => waiting.push(resolve));
    else free -= 1;
    let isLeft = false;
    return () => {
      if (!isLeft) leave();
      isLeft = true;
    };
  };
}
