/** IAM. */
import type { PropertyMap } from "../../engine/values.ts";
import type { Service } from "../package.ts";
import { conflict, jsonDocument, length, matches, type Rule, range, value } from "../rules.ts";
import type { Surroundings } from "../type.ts";
import { capitals, globalArn, globalRow, hex, named, once, text } from "./common.ts";
import facts from "./iam.json" with { type: "json" };

const nameRule = (property: string, maxLength: number): Rule[] => [
  length(property, 1, maxLength),
  matches(property, /^[\w+=,.@-]*$/, "only letters, digits and the characters + = , . @ _ - are allowed"),
];

const path = matches("path", /^\/([!-~]*\/)?$/, "must begin and end with a slash");

const arnRule = (property: string): Rule => matches(property, /^arn:/, "is an invalid ARN: arn: invalid prefix");

/** A policy's statements are objects or one object; the grammar has no other form. */
const statements = (property: string): Rule =>
  value(property, (found) => {
    if (typeof found !== "string") return undefined;
    try {
      const parsed = JSON.parse(found) as { Statement?: unknown } | null;
      return typeof parsed?.Statement === "object" && parsed.Statement !== null
        ? undefined
        : "MalformedPolicyDocument: no Statement";
    } catch {
      return undefined;
    }
  });

const at = (surroundings: Surroundings, kind: string, inputs: PropertyMap): string =>
  globalArn(surroundings, "iam", `${kind}${text(inputs, "path") || "/"}${text(inputs, "name")}`);

const exists =
  (kind: string) =>
  (inputs: PropertyMap): string =>
    `EntityAlreadyExists: ${kind} with name ${text(inputs, "name")} already exists`;

const now = (): string => new Date().toISOString();

const url = (inputs: PropertyMap): string => text(inputs, "url").replace(/^https:\/\//, "");

export const iam: Service = {
  file: "sandbox/aws/iam.json",
  facts,
  behaviours: {
    "aws:iam/role:Role": globalRow({
      autoname: named("name", 64, { replaces: /[^\w+=,.@-]/g }),
      rules: [
        ...nameRule("name", 64),
        conflict("name", "namePrefix"),
        jsonDocument("assumeRolePolicy"),
        statements("assumeRolePolicy"),
        range("maxSessionDuration", 3600, 43200),
        length("description", 0, 1000),
        arnRule("permissionsBoundary"),
        arnRule("managedPolicyArns[]"),
        jsonDocument("inlinePolicies[].policy"),
        path,
      ],
      unique: (inputs, { account }) => [`role ${account} ${text(inputs, "name").toLowerCase()}`],
      taken: exists("Role"),
      id: (inputs) => text(inputs, "name"),
      outputs: (inputs, surroundings) => ({
        arn: at(surroundings, "role", inputs),
        createDate: once(surroundings, "createDate", now),
        uniqueId: once(surroundings, "uniqueId", () => `AROA${capitals(17)}`),
        inlinePolicies: inputs.inlinePolicies ?? [],
        managedPolicyArns: inputs.managedPolicyArns ?? [],
      }),
    }),
    "aws:iam/policy:Policy": globalRow({
      autoname: named("name", 128, { replaces: /[^\w+=,.@-]/g }),
      rules: [
        ...nameRule("name", 128),
        conflict("name", "namePrefix"),
        jsonDocument("policy"),
        statements("policy"),
        length("policy", 0, 6144),
        path,
      ],
      unique: (inputs, { account }) => [`policy ${account} ${text(inputs, "name").toLowerCase()}`],
      taken: exists("Policy"),
      id: (inputs, surroundings) => at(surroundings, "policy", inputs),
      outputs: (_, surroundings, id) => ({
        arn: id,
        attachmentCount: surroundings.old?.attachmentCount ?? 0,
        policyId: once(surroundings, "policyId", () => `ANPA${capitals(17)}`),
      }),
    }),
    "aws:iam/rolePolicy:RolePolicy": globalRow(
      {
        autoname: named("name", 128, { replaces: /[^\w+=,.@-]/g }),
        rules: [...nameRule("name", 128), jsonDocument("policy"), statements("policy"), length("policy", 0, 10240)],
        unique: (inputs, { account }) => [`role policy ${account} ${text(inputs, "role")} ${text(inputs, "name")}`],
        taken: "overwrite",
        id: (inputs) => `${text(inputs, "role")}:${text(inputs, "name")}`,
      },
      { tagged: false },
    ),
    "aws:iam/rolePolicyAttachment:RolePolicyAttachment": globalRow(
      {
        rules: [arnRule("policyArn")],
        unique: (inputs, { account }) => [`attachment ${account} ${text(inputs, "role")} ${text(inputs, "policyArn")}`],
        taken: "overwrite",
        id: (inputs) => `${text(inputs, "role")}/${text(inputs, "policyArn")}`,
      },
      { tagged: false },
    ),
    "aws:iam/user:User": globalRow({
      autoname: named("name", 64, { replaces: /[^\w+=,.@-]/g }),
      rules: [...nameRule("name", 64), arnRule("permissionsBoundary"), path],
      unique: (inputs, { account }) => [`user ${account} ${text(inputs, "name").toLowerCase()}`],
      taken: exists("User"),
      id: (inputs) => text(inputs, "name"),
      outputs: (inputs, surroundings) => ({
        arn: at(surroundings, "user", inputs),
        uniqueId: once(surroundings, "uniqueId", () => `AIDA${capitals(17)}`),
      }),
    }),
    "aws:iam/openIdConnectProvider:OpenIdConnectProvider": globalRow({
      rules: [
        matches("url", /^https:\/\//, "must begin with https://"),
        length("clientIdLists[]", 1, 255),
        matches("thumbprintLists[]", /^[0-9a-fA-F]{40}$/, "must be 40 hexadecimal digits"),
      ],
      unique: (inputs, { account }) => [`openid connect ${account} ${url(inputs)}`],
      taken: (inputs) => `EntityAlreadyExists: provider with url ${text(inputs, "url")} already exists`,
      id: (inputs, surroundings) => globalArn(surroundings, "iam", `oidc-provider/${url(inputs)}`),
      outputs: (inputs, surroundings, id) => ({
        arn: id,
        thumbprintLists: inputs.thumbprintLists ?? once(surroundings, "thumbprintLists", () => [hex(40)]),
      }),
    }),
  },
};
