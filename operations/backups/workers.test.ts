import { allOrNone, workers } from "./workers.ts";

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

it("starts no more tasks at a time than it has workers, in the order given", async () => {
  const limited = workers(2);
  const started: number[] = [];
  let running = 0;
  let most = 0;
  const task = (index: number) => async (): Promise<number> => {
    started.push(index);
    running += 1;
    most = Math.max(most, running);
    await turn();
    running -= 1;
    return index;
  };
  expect(await Promise.all([1, 2, 3, 4, 5].map((index) => limited(task(index))))).toEqual([1, 2, 3, 4, 5]);
  expect([started, most]).toEqual([[1, 2, 3, 4, 5], 2]);
});

it("gives a failed task's place to the next", async () => {
  const limited = workers(1);
  const failing = limited(async () => {
    throw new Error("full");
  });
  const next = limited(async () => "done");
  await expect(failing).rejects.toThrow("full");
  expect(await next).toBe("done");
});

it("throws the first failure, and only when every other task has ended", async () => {
  const abort = new AbortController();
  const ended: number[] = [];
  const work = async (item: number): Promise<void> => {
    if (item === 1) throw new Error("first");
    await turn();
    ended.push(item);
    abort.signal.throwIfAborted();
  };
  await expect(allOrNone([1, 2, 3], abort, work)).rejects.toThrow("first");
  expect(ended).toEqual([2, 3]);
});
