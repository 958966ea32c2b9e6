import type { Authority } from "./authority.ts";
import type { Credentials } from "./credentials.ts";
import type { Launch } from "./launch.ts";
import type { Layout } from "./layout.ts";

/** What a service is given when it is prepared or asked. */
export interface ServiceContext {
  layout: Layout;
  /** The service's own directory, mode 700. */
  directory: string;
  /** The recorded loopback port of a service by its name; a service's second port is `<name>.<purpose>`. */
  port(name: string): number;
  authority: Authority;
  credentials: Credentials;
}

export interface Service {
  name: string;
  /** Services that must answer before this one is started. */
  after?: string[];
  /** Names of the ports it listens on. @default its own name */
  ports?: string[];
  /** Makes its files; throws a `ServiceFailure` that says what is missing and the command that installs it. */
  prepare(context: ServiceContext): Promise<Omit<Launch, "marker" | "log">>;
  /** True when it does its work, not only when its port is open. */
  answers(context: ServiceContext): Promise<boolean>;
  /** @default SIGTERM */
  stopSignal?: NodeJS.Signals;
  /** How one reaches it, for people: never a password. */
  address(context: ServiceContext): string;
}
