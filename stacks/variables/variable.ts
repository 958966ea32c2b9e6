import type { AppName } from "../environment/apps.ts";
import type { Tier } from "../environment/fields.ts";
import type { Environment } from "../environment.ts";
import type { Format } from "./formats.ts";

/** Who is given a variable: an app on Vercel, a service of HelpDesk, or this program itself. */
export type Receiver = AppName | "helpdesk-web" | "helpdesk-worker" | "platform";

/** Values that come out of resources; each product is given its own. */
export type DerivedValue =
  | "database-url"
  | "database-replica-url"
  | "redis-url"
  | "edge-config"
  | "metrics-role"
  | "storage-bucket"
  | "storage-url"
  | "smtp-host"
  | "smtp-port";

/** Where a variable's value comes from. */
export type Source =
  /** A person supplies it: in `thorbis:secrets` when it is secret, else under `variables` in the stack file. */
  | { readonly kind: "operator" }
  /** Made once by this program, random, and kept in its state; each product has its own. */
  | { readonly kind: "generated"; readonly length: number }
  /** An output of a resource. */
  | { readonly kind: "derived"; readonly from: DerivedValue }
  /** Follows from the stack file; undefined where it does not apply. */
  | { readonly kind: "setting"; readonly of: (environment: Environment, receiver: Receiver) => string | undefined }
  /** Another spelling of another variable. */
  | { readonly kind: "alias"; readonly name: string };

/** What of an environment decides whether a secret is needed; any part may be missing or wrong. */
export interface Circumstances {
  readonly database?: { readonly server?: { readonly kind?: unknown } };
  readonly notifications?: { readonly pagerDuty?: unknown };
}

export interface Variable<Name extends string = string> {
  readonly name: Name;
  /** What it is for, in a line. */
  readonly description: string;
  readonly receivers: readonly Receiver[];
  /** Where it exists. */
  readonly tiers: readonly Tier[];
  /** Where its absence is a mistake. */
  readonly requiredIn: readonly Tier[];
  /** Also a mistake when the stack file says so. @default never */
  readonly requiredWhen?: (circumstances: Circumstances) => boolean;
  /** `public`: in every visitor's browser. `internal`: on servers, no harm if read. `secret`: never shown. */
  readonly exposure: "public" | "internal" | "secret";
  readonly source: Source;
  readonly format: Format;
}

export const everywhere = ["development", "staging", "production"] as const satisfies readonly Tier[];
export const deployed = ["staging", "production"] as const satisfies readonly Tier[];
export const nowhere = [] as const satisfies readonly Tier[];

export const businessApps = ["hs", "rest", "auto", "ret"] as const satisfies readonly AppName[];
export const everyApp = ["site", ...businessApps] as const satisfies readonly AppName[];
export const helpdeskServices = ["helpdesk-web", "helpdesk-worker"] as const satisfies readonly Receiver[];

/** A value that satisfies the variable's format and says that it is no real one. */
export function exampleOf(variable: Variable, tier: Tier): string {
  return variable.format.make("example", tier);
}

/** Stands in for a secret that a hermetic preview may not see. */
export function placeholderOf(variable: Variable, tier: Tier): string {
  return variable.format.make("placeholder", tier);
}
