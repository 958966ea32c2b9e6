/** Where a command's output goes. The engine tells events; a display makes text of them and writes it to what it is given. */
import type { ConfigValue, DeploymentRequest } from "../deployment/request.ts";
import type { EngineEvent } from "../events.ts";

export interface Display {
  event(event: EngineEvent): void;
  /** Writes what is left to write. Called once, after the last event, also when the deployment threw. */
  finish(): void;
}

export interface DisplayOptions {
  /** `json` collects, and writes one document at the end: the shape of `pulumi preview --json`. */
  kind: "people" | "json" | "silent";
  command: DeploymentRequest["command"];
  /** Nothing is really done. */
  planning: boolean;
  /** Show the properties of every step. */
  diff: boolean;
  write: (text: string) => void;
  /** Present when the output is a terminal that can be redrawn. */
  terminal?: { columns: number; rows: number };
  colour: boolean;
  /** For `json`: shown with secrets as `[secret]`. */
  config: Record<string, ConfigValue>;
}
