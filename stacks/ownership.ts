import type { DataClassification, Ownership } from "../components/tags.ts";
import type { Environment } from "./environment.ts";

/** Who answers and pays for a product's resources in this environment. */
export function ownershipOf(
  { name, owner, costCenter }: Environment,
  product: "platform" | "thorbis" | "helpdesk",
  dataClassification: DataClassification,
): Ownership {
  return { environment: name, product, owner, costCenter, dataClassification };
}
