import { ServiceFailure } from "../../sandbox/services/failure.ts";
import { clearFaults, type FaultKind, faultKinds, injectFault } from "../../sandbox/services/faults.ts";
import type { Supervisor } from "../../sandbox/services/supervisor.ts";
import { print } from "../print.ts";

export async function runFault(
  supervisor: Supervisor,
  service: string | undefined,
  kind: string | undefined,
  time: string,
): Promise<void> {
  if (service === undefined) {
    await clearFaults(supervisor);
    print("every service was healed");
    return;
  }
  if (!isKind(kind))
    throw new ServiceFailure(`${kind ?? "no kind"} is no fault`, {
      exitCode: 2,
      remedy: `the faults are: ${faultKinds.join(", ")}`,
    });
  const interrupted = new AbortController();
  process.once("SIGINT", () => interrupted.abort());
  print(`${service}: ${kind} for ${time}; Ctrl-C heals it at once`);
  await injectFault(supervisor, { service, kind, milliseconds: milliseconds(time), signal: interrupted.signal });
  print(`${service} is healed`);
}

function isKind(kind: string | undefined): kind is FaultKind {
  return faultKinds.some((known) => known === kind);
}

function milliseconds(time: string): number {
  const [, amount, unit] = /^(\d+)(s|m)?$/.exec(time) ?? [];
  if (amount === undefined)
    throw new ServiceFailure(`${time} is no length of time`, { exitCode: 2, remedy: "write 30s or 2m" });
  return Number(amount) * (unit === "m" ? 60_000 : 1_000);
}
