/** Inputs on their way from the program to the steps: the provider checks them and adds its defaults. */

import { containsSecrets } from "../../properties/secrecy.ts";
import type { ResourceState } from "../../state/resource.ts";
import { isProviderType, nameOf } from "../../urn.ts";
import type { PropertyMap } from "../../values.ts";
import type { Deployment } from "../deployment.ts";

export interface InputsToCheck {
  state: ResourceState;
  olds: PropertyMap | undefined;
  news: PropertyMap;
  randomSeed: Uint8Array;
}

/** The checked inputs; what the provider objects to is reported. */
export async function checkedInputs(
  deployment: Deployment,
  { state, olds, news, randomSeed }: InputsToCheck,
): Promise<{ inputs: PropertyMap; invalid: boolean }> {
  const { urn, type } = state;
  const identity = { urn, type, name: nameOf(urn) };
  const { inputs, failures } = isProviderType(type)
    ? await deployment.registry.check(urn, olds ?? {}, news)
    : await deployment.providerFor(state).check({ identity, olds, news, randomSeed });
  for (const { property, reason } of failures) {
    const value = news[property];
    const shown = value === undefined ? "" : ` value {${containsSecrets(value) ? "[secret]" : JSON.stringify(value)}}`;
    const subject = property === "" ? "" : `property ${property}${shown} has a problem: `;
    deployment.reporter.error(`${type} resource '${identity.name}': ${subject}${reason}`, urn);
  }
  return { inputs, invalid: failures.length > 0 };
}
