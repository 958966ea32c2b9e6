/**
 * Starts and stops the local services of one stack of one checkout. There is no process that watches: each command
 * finds what runs by what was recorded, so nothing is lost when a command is killed.
 */
import { existsSync, rmSync } from "node:fs";
import { openAuthority } from "./authority.ts";
import { openCredentials } from "./credentials.ts";
import { ServiceFailure } from "./failure.ts";
import { privateDirectory, readIfPresent, writePrivate } from "./files.ts";
import { launch } from "./launch.ts";
import type { Layout } from "./layout.ts";
import { withLock } from "./lock.ts";
import { findFreePort, requireFreePort } from "./ports.ts";
import { endProcess, sendToFamily } from "./processes.ts";
import { waitUntilReady } from "./ready.ts";
import { endService, recordedServices, recordProcess, runningProcess } from "./records.ts";
import type { Service, ServiceContext } from "./service.ts";

export interface Progress {
  service: string;
  /** `kept`: it was running and answers. */
  phase: "starting" | "ready" | "kept" | "stopped";
  milliseconds: number;
}

export interface ServiceStatus {
  service: string;
  state: "running" | "silent" | "stopped";
  pid: number | undefined;
  port: number | undefined;
  address: string | undefined;
}

export interface Supervisor {
  layout: Layout;
  services: Service[];
  /** Starts what does not run, in parallel, and waits until each answers. */
  start(names?: string[], options?: { newPorts?: boolean }): Promise<void>;
  /** Stops cleanly, in the reverse order; nothing is deleted. */
  stop(names?: string[]): Promise<string[]>;
  status(): Promise<ServiceStatus[]>;
  /** Stops and deletes the data of the named services, or of all with everything that was recorded about them. */
  reset(names?: string[]): Promise<void>;
  context(): Promise<(service: Service) => ServiceContext>;
}

export function createSupervisor(
  layout: Layout,
  services: Service[],
  report: (progress: Progress) => void = () => {},
): Supervisor {
  const selected = (names?: string[]) => (names ? names.map((name) => byName(services, name)) : services);

  const context = async (newPorts = false) => {
    privateDirectory(layout.directory);
    const authority = await openAuthority(layout.authority);
    const credentials = openCredentials(layout.directory);
    const ports = await assignPorts(layout, services, newPorts);
    return (service: Service): ServiceContext => ({
      layout,
      directory: layout.service(service.name).directory,
      authority,
      credentials,
      port(name) {
        const port = ports[name];
        if (port === undefined) throw new Error(`no port is recorded for ${name}`);
        return port;
      },
    });
  };

  const ensureRunning = async (service: Service, own: ServiceContext): Promise<void> => {
    const began = performance.now();
    const told = (phase: Progress["phase"]) =>
      report({ service: service.name, phase, milliseconds: performance.now() - began });
    const { log, marker } = layout.service(service.name);
    const running = runningProcess(layout, service.name);
    // A fault that was killed may have left it stopped.
    if (running) sendToFamily(running, "SIGCONT");
    if (running && (await service.answers(own))) return told("kept");
    if (running) await endProcess(running, service.stopSignal ?? "SIGTERM");
    told("starting");
    for (const port of portsOf(service)) await requireFreePort(own.port(port), service.name);
    privateDirectory(own.directory);
    const process = await launch({ ...(await service.prepare(own)), marker, log });
    recordProcess(layout, service.name, process);
    try {
      await waitUntilReady(service.name, process, log, () => service.answers(own));
    } catch (error) {
      await endService(layout, service.name, service.stopSignal ?? "SIGTERM");
      throw error;
    }
    told("ready");
  };

  const start: Supervisor["start"] = async (names, { newPorts = false } = {}) => {
    privateDirectory(layout.directory);
    await withLock(layout.lock, async () => {
      if (newPorts) await stopAll(layout, services, report);
      if (!names) await stopUndeclared(layout, services, report);
      const contextOf = await context(newPorts);
      const wanted = selected(names);
      const started = new Map<string, Promise<void>>();
      const begin = (service: Service): Promise<void> => {
        const known = started.get(service.name);
        if (known) return known;
        const before = (service.after ?? []).filter((name) => wanted.some((other) => other.name === name));
        const promise = Promise.all(before.map((name) => begin(byName(services, name)))).then(() =>
          ensureRunning(service, contextOf(service)),
        );
        started.set(service.name, promise);
        return promise;
      };
      const outcomes = await Promise.allSettled(wanted.map(begin));
      throwFailures(wanted, outcomes);
    });
  };

  return {
    layout,
    services,
    start,
    context: () => context(),
    async stop(names) {
      if (!existsSync(layout.directory)) return [];
      return withLock(layout.lock, async () => {
        const gone = names ? [] : await stopUndeclared(layout, services, report);
        return [...gone, ...(await stopAll(layout, selected(names), report))];
      });
    },
    async status() {
      const contextOf = existsSync(layout.ports) ? await context() : undefined;
      return Promise.all(services.map((service) => statusOf(layout, service, contextOf?.(service))));
    },
    async reset(names) {
      if (!existsSync(layout.directory)) return;
      await withLock(layout.lock, async () => {
        if (!names) await stopUndeclared(layout, services, report);
        await stopAll(layout, selected(names), report);
        for (const service of selected(names)) {
          const { directory, log } = layout.service(service.name);
          rmSync(directory, { recursive: true, force: true });
          rmSync(log, { force: true });
        }
      });
      if (!names) rmSync(layout.directory, { recursive: true, force: true });
    },
  };
}

const portsOf = (service: Service): string[] => service.ports ?? [service.name];

function byName(services: Service[], name: string): Service {
  const found = services.find((service) => service.name === name);
  if (found) return found;
  throw new ServiceFailure(`there is no local service ${name}`, {
    exitCode: 2,
    remedy: `the services are: ${services.map((service) => service.name).join(", ")}`,
  });
}

async function stopAll(layout: Layout, services: Service[], report: (progress: Progress) => void): Promise<string[]> {
  const stopped: string[] = [];
  const stopOne = async (service: Service) => {
    const began = performance.now();
    // One that is stopped by a fault would not react to a signal.
    const running = runningProcess(layout, service.name);
    if (running) sendToFamily(running, "SIGCONT");
    if (!(await endService(layout, service.name, service.stopSignal ?? "SIGTERM"))) return;
    stopped.push(service.name);
    report({ service: service.name, phase: "stopped", milliseconds: performance.now() - began });
  };
  // Those that use others go first, so that they do not complain about them.
  await Promise.all(services.filter((service) => service.after?.length).map(stopOne));
  await Promise.all(services.filter((service) => !service.after?.length).map(stopOne));
  return stopped;
}

/** What was declared when it was started, and is not any more: a worker or a cache that a deployment took away. */
async function stopUndeclared(
  layout: Layout,
  services: Service[],
  report: (progress: Progress) => void,
): Promise<string[]> {
  const declared = new Set(services.map(({ name }) => name));
  const gone = recordedServices(layout).filter((name) => !declared.has(name));
  const stopOne = async (service: string) => {
    const began = performance.now();
    if (!(await endService(layout, service, "SIGTERM"))) return [];
    report({ service, phase: "stopped", milliseconds: performance.now() - began });
    return [service];
  };
  // All at once: a cache that waits for its replica ends when the replica does.
  return (await Promise.all(gone.map(stopOne))).flat();
}

async function statusOf(layout: Layout, service: Service, own: ServiceContext | undefined): Promise<ServiceStatus> {
  const process = runningProcess(layout, service.name);
  const [first] = portsOf(service);
  const base = {
    service: service.name,
    pid: process?.pid,
    port: own && first !== undefined ? own.port(first) : undefined,
    address: process && own ? service.address(own) : undefined,
  };
  if (!process || !own) return { ...base, state: "stopped" };
  return { ...base, state: (await service.answers(own)) ? "running" : "silent" };
}

/** Every port gets a number once and keeps it, so that `.env.local` and bookmarks stay right. */
async function assignPorts(layout: Layout, services: Service[], anew: boolean): Promise<Record<string, number>> {
  const recorded: Record<string, number> = anew ? {} : JSON.parse(readIfPresent(layout.ports) ?? "{}");
  const ports = { ...recorded };
  for (const name of services.flatMap(portsOf)) {
    ports[name] ??= await findFreePort(new Set(Object.values(ports)));
  }
  if (Object.keys(ports).length !== Object.keys(recorded).length) {
    writePrivate(layout.ports, `${JSON.stringify(ports, null, 2)}\n`);
  }
  return ports;
}

function throwFailures(services: Service[], outcomes: PromiseSettledResult<void>[]): void {
  const failures = outcomes.flatMap((outcome, index) => {
    if (outcome.status === "fulfilled") return [];
    // A defect of ours is not dressed up as a failure of the machine.
    if (!(outcome.reason instanceof ServiceFailure)) throw outcome.reason;
    return [{ service: services[index]?.name ?? "", failure: outcome.reason }];
  });
  const distinct = failures.filter(
    ({ failure }, index) => failures.findIndex((other) => other.failure === failure) === index,
  );
  const [first, ...others] = distinct;
  if (!first) return;
  if (others.length === 0) throw first.failure;
  throw new ServiceFailure(distinct.map(({ service, failure }) => `${service}: ${failure.message}`).join("\n"), {
    remedy: distinct.map(({ service, failure }) => `${service}: ${failure.remedy ?? "see its log"}`).join("\n"),
  });
}
