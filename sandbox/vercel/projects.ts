/** Projects and what there is one of for each project. */
import { isMap, type PropertyMap } from "../../engine/values.ts";
import type { Service } from "../package.ts";
import { count, length, matches, type Rule, range, refuses } from "../rules.ts";
import type { Behaviour, Surroundings } from "../type.ts";
import { letters, maps, named, newId, projectRow, projectType, row, strings, text } from "./common.ts";
import facts from "./projects.json" with { type: "json" };

const offByDefault = [
  "automaticallyExposeSystemEnvironmentVariables",
  "customerSuccessCodeVisibility",
  "directoryListing",
  "enableAffectedProjectsDeployments",
  "enableProductionFeedback",
  "functionFailover",
  "gitLfs",
  "onDemandConcurrentBuilds",
  "previewDeploymentsDisabled",
  "prioritiseProductionBuilds",
  "protectedSourcemaps",
];

/** What the API answers for settings that were not given. */
function projectOutputs(inputs: PropertyMap, { old }: Surroundings): PropertyMap {
  const answer: PropertyMap = {};
  for (const name of offByDefault) answer[name] = inputs[name] ?? false;
  answer.buildMachineType = inputs.buildMachineType ?? "";
  answer.nodeVersion = inputs.nodeVersion ?? old?.nodeVersion ?? "24.x";
  answer.oidcTokenConfig = inputs.oidcTokenConfig ?? { issuerMode: "team" };
  answer.resourceConfig = {
    fluid: true,
    functionDefaultRegions: ["iad1"],
    ...(isMap(inputs.resourceConfig) ? inputs.resourceConfig : {}),
  };
  answer.vercelAuthentication = inputs.vercelAuthentication ?? { deploymentType: "standard_protection_new" };
  if (isMap(inputs.gitRepository)) {
    answer.gitRepository = { productionBranch: "main", ...inputs.gitRepository, ...hooks(inputs.gitRepository, old) };
  }
  return answer;
}

function hooks(repository: PropertyMap, old: PropertyMap | undefined): PropertyMap {
  if (repository.deployHooks === undefined) return {};
  const former = isMap(old?.gitRepository) ? maps(old.gitRepository.deployHooks) : [];
  const deployHooks = maps(repository.deployHooks).map((hook) => {
    const known = former.find(({ name, ref }) => name === hook.name && ref === hook.ref);
    const id = text(known ?? {}, "id") || letters(10);
    return { ...hook, id, url: `https://api.vercel.com/v1/integrations/deploy/${id}` };
  });
  return { deployHooks };
}

/** Recorded without edge functions: what a project's deletion takes along is all that names it. */
const belongsTo = (project: string) => (record: { outputs: PropertyMap }) => record.outputs.projectId === project;

const stages: Rule = (inputs, report) => {
  const given = maps(inputs.stages);
  if (!Array.isArray(inputs.stages) || given.length !== inputs.stages.length) return;
  if (given.length < 2) report("stages", "a rolling release has at least two stages");
  const last = given.at(-1);
  if (typeof last?.targetPercentage === "number" && last.targetPercentage !== 100) {
    report(`stages[${given.length - 1}].targetPercentage`, "the last stage must have a target percentage of 100");
  }
  for (const [index, { duration }] of given.entries()) {
    const isLast = index === given.length - 1;
    if (inputs.advancementType === "automatic" && !isLast && duration === undefined) {
      report(`stages[${index}].duration`, "is required for automatic advancement");
    }
    if (inputs.advancementType === "manual-approval" && duration !== undefined) {
      report(`stages[${index}].duration`, "must not be set for manual approval");
    }
  }
};

/** A setting of a project: the project's id is its id, and a second one replaces the first. */
function setting(kind: string, more: Partial<Behaviour> = {}): Behaviour {
  return projectRow({
    unique: (inputs) => [`${kind} ${text(inputs, "projectId")}`],
    taken: "overwrite",
    id: (inputs) => text(inputs, "projectId"),
    ...more,
  });
}

/** Of members, exactly one way to say who. */
const members: Rule = (inputs, report) => {
  for (const [index, member] of maps(inputs.members).entries()) {
    const ways = ["email", "userId", "username"].filter((way) => member[way] !== undefined);
    if (ways.length === 0) report(`members[${index}]`, "one of email, userId, username must be given");
  }
};

export const projects: Service = {
  file: "sandbox/vercel/projects.json",
  facts,
  behaviours: {
    [projectType]: row({
      ...named(100),
      rules: [
        matches(
          "name",
          /^[a-z0-9-]{0,100}$/,
          "the name of a project can only contain up to 100 alphanumeric lowercase characters and hyphens",
        ),
        range("resourceConfig.functionDefaultTimeout", 1, 900),
        length("passwordProtection.password", 1, 72),
        refuses("rootDirectory", /^\//, "must be relative to the repository"),
        count("trustedIps.addresses", 1, 1000),
      ],
      unique: (inputs, { team }) => [`project ${team} ${text(inputs, "name")}`],
      taken: (inputs) => `conflict - a project with the name "${text(inputs, "name")}" already exists`,
      id: () => newId("prj"),
      outputs: projectOutputs,
      recomputed: [
        "buildMachineType",
        "enablePreviewFeedback",
        "gitProviderOptions",
        "previewComments",
        "resourceConfig",
        "serverlessFunctionRegion",
      ],
      takesAlong: ({ id }, world) => world.list().filter(belongsTo(id)),
    }),
    "vercel:index/customEnvironment:CustomEnvironment": projectRow({
      ...named(32),
      rules: [
        matches(
          "name",
          /^[a-z0-9-]{1,32}$/,
          "a custom environment's name has 1 to 32 lower-case letters, digits and hyphens",
        ),
        length("description", 0, 256),
      ],
      unique: (inputs) => [`custom environment ${text(inputs, "projectId")} ${text(inputs, "name")}`],
      id: () => newId("env"),
      takesAlong: ({ id }, world) =>
        world
          .list()
          .filter(
            ({ type, outputs }) =>
              type.includes("EnvironmentVariable:") && strings(outputs.customEnvironmentIds).includes(id),
          ),
    }),
    "vercel:index/deploymentProtectionException:DeploymentProtectionException": projectRow({
      id: (inputs) => text(inputs, "alias"),
      outputs: () => ({ createdAt: Date.now(), createdBy: "sandbox", scope: "alias-protection-override" }),
    }),
    "vercel:index/integrationProjectAccess:IntegrationProjectAccess": projectRow({
      id: (inputs) => text(inputs, "integrationId"),
    }),
    "vercel:index/projectCrons:ProjectCrons": setting("crons", { hidden: ["teamId"] }),
    "vercel:index/projectDeploymentRetention:ProjectDeploymentRetention": setting("deployment retention"),
    "vercel:index/projectMembers:ProjectMembers": setting("members", { rules: [members] }),
    "vercel:index/projectProtectionBypass:ProjectProtectionBypass": projectRow({
      rules: [matches("secret", /^[A-Za-z0-9]{32}$/, "must be 32 alphanumeric characters")],
      id: (inputs) => `${text(inputs, "projectId")}/${letters(8)}`,
      outputs: (inputs, { old }) => ({
        secret: inputs.secret ?? old?.secret ?? letters(32),
        isEnvVar: inputs.isEnvVar ?? false,
        createdAt: old?.createdAt ?? Date.now(),
        createdBy: "sandbox",
        scope: "automation-bypass",
      }),
    }),
    "vercel:index/projectRollingRelease:ProjectRollingRelease": setting("rolling release", {
      rules: [stages, range("stages[].targetPercentage", 0, 100), range("stages[].duration", 1, 10_000)],
      recomputed: ["id", "teamId"],
    }),
  },
};
