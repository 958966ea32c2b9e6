/** Starts tasks in the order in which they were given, at most so many at a time. */
export type Workers = <T>(task: () => Promise<T>) => Promise<T>;

export function workers(width: number): Workers {
  let free = width;
  const waiting: (() => void)[] = [];
  return async (task) => {
    if (free > 0) free -= 1;
    else await new Promise<void>((resolve) => waiting.push(resolve));
    try {
      return await task();
    } finally {
      // A place that somebody waits for is handed over: nobody who comes between may take it.
      const next = waiting.shift();
      if (next === undefined) free += 1;
      else next();
    }
  };
}

/**
 * Runs `work` for each item and waits for all of them, also after a failure: nothing may go on behind the caller's
 * back. The first failure ends the others through `abort` and is the one that is thrown.
 */
export async function allOrNone<I, O>(
  items: readonly I[],
  abort: AbortController,
  work: (item: I) => Promise<O>,
): Promise<O[]> {
  const results = await Promise.allSettled(
    items.map(async (item) => {
      try {
        return await work(item);
      } catch (error) {
        abort.abort(error);
        throw error;
      }
    }),
  );
  abort.signal.throwIfAborted();
  return results.flatMap((result) => (result.status === "fulfilled" ? [result.value] : []));
}
