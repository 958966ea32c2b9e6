/** What the rows of AWS share: ARNs, ids, tags and the provider's usual name rules. */
import { randomBytes } from "node:crypto";
import { isMap, isUnknown, type PropertyMap, type PropertyValue, UNKNOWN } from "../../engine/values.ts";
import type { Rule } from "../rules.ts";
import { value } from "../rules.ts";
import { DEFAULTS } from "../structure.ts";
import type { Autoname, Behaviour, Surroundings } from "../type.ts";
import { isRegion, partitionOf } from "./regions.ts";

type Located = Pick<Surroundings, "account" | "region">;

export function arn({ account, region }: Located, service: string, resource: string): string {
  return `arn:${partitionOf(region).id}:${service}:${region}:${account}:${resource}`;
}

/** Of services that know no regions, such as IAM. */
export function globalArn({ account, region }: Located, service: string, resource: string): string {
  return `arn:${partitionOf(region).id}:${service}::${account}:${resource}`;
}

/** An id as EC2 gives them: `vpc-0` and 16 hexadecimal digits. */
export const ec2Id = (prefix: string): string => `${prefix}-0${randomBytes(8).toString("hex")}`;

export const ec2Arn = (surroundings: Surroundings, kind: string, id: string): string =>
  arn(surroundings, "ec2", `${kind}/${id}`);

/** What every network resource has: an ARN and an owner. */
export const owned = (kind: string, surroundings: Surroundings, id: string): PropertyMap => ({
  arn: ec2Arn(surroundings, kind, id),
  ownerId: surroundings.account,
});

/** Upper-case letters and digits, as IAM's unique ids and Route 53's zone ids have them. */
export function capitals(length: number): string {
  return Array.from(randomBytes(length), (byte) => "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"[byte % 36]).join("");
}

export function lettersAndDigits(length: number): string {
  const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
  return Array.from(randomBytes(length), (byte) => alphabet[byte % alphabet.length]).join("");
}

export const hex = (digits: number): string =>
  randomBytes(Math.ceil(digits / 2))
    .toString("hex")
    .slice(0, digits);

/** The last part of an ARN or URL, or the text itself. */
export const lastPart = (text: string): string =>
  text.slice(Math.max(text.lastIndexOf("/"), text.lastIndexOf(":")) + 1);

export const text = (inputs: PropertyMap, property: string): string => {
  const found = inputs[property];
  return typeof found === "string" ? found : "";
};

/** The provider's default tags come into the inputs, below the resource's own. */
export function addDefaultTags(inputs: PropertyMap, { defaultTags }: Pick<Surroundings, "defaultTags">): void {
  if (Object.keys(defaultTags).length === 0 || isUnknown(inputs.tags)) return;
  inputs.tags = { ...defaultTags, ...(isMap(inputs.tags) ? inputs.tags : {}) };
}

export function tagsAll(inputs: PropertyMap): PropertyValue {
  if (isUnknown(inputs.tags)) return UNKNOWN;
  if (!isMap(inputs.tags)) return {};
  const { [DEFAULTS]: _, ...tags } = inputs.tags;
  return tags;
}

const regionRule: Rule = value("region", (found) =>
  typeof found === "string" && !isRegion(found) ? `invalid AWS Region: ${found}` : undefined,
);

const tagRule: Rule = (inputs, report) => {
  if (!isMap(inputs.tags)) return;
  for (const [key, tag] of Object.entries(inputs.tags)) {
    if (key === DEFAULTS) continue;
    if (key.length > 128) report(`tags.${key}`, "a tag's key has at most 128 characters");
    if (key.toLowerCase().startsWith("aws:")) report(`tags.${key}`, "tags that begin with aws: are reserved");
    if (typeof tag === "string" && !isUnknown(tag) && tag.length > 256) {
      report(`tags.${key}`, "a tag's value has at most 256 characters");
    }
  }
};

/** Names whose allowed characters and length the provider's documentation gives. */
export function named(property: string, maxLength: number, more: Partial<Autoname> = {}): Autoname {
  return { property, maxLength, ...more };
}

/** A row of AWS: region and tags are the same everywhere. */
export function row(behaviour: Behaviour, { tagged = true }: { tagged?: boolean } = {}): Behaviour {
  const known = (inputs: PropertyMap, surroundings: Surroundings): PropertyMap => ({
    region: surroundings.region,
    ...(tagged ? { tagsAll: tagsAll(inputs) } : {}),
  });
  return {
    place: ({ region }) => (typeof region === "string" ? region : ""),
    ...behaviour,
    rules: [regionRule, ...(tagged ? [tagRule] : []), ...(behaviour.rules ?? [])],
    normalise(inputs, surroundings) {
      if (tagged) addDefaultTags(inputs, surroundings);
      behaviour.normalise?.(inputs, surroundings);
    },
    foreseen: (inputs, surroundings) => ({
      ...known(inputs, surroundings),
      ...behaviour.foreseen?.(inputs, surroundings),
    }),
    outputs: (inputs, surroundings, id) => ({
      ...known(inputs, surroundings),
      ...behaviour.outputs?.(inputs, surroundings, id),
    }),
  };
}

/** A row of a service without regions. */
export function globalRow(behaviour: Behaviour, { tagged = true }: { tagged?: boolean } = {}): Behaviour {
  const made = row(behaviour, { tagged });
  const withoutRegion = (outputs: PropertyMap | undefined): PropertyMap => {
    const { region: _, ...rest } = outputs ?? {};
    return rest;
  };
  return {
    ...made,
    foreseen: (inputs, surroundings) => withoutRegion(made.foreseen?.(inputs, surroundings)),
    outputs: (inputs, surroundings, id) => withoutRegion(made.outputs?.(inputs, surroundings, id)),
  };
}

/** Prefers what the resource already has: ids that are made up must not change with an update. */
export function once(surroundings: Surroundings, property: string, make: () => PropertyValue): PropertyValue {
  return surroundings.old?.[property] ?? make();
}

/** The VPC of the first of some subnets, where the sandbox has it. */
export function vpcOf(subnets: PropertyValue | undefined, { world, region }: Surroundings): string {
  const first = Array.isArray(subnets) ? String(subnets[0]) : "";
  return text(world.get("aws:ec2/subnet:Subnet", first, region)?.outputs ?? {}, "vpcId");
}

/** `us-east-1` is `use1` in the domain names of caches. */
export function shortRegion(region: string): string {
  const [area = "", direction = "", number = ""] = region.split("-");
  const initials = direction.replace(/north|south|central|east|west/g, (word) => word.slice(0, 1));
  return `${area}${initials}${number}`;
}
