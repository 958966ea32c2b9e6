/**
 * CrossGuard's server reads a resource's properties out of their message for every rule anew, and all resources of the
 * stack for every stack rule: with this many rules that is nine tenths of the pack's work. The rules here write nothing
 * into what they get, so one reading serves them all. This is the one place that reaches into the SDK's memory; where the
 * SDK has no such module in it (an engine that asks the rules without a server), nothing is to be done.
 */
import { createRequire } from "node:module";

type Read = (message: object, proxySecrets: boolean) => object;

export function readPropertiesOnce(): void {
  const require = createRequire(import.meta.url);
  const loaded = require.cache[require.resolve("@pulumi/policy/deserialize.js")]?.exports as
    | { deserializeProperties?: Read }
    | undefined;
  const read = loaded?.deserializeProperties;
  if (loaded === undefined || read === undefined) return;
  const known = new WeakMap<object, object>();
  loaded.deserializeProperties = (message, proxySecrets) => {
    // A remediation may write: it gets a reading of its own.
    if (proxySecrets) return read(message, proxySecrets);
    const properties = known.get(message) ?? read(message, proxySecrets);
    known.set(message, properties);
    return properties;
  };
}
