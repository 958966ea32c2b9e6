/** Reading IAM policy documents as AWS evaluates them: case-insensitive, one or many, wildcards anywhere. */
import { document, isMap, list, map, text } from "./properties.ts";

export interface Statement {
  sid: string;
  allows: boolean;
  actions: readonly string[];
  /** True when `actions` names what is left out. */
  notActions: boolean;
  resources: readonly string[];
  notResources: boolean;
  principals: readonly string[];
  notPrincipals: boolean;
  /** Operator, key, values; all in lower case except the values. */
  conditions: readonly { operator: string; key: string; values: readonly string[] }[];
}

/** The statements of a document; `undefined` when it is none. */
export function statementsOf(value: unknown): Statement[] | undefined {
  const parsed = document(value);
  if (!isMap(parsed)) return undefined;
  const statements = Array.isArray(parsed.Statement) ? parsed.Statement : [parsed.Statement];
  return statements.filter(isMap).map((statement, index) => ({
    sid: text(statement.Sid) ?? `${index + 1}`,
    allows: text(statement.Effect)?.toLowerCase() === "allow",
    actions: texts(statement.Action ?? statement.NotAction).map((action) => action.toLowerCase()),
    notActions: statement.NotAction !== undefined,
    resources: texts(statement.Resource ?? statement.NotResource),
    notResources: statement.NotResource !== undefined,
    principals: principalsOf(statement.Principal ?? statement.NotPrincipal),
    notPrincipals: statement.NotPrincipal !== undefined,
    conditions: conditionsOf(statement.Condition),
  }));
}

const texts = (value: unknown): string[] =>
  (Array.isArray(value) ? list(value) : [value]).filter((item): item is string => typeof item === "string");

function principalsOf(value: unknown): string[] {
  if (!isMap(value)) return texts(value);
  return Object.keys(value).flatMap((kind) => texts(value[kind]));
}

function conditionsOf(value: unknown): Statement["conditions"] {
  const operators = map(value);
  return Object.keys(operators).flatMap((operator) => {
    const keys = map(operators[operator]);
    return Object.keys(keys).map((key) => ({
      operator: operator.toLowerCase(),
      key: key.toLowerCase(),
      values: (Array.isArray(keys[key]) ? list(keys[key]) : [keys[key]]).map(String),
    }));
  });
}

/** `*`, `s3:*`, `**`: everything, or everything of a service. */
export const isEverything = (pattern: string): boolean => /^[*?]+$/.test(pattern) || /^\*+:\*+$/.test(pattern);

export const isEverybody = (statement: Statement): boolean =>
  statement.notPrincipals ||
  statement.principals.some((principal) => /^\*+$/.test(principal) || /^arn:aws[\w-]*:iam::\*:/.test(principal));

export function deniesPlainText(statement: Statement): boolean {
  const everything = statement.actions.some((action) => isEverything(action) || action === "s3:*");
  const plain = statement.conditions.some(
    ({ operator, key, values }) =>
      operator === "bool" && key === "aws:securetransport" && values.some((value) => value.toLowerCase() === "false"),
  );
  // A second condition would leave the requests that it excludes unguarded.
  return (
    !statement.allows &&
    !statement.notActions &&
    everything &&
    plain &&
    isEverybody(statement) &&
    statement.conditions.length === 1
  );
}

/** Conditions that tie a request to an account, an organisation or a network, when they ask for equality. */
const BINDING =
  /^(aws:(sourcearn|sourceaccount|sourceowner|sourceorgid|sourceorgpaths|principalorgid|principalorgpaths|principalaccount|principalarn|sourceip|sourcevpc|sourcevpce|vpcsourceip)|s3:dataaccesspointaccount|kms:calleraccount)$/;
const EQUALITY = /^(foranyvalue:)?(stringequals|stringlike|stringequalsignorecase|arnequals|arnlike|ipaddress)$/;

/** What is wrong with a statement that lets strangers in; `undefined` when it lets none in. */
export function opensTo(statement: Statement): string | undefined {
  if (!statement.allows || !isEverybody(statement)) return undefined;
  if (statement.notPrincipals) return "allows everybody but the named ones (NotPrincipal)";
  const binding = statement.conditions.filter(
    ({ operator, key, values }) =>
      BINDING.test(key) &&
      EQUALITY.test(operator) &&
      !values.some((value) => isEverything(value) || /^(0\.0\.0\.0|::)\/0$/.test(value)),
  );
  if (binding.length > 0) return undefined;
  const negated = statement.conditions.find(({ operator }) => /not|null|ifexists/.test(operator));
  if (negated !== undefined)
    return `allows everybody except what a condition excludes (${negated.operator} ${negated.key})`;
  return "allows everybody";
}
