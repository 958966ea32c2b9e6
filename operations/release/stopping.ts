/** What stops a release, whatever is released. */

export interface StopCondition {
  name: string;
  /** @returns why the release has to stop, or `undefined`; throws when it cannot be told, which stops it as well */
  holds(): Promise<string | undefined>;
}

export async function reasonsToStop(conditions: readonly StopCondition[]): Promise<string[]> {
  const asked = await Promise.allSettled(conditions.map((condition) => condition.holds()));
  return asked.flatMap((result, index) => {
    const name = conditions[index]?.name ?? "";
    if (result.status === "rejected") return [`${name} could not be judged`];
    return result.value === undefined ? [] : [`${name}: ${result.value}`];
  });
}

export const pause = (milliseconds: number, signal?: AbortSignal) =>
  new Promise<void>((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", stop);
      resolve();
    }, milliseconds);
    signal?.addEventListener("abort", stop, { once: true });
  });
