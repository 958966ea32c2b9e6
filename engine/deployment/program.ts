/** The program as a source of registrations: what the engine needs of it, whatever the transport. */
import type { Deployment } from "./deployment.ts";
import type { OutputsRegistration, ReadRegistration, Registration } from "./goal.ts";

export type ProgramEvent =
  | Registration
  | ReadRegistration
  | OutputsRegistration
  /** Everything is registered. */
  | { kind: "finished" }
  /** The program failed; what was wrong has been reported. */
  | { kind: "failed" };

/** Where a program's events go. */
export interface ProgramEvents {
  push(event: ProgramEvent): void;
}

export interface RunningProgram {
  /** The run is over: nothing that the program still asks is answered. Resolves when the program is gone. */
  stop(): Promise<void>;
}

export type ProgramStarter = (deployment: Deployment, events: ProgramEvents) => Promise<RunningProgram>;
