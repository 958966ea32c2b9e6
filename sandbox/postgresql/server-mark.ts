/** Tells what an interrupted creation of this very resource left behind from what somebody else made. */
import { literal, ServerRefusal, type Session } from "./server.ts";

const DUPLICATE = "42710";

export const markOf = (urn: string): string => `made by ${urn}`;

/** `object` is in the words of COMMENT ON, for example `publication "orders"`. */
export const leaveMark = (session: Session, object: string, urn: string): Promise<void> =>
  session.run(`comment on ${object} is ${literal(markOf(urn))}`);

/** Whether the thing that was found is ours; refuses another's, as the server does. `found`: its comment. */
export function isOwnLeftover(found: { comment: string | null } | undefined, what: string, urn: string): boolean {
  if (found === undefined) return false;
  if (found.comment === markOf(urn)) return true;
  throw new ServerRefusal(`pq: ${what} already exists`, DUPLICATE);
}
