import type * as pulumi from "@pulumi/pulumi";

/**
 * What happens to a component's data when somebody destroys it: `protected` refuses the deletion and leaves the data
 * in the cloud even if the resource leaves the program; `disposable` lets it go.
 */
export type DataProtection = "protected" | "disposable";

/** The resource options of a child that holds data. */
export function dataOptions(protection: DataProtection): pulumi.CustomResourceOptions {
  return protection === "protected" ? { protect: true, retainOnDelete: true } : {};
}
