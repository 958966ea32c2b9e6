/** The protocol's methods that the engine does not have: each is refused in the name of its feature. */
import { unsupported } from "../deployment/unsupported.ts";

const missing = {
  call: "methods of provider-built components",
  existsResource: "checks for the existence of resources",
  registerPackage: "parameterized packages",
  registerStackTransform: "transforms",
  registerStackInvokeTransform: "invoke transforms",
  registerResourceHook: "resource hooks",
  registerErrorHook: "resource hooks",
};

export function refusals<Method>(
  method: (answer: () => Promise<never>) => Method,
): Record<keyof typeof missing, Method> {
  const entries = Object.entries(missing).map(([name, feature]) => [
    name,
    method(() => Promise.reject(unsupported(feature))),
  ]);
  return Object.fromEntries(entries);
}
