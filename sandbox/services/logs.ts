import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { errorCode, ServiceFailure } from "./failure.ts";
import type { Supervisor } from "./supervisor.ts";

/** As much of the end of a log as is looked at. */
const TAIL_BYTES = 1_000_000;

/** The last lines that a service wrote. */
export function lastLines({ layout, services }: Supervisor, name: string, lines: number): string {
  if (!services.some((service) => service.name === name)) {
    throw new ServiceFailure(`there is no local service ${name}`, {
      exitCode: 2,
      remedy: `the services are: ${services.map((service) => service.name).join(", ")}`,
    });
  }
  return tail(layout.service(name).log).trimEnd().split("\n").slice(-lines).join("\n");
}

function tail(path: string): string {
  let file: number;
  try {
    file = openSync(path, "r");
  } catch (error) {
    if (errorCode(error) === "ENOENT") return "";
    throw error;
  }
  try {
    const { size } = fstatSync(file);
    const length = Math.min(size, TAIL_BYTES);
    const buffer = Buffer.alloc(length);
    readSync(file, buffer, 0, length, size - length);
    return buffer.toString("utf8");
  } finally {
    closeSync(file);
  }
}
