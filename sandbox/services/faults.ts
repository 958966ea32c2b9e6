/** Makes a service fail for a while, so that health checks, alarms and recoveries can be seen at work. */
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { clearFault, setFault } from "../edge/fault.ts";
import { ServiceFailure } from "./failure.ts";
import type { Layout } from "./layout.ts";
import { sendToFamily } from "./processes.ts";
import { runningProcess } from "./records.ts";
import type { Supervisor } from "./supervisor.ts";

/** `stop`: it is gone. `pause`: it takes connections and answers none. `slow`: it answers late. `break`: it answers 500. */
export const faultKinds = ["stop", "pause", "slow", "break"] as const;
export type FaultKind = (typeof faultKinds)[number];

export interface FaultRequest {
  service: string;
  kind: FaultKind;
  milliseconds: number;
  /** Ends the fault early; the service is healed all the same. */
  signal?: AbortSignal;
}

/** A slow service works for a fifth of the time. */
const WORKING_MILLISECONDS = 20;
const STOPPED_MILLISECONDS = 80;
const EDGE_DELAY_MILLISECONDS = 2_000;

const edgeFault = (layout: Layout): string => join(layout.service("edge").directory, "fault.json");

/** Injects the fault, waits for its end, and heals the service. */
export async function injectFault(
  supervisor: Supervisor,
  { service, kind, milliseconds, signal }: FaultRequest,
): Promise<void> {
  const { layout } = supervisor;
  const running = runningProcess(layout, service);
  if (!running)
    throw new ServiceFailure(`${service} does not run`, { remedy: `./thorbis local start ${service}`, exitCode: 2 });
  const pause = (time: number) => sleep(time, undefined, signal && { signal }).catch(() => undefined);
  if (service === "edge" && (kind === "slow" || kind === "break")) {
    setFault(edgeFault(layout), { kind, until: Date.now() + milliseconds, delayMilliseconds: EDGE_DELAY_MILLISECONDS });
    await pause(milliseconds);
    clearFault(edgeFault(layout));
    return;
  }
  switch (kind) {
    case "stop":
      await supervisor.stop([service]);
      await pause(milliseconds);
      await supervisor.start([service]);
      return;
    case "pause":
      sendToFamily(running, "SIGSTOP");
      await pause(milliseconds);
      sendToFamily(running, "SIGCONT");
      return;
    case "slow":
      for (let left = milliseconds; left > 0 && !signal?.aborted; left -= WORKING_MILLISECONDS + STOPPED_MILLISECONDS) {
        sendToFamily(running, "SIGSTOP");
        await pause(STOPPED_MILLISECONDS);
        sendToFamily(running, "SIGCONT");
        await pause(WORKING_MILLISECONDS);
      }
      return;
    case "break":
      throw new ServiceFailure(`${service} cannot be made to answer wrongly`, {
        remedy: "break the edge, or stop, pause or slow this service",
        exitCode: 2,
      });
  }
}

/** Heals what a fault left behind whose command was killed. */
export async function clearFaults(supervisor: Supervisor): Promise<void> {
  clearFault(edgeFault(supervisor.layout));
  for (const { name } of supervisor.services) {
    const running = runningProcess(supervisor.layout, name);
    if (running) sendToFamily(running, "SIGCONT");
  }
}
