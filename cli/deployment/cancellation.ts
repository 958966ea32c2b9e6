/**
 * Ctrl-C: the first asks the engine to begin nothing more, what is under way is finished and recorded; the second
 * ends the process at once, and the journal tells the next run what was under way.
 */
export interface Cancellation {
  signal: AbortSignal;
  stop(): void;
}

export function cancelOnInterrupt(tell: (line: string) => void): Cancellation {
  const controller = new AbortController();
  const interrupt = (): void => {
    if (controller.signal.aborted) process.kill(process.pid, "SIGKILL");
    tell("cancelling: what is under way is finished and recorded (again to stop at once)");
    controller.abort();
  };
  process.on("SIGINT", interrupt);
  process.on("SIGTERM", interrupt);
  return {
    signal: controller.signal,
    stop: () => {
      process.off("SIGINT", interrupt);
      process.off("SIGTERM", interrupt);
    },
  };
}
