/**
 * What a server process may read, for the applications to import on the server:
 * `serverEnvironment("hs", "production").parse(process.env)`. It holds secrets: never import it into a page.
 */
import type { Tier } from "../environment/fields.ts";
import type { Receiver } from "../variables/variable.ts";
import { variables } from "../variables.ts";
import { schemaOf } from "./schema.ts";

export function serverEnvironment(receiver: Exclude<Receiver, "platform">, tier: Tier) {
  return schemaOf(
    variables.filter(({ exposure }) => exposure !== "public"),
    receiver,
    tier,
  );
}
