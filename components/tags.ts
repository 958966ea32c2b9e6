import { demand } from "./invalid-argument.ts";

const classifications = ["public", "internal", "confidential", "restricted"] as const;

export type DataClassification = (typeof classifications)[number];

/** Who answers for a resource, who pays for it, and how sensitive its data is. */
export interface Ownership {
  /** The environment's name, as people read it in the bill. */
  readonly environment: string;
  /** The product the cost belongs to, for example `thorbis`, `helpdesk` or `platform`. */
  readonly product: string;
  /** The team that is asked when the resource misbehaves. */
  readonly owner: string;
  readonly costCenter: string;
  readonly dataClassification: DataClassification;
}

export interface Tags extends Readonly<Record<string, string>> {
  readonly Environment: string;
  readonly Product: string;
  readonly Component: string;
  readonly Owner: string;
  readonly CostCenter: string;
  readonly DataClassification: DataClassification;
  readonly ManagedBy: "pulumi";
}

/** The seven tags of every taggable resource; `component` is the class that declares it. */
export function tagsFor(component: string, ownership: Ownership): Tags {
  demand(
    classifications.includes(ownership.dataClassification),
    "ownership.dataClassification",
    `"${ownership.dataClassification}" is no data classification`,
    `Use one of ${classifications.join(", ")}.`,
  );
  for (const key of ["environment", "product", "owner", "costCenter"] as const) {
    // AWS refuses other characters with an error that names neither the tag nor the resource.
    demand(
      /^[\p{L}\p{N} _.:/=+@-]{1,256}$/u.test(ownership[key]),
      `ownership.${key}`,
      `"${ownership[key]}" cannot be a tag's value`,
      "Use 1 to 256 letters, digits, spaces or _ . : / = + - @.",
    );
  }
  return {
    Environment: ownership.environment,
    Product: ownership.product,
    Component: component,
    Owner: ownership.owner,
    CostCenter: ownership.costCenter,
    DataClassification: ownership.dataClassification,
    ManagedBy: "pulumi",
  };
}
