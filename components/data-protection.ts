import type * as pulumi from "@pulumi/pulumi";

/**
 * What happens to a component's data when somebody destroys it: `protected` refuses the deletion and leaves the data
 * in the cloud even if the resource leaves the program; `retained` leaves it there too, but lets the program go on to
 * another place, which suits copies; `disposable` lets it go.
 */
export type DataProtection = "protected" | "retained" | "disposable";

/** The resource options of a child that holds data. */
export function dataOptions(protection: DataProtection): pulumi.CustomResourceOptions {
  if (protection === "disposable") return {};
  return protection === "protected" ? { protect: true, retainOnDelete: true } : { retainOnDelete: true };
}
