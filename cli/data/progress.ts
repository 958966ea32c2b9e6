/** How far a long command has come, on the standard error: its result alone is on the standard output. */
export interface Progress {
  show(phase: string, bytes: number, totalBytes: number): void;
  /** Something that happened and is no number, such as the state of a server that starts. */
  tell(event: Readonly<Record<string, unknown>> & { text: string }): void;
  end(): void;
}

/**
 * For a person a line that rewrites itself, silent when nobody watches; with `--json` one object a line, at most one a
 * second and one at each new phase, for the program that started this one.
 */
export function progressOf({ json }: { json?: boolean }): Progress {
  return json ? progressEvents() : progressLine();
}

function progressEvents(): Progress {
  const started = Date.now();
  let last = 0;
  let current = "";
  const write = (event: object): void => void process.stderr.write(`${JSON.stringify(event)}\n`);
  return {
    show(phase, bytes, totalBytes) {
      const now = Date.now();
      if (phase === current && now - last < 1_000) return;
      last = now;
      current = phase;
      const at = new Date(now).toISOString();
      write({
        event: "progress",
        at,
        phase,
        bytes,
        totalBytes,
        ...measure(bytes, totalBytes, (now - started) / 1_000),
      });
    },
    tell({ text, ...event }) {
      write({ event: "status", at: new Date().toISOString(), text, ...event });
    },
    end: () => undefined,
  };
}

function progressLine(): Progress {
  const started = Date.now();
  let last = 0;
  const clear = (): void => {
    if (last > 0) process.stderr.write("\r\u001b[K");
  };
  return {
    show(phase, bytes, totalBytes) {
      if (!process.stderr.isTTY || Date.now() - last < 100) return;
      last = Date.now();
      process.stderr.write(`\r\u001b[K${describeProgress(phase, bytes, totalBytes, (last - started) / 1_000)}`);
    },
    tell({ text }) {
      clear();
      process.stderr.write(`${text}\n`);
    },
    end: clear,
  };
}

/** @returns the rate so far, and the time that the rest takes at it (null when the whole is not known) */
function measure(bytes: number, totalBytes: number, seconds: number) {
  const bytesPerSecond = seconds > 0 ? Math.round(bytes / seconds) : 0;
  const isKnown = totalBytes > bytes && bytesPerSecond > 0;
  return { bytesPerSecond, secondsLeft: isKnown ? Math.ceil((totalBytes - bytes) / bytesPerSecond) : null };
}

/** @example "dumping  120.0 MB of about 480.0 MB  40.0 MB/s  9 s left" */
export function describeProgress(phase: string, bytes: number, totalBytes: number, seconds: number): string {
  const { bytesPerSecond, secondsLeft } = measure(bytes, totalBytes, seconds);
  const of = totalBytes > 0 ? ` of about ${formatBytes(totalBytes)}` : "";
  const left = secondsLeft === null ? "" : `  ${secondsLeft} s left`;
  return `${phase}  ${formatBytes(bytes)}${of}  ${formatBytes(bytesPerSecond)}/s${left}`;
}

export function formatBytes(bytes: number): string {
  const units = ["B", "kB", "MB", "GB", "TB"];
  const power = Math.min(units.length - 1, Math.max(0, Math.floor(Math.log10(Math.max(bytes, 1)) / 3)));
  return `${(bytes / 1_000 ** power).toFixed(power === 0 ? 0 : 1)} ${units[power]}`;
}
