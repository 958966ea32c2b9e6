/**
 * CrossGuard unwraps secrets before a rule sees them, and a rule cannot ask whether a value was one. Remediations do
 * get the envelopes, and the engine runs them before the rules: this one changes nothing and notes where secrets are.
 */
import { type ResourceValidationArgs, type ResourceValidationPolicy, Secret } from "@pulumi/policy";

/** Keys by which the SDK's proxies show what they stand for (`@pulumi/policy` proxy.ts). */
const TARGET = "__getSpecialProxyTarget";
const IS_PROXY = "__isSpecialProxy";

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
    collect(behindProxies(props), "", paths);
    this.#paths.set(urn, paths);
  }
}

function behindProxies(value: Record<string, unknown>): unknown {
  let current: unknown = value;
  while (typeof current === "object" && current !== null && (current as Record<string, unknown>)[IS_PROXY] === true) {
    current = (current as Record<string, unknown>)[TARGET];
  }
  return current;
}

function collect(value: unknown, path: string, paths: Set<string>): void {
  if (value instanceof Secret) paths.add(path);
  else if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) collect(item, `${path}[${index}]`, paths);
  } else if (typeof value === "object" && value !== null) {
    for (const [name, item] of Object.entries(value)) collect(item, path === "" ? name : `${path}.${name}`, paths);
  }
}
