/** Environment variables. */
import { isUnknown, type PropertyMap } from "../../engine/values.ts";
import type { Service } from "../package.ts";
import { conflict, given, length, matches, type Report, type Rule } from "../rules.ts";
import { letters, maps, projectRow, row, strings, text } from "./common.ts";
import facts from "./variables.json" with { type: "json" };

/** The names of the places for which a variable holds: in each of them a key may stand once. */
function places(variable: PropertyMap): string[] {
  const branch = text(variable, "gitBranch");
  return [...strings(variable.targets), ...strings(variable.customEnvironmentIds)].map(
    (target) => `${text(variable, "key")} ${target} ${branch}`,
  );
}

const taken = ({ key }: PropertyMap): string =>
  `bad_request - ENV_ALREADY_EXISTS: a variable with the name "${String(key)}" already exists for one of the target environments`;

function judge(variable: PropertyMap, path: string, report: Report): void {
  if (
    ["targets", "customEnvironmentIds", "applyToAllCustomEnvironments"].every((where) => isEmptyList(variable, where))
  ) {
    report(`${path}targets`, "one of targets, customEnvironmentIds must be given");
  }
  if (variable.sensitive === true && strings(variable.targets).includes("development")) {
    report(`${path}sensitive`, "a variable for development cannot be sensitive");
  }
}

function isEmptyList(variable: PropertyMap, property: string): boolean {
  const found = variable[property];
  return found === undefined || found === false || (Array.isArray(found) && found.length === 0);
}

const needsValue: Rule = (inputs, report) => {
  if (!given(inputs, "value") && !given(inputs, "valueWo")) report("value", "one of value, valueWo must be given");
  if (inputs.value === "" || inputs.valueWo === "") report("value", "must not be empty");
};

const single: Rule = (inputs, report) => judge(inputs, "", report);

const every: Rule = (inputs, report) => {
  const seen = new Set<string>();
  for (const [index, variable] of maps(inputs.variables).entries()) {
    const path = `variables[${index}].`;
    judge(variable, path, report);
    if (variable.value === "") report(`${path}value`, "must not be empty");
    for (const place of isUnknown(variable.targets) ? [] : places(variable)) {
      if (seen.has(place)) report(`${path}key`, "is given twice for one of the target environments");
      seen.add(place);
    }
  }
};

const keyRules: Rule[] = [
  length("key", 1, 256),
  matches(
    "key",
    /^[A-Za-z_][A-Za-z0-9_]*$/,
    "a variable's name has letters, digits and underscores, and begins with no digit",
  ),
];

/** Ids stay with the key and targets that they were given to. */
function withIds(inputs: PropertyMap, old: PropertyMap | undefined): PropertyMap {
  const former = new Map(maps(old?.variables).map((variable) => [places(variable).join(), variable.id]));
  const variables = maps(inputs.variables).map((variable) => ({
    comment: "",
    customEnvironmentIds: [],
    targets: [],
    ...variable,
    id: former.get(places(variable).join()) ?? letters(16),
  }));
  return { variables };
}

export const variables: Service = {
  file: "sandbox/vercel/variables.json",
  facts,
  behaviours: {
    "vercel:index/projectEnvironmentVariable:ProjectEnvironmentVariable": projectRow({
      rules: [...keyRules, single, needsValue, conflict("value", "valueWo"), length("comment", 0, 1000)],
      unique: (inputs) => places(inputs).map((place) => `variable ${text(inputs, "projectId")} ${place}`),
      taken,
      id: () => letters(16),
      outputs: (inputs) => ({
        comment: inputs.comment ?? "",
        customEnvironmentIds: strings(inputs.customEnvironmentIds).sort(),
        targets: strings(inputs.targets).sort(),
      }),
      recomputed: ["comment"],
      // The plan never holds what is write-only.
      ignored: ["valueWo"],
    }),
    "vercel:index/projectEnvironmentVariables:ProjectEnvironmentVariables": projectRow({
      rules: [every, matches("variables[].key", /^[A-Za-z_][A-Za-z0-9_]*$/, "is no name of a variable")],
      unique: (inputs) =>
        maps(inputs.variables)
          .flatMap(places)
          .map((place) => `variable ${text(inputs, "projectId")} ${place}`),
      taken: () => taken({ key: "variables" }),
      id: (inputs) => text(inputs, "projectId"),
      outputs: (inputs, { old }) => withIds(inputs, old),
    }),
    "vercel:index/sharedEnvironmentVariable:SharedEnvironmentVariable": row({
      rules: [...keyRules, single, needsValue, conflict("value", "valueWo")],
      unique: (inputs, { team }) =>
        strings(inputs.targets).map((target) => `shared variable ${team} ${text(inputs, "key")} ${target}`),
      taken,
      id: () => `env_${letters(28)}`,
      outputs: (inputs) => ({
        comment: inputs.comment ?? "",
        applyToAllCustomEnvironments: inputs.applyToAllCustomEnvironments ?? false,
        targets: strings(inputs.targets).sort(),
      }),
      recomputed: ["comment"],
      ignored: ["valueWo"],
    }),
    "vercel:index/sharedEnvironmentVariableProjectLink:SharedEnvironmentVariableProjectLink": projectRow({
      id: (inputs) => `${text(inputs, "sharedEnvironmentVariableId")}/${text(inputs, "projectId")}`,
    }),
  },
};
