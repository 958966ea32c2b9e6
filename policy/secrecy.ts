/** Whether values are secret, as far as the engine tells. */

import { isCovered } from "./secrets.ts";
import type { Subject } from "./subject.ts";
import { UnknownValueError } from "./unknown.ts";

/**
 * CrossGuard unwraps secrets before a rule sees them; the pack notes their paths on the way (`observer.ts`). When the
 * engine did not ask the observer, the rule is undecided.
 */
export function isSecretAt(resource: Subject, path: string): boolean {
  if (resource.secrets === undefined) throw new UnknownValueError([path, "secrecy"]);
  return isCovered(path, resource.secrets);
}
