/**
 * CrossGuard unwraps secrets before a rule sees them, and a rule cannot ask whether a value was one. Remediations do
 * get the envelopes, and the engine runs them before the rules: this one changes nothing and notes where secrets are.
 */
import { type ResourceValidationArgs, type ResourceValidationPolicy, Secret } from "@pulumi/policy";
import type { Properties } from "./properties.ts";
import { unguarded } from "./unknown.ts";

export class SecrecyObserver {
  readonly #paths = new Map<string, ReadonlySet<string>>();

  readonly policy: ResourceValidationPolicy = {
    name: "pulumi-secrecy-observer",
    displayName: "Notes which inputs are secret",
    description: "Changes nothing: it notes which inputs are secret, for the rules that ask.",
    enforcementLevel: "remediate",
    severity: "low",
    remediateResource: (args) => this.#observe(args),
  };

  /** `undefined` when the engine did not ask the observer about the resource. */
  secretsOf(urn: string): ReadonlySet<string> | undefined {
    return this.#paths.get(urn);
  }

  #observe({ props, urn }: ResourceValidationArgs): void {
    const paths = new Set<string>();
    collect(unguarded(props), "", paths);
    this.#paths.set(urn, paths);
  }
}

function collect(value: unknown, path: string, paths: Set<string>): void {
  if (typeof value !== "object" || value === null) return;
  if (value instanceof Secret) paths.add(path);
  else
    for (const name of Object.keys(value)) {
      const item = (value as Properties)[name];
      // Nearly all are scalars: nobody asks for their paths.
      if (typeof item !== "object") continue;
      collect(item, Array.isArray(value) ? `${path}[${name}]` : path === "" ? name : `${path}.${name}`, paths);
    }
}
