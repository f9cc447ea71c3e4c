// Doing many things, some at once; the first failure stops the others.

/** Does `work` for each item, in order of their start, at most `atOnce` at a time; throws the first failure when all have ended. */
export async function eachOf<T>(
  items: readonly T[],
  atOnce: number,
  signal: AbortSignal,
  work: (item: T, signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const failed = new AbortController();
  const either = AbortSignal.any([signal, failed.signal]);
  const left = items.values();
  const worker = async (): Promise<void> => {
    for (const item of left) {
      if (either.aborted) return;
      await work(item, either).catch((error: unknown) => failed.abort(error));
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, items.length) }, worker));
  signal.throwIfAborted();
  if (failed.signal.aborted) throw failed.signal.reason;
}
