/** Feature flags. */
import type { Service } from "../package.ts";
import { count, length, matches, type Rule } from "../rules.ts";
import { letters, maps, newId, projectRow, text } from "./common.ts";
import facts from "./flags.json" with { type: "json" };

const valueProperty: Readonly<Record<string, string>> = {
  boolean: "valueBool",
  string: "valueString",
  number: "valueNumber",
};

const variants: Rule = (inputs, report) => {
  const wanted = valueProperty[text(inputs, "kind")];
  if (wanted === undefined) return;
  const seen = new Set<unknown>();
  for (const [index, variant] of maps(inputs.variants).entries()) {
    if (variant[wanted] === undefined)
      report(`variants[${index}].${wanted}`, `is required for a ${text(inputs, "kind")} flag`);
    if (seen.has(variant.id)) report(`variants[${index}].id`, "is given twice");
    seen.add(variant.id);
  }
};

export const flags: Service = {
  file: "sandbox/vercel/flags.json",
  facts,
  behaviours: {
    "vercel:index/featureFlagDefinition:FeatureFlagDefinition": projectRow({
      rules: [
        variants,
        count("variants", 1, 100),
        matches("key", /^[A-Za-z0-9_-]{1,256}$/, "has letters, digits, hyphens and underscores"),
      ],
      unique: (inputs) => [`flag ${text(inputs, "projectId")} ${text(inputs, "key")}`],
      id: () => newId("flag"),
    }),
    "vercel:index/featureFlagConfig:FeatureFlagConfig": projectRow({
      unique: (inputs) => [`flag config ${text(inputs, "flagId")}`],
      taken: "overwrite",
      id: (inputs) => text(inputs, "flagId"),
    }),
    "vercel:index/featureFlagSegment:FeatureFlagSegment": projectRow({
      autoname: { property: "name", maxLength: 256 },
      rules: [length("slug", 1, 256)],
      unique: (inputs) => [`flag segment ${text(inputs, "projectId")} ${text(inputs, "slug")}`],
      id: () => newId("segment"),
    }),
    "vercel:index/featureFlagSdkKey:FeatureFlagSdkKey": projectRow({
      id: () => letters(16),
      outputs(_, { old }) {
        const sdkKey = typeof old?.sdkKey === "string" ? old.sdkKey : `vf_${letters(32)}`;
        return { sdkKey, connectionString: `flags:sdkKey=${sdkKey}` };
      },
    }),
  },
};
