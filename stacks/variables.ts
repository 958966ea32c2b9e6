import type { Tier } from "./environment/fields.ts";
import { dataVariables } from "./variables/data.ts";
import { helpdeskVariables } from "./variables/helpdesk.ts";
import { publicVariables } from "./variables/public.ts";
import { runtimeVariables } from "./variables/runtime.ts";
import {
  authenticationVariables,
  intelligenceVariables,
  mailVariables,
  observationVariables,
  paymentVariables,
  platformVariables,
} from "./variables/services.ts";
import type { Receiver, Variable } from "./variables/variable.ts";

export type { Receiver, Variable } from "./variables/variable.ts";
export { exampleOf, placeholderOf } from "./variables/variable.ts";

/**
 * Every variable of both products: the one source of what Vercel and ECS receive, what Secrets Manager holds, what
 * `.env.example` shows, what the apps' schema demands, and what stands in for a secret in a hermetic preview.
 */
export const variables: readonly Variable[] = [
  ...runtimeVariables,
  ...publicVariables,
  ...dataVariables,
  ...authenticationVariables,
  ...paymentVariables,
  ...intelligenceVariables,
  ...mailVariables,
  ...observationVariables,
  ...helpdeskVariables,
  ...platformVariables,
];

export function variableNamed(name: string): Variable | undefined {
  return variables.find((variable) => variable.name === name);
}

export function variablesOf(receiver: Receiver, tier: Tier): readonly Variable[] {
  return variables.filter(({ receivers, tiers }) => receivers.includes(receiver) && tiers.includes(tier));
}

/** What a person must or may supply as a secret. */
export function operatorSecrets(tier: Tier): readonly Variable[] {
  return variables.filter(
    ({ source, exposure, tiers }) => source.kind === "operator" && exposure === "secret" && tiers.includes(tier),
  );
}

/** What a person must or may supply in the stack file, because anybody may read it. */
export function operatorSettings(tier: Tier): readonly Variable[] {
  return variables.filter(
    ({ source, exposure, tiers }) => source.kind === "operator" && exposure !== "secret" && tiers.includes(tier),
  );
}
