/**
 * A program that runs a second time in one process has to be evaluated again as a whole: a resource may be declared by
 * a file that the entry imports, and a module that was evaluated before would declare nothing. The entry's address
 * carries the number of the run, and every file of the program that it leads to gets it as well.
 */
import { registerHooks } from "node:module";

const runNumber = /\?run=\d+$/;

/** Holds until the answer is called. Packages in node_modules stay as they are: the SDK is one in a process. */
export function withFreshModules(): () => void {
  const hooks = registerHooks({
    resolve(specifier, context, nextResolve) {
      const resolved = nextResolve(specifier, context);
      const run = runNumber.exec(context.parentURL ?? "")?.[0];
      const isProgram = resolved.url.startsWith("file:") && !resolved.url.includes("/node_modules/");
      return run && isProgram && !resolved.url.includes("?") ? { ...resolved, url: resolved.url + run } : resolved;
    },
  });
  return () => hooks.deregister();
}
