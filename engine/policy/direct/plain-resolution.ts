/**
 * Files of a pack that name each other by path. Node asks the file system several times for each import statement, which
 * for a pack of a hundred rules is half of its start; a relative path with its extension says all there is to know.
 */
import { registerHooks } from "node:module";

const namesFile = /^\.\.?\/.*\.(?:ts|mts|js|mjs|json)$/;

/** Holds until the answer is called. A path that leads nowhere fails when it is read instead of when it is resolved. */
export function withPlainResolution(): () => void {
  const hooks = registerHooks({
    resolve(specifier, context, nextResolve) {
      const { parentURL = "" } = context;
      const isOwn = parentURL.startsWith("file:") && !parentURL.includes("/node_modules/");
      if (!isOwn || !namesFile.test(specifier)) return nextResolve(specifier, context);
      return { url: new URL(specifier, parentURL).href, shortCircuit: true };
    },
  });
  return () => hooks.deregister();
}
