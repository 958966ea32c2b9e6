import { z } from "zod";
import type { Tier } from "../environment/fields.ts";
import type { Receiver, Variable } from "../variables/variable.ts";

/** A zod schema of what a process or page finds in its environment; unknown names are dropped. */
export function schemaOf(variables: readonly Variable[], receiver: Receiver, tier: Tier) {
  const given = variables.filter(({ receivers, tiers }) => receivers.includes(receiver) && tiers.includes(tier));
  return z.object(
    Object.fromEntries(
      given.map((variable) => {
        const value = entryOf(variable, tier);
        return [variable.name, variable.requiredIn.includes(tier) ? value : value.optional()];
      }),
    ),
  );
}

/** The message names what was expected and never repeats the value. */
function entryOf({ format, name }: Variable, tier: Tier) {
  return z
    .string({ error: (issue) => (issue.input === undefined ? `${name} is missing` : `${name} must be a text`) })
    .refine((value) => format.accepts(value, tier), { error: `${name} must be ${format.expects(tier)}` });
}
