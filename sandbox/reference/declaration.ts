/** What the declared task definitions of HelpDesk give their containers. */
import { isMap, type PropertyMap, type PropertyValue } from "../../engine/values.ts";
import type { WorldRecord } from "../world.ts";

const TASK = "aws:ecs/taskDefinition:TaskDefinition";
const SECRET = "aws:secretsmanager/secret:Secret";
const SECRET_VERSION = "aws:secretsmanager/secretVersion:SecretVersion";
/** The variable by which a container is known to be HelpDesk's. */
const QUEUE = "BULLMQ_QUEUE";

/** The environment variables of HelpDesk's `web` or `worker`; `undefined` when it is not declared. */
export function declaredContainer(
  records: readonly WorldRecord[],
  role: "web" | "worker",
): Record<string, string> | undefined {
  const tasks = records.filter(({ type }) => type === TASK);
  const containers = tasks.flatMap(({ inputs }) => containersOf(inputs.containerDefinitions));
  const found = containers.find(
    (container) => String(container.name).includes(role) && named(container.environment, QUEUE),
  );
  if (!found) return undefined;
  const plain = pairs(found.environment).map(({ name, value }) => [String(name), String(value)] as const);
  const secrets = pairs(found.secrets).flatMap(({ name, valueFrom }) => {
    const value = secretValue(records, String(valueFrom));
    return value === undefined ? [] : [[String(name), value] as const];
  });
  return Object.fromEntries([...plain, ...secrets]);
}

function containersOf(definitions: PropertyValue | undefined): PropertyMap[] {
  if (typeof definitions !== "string") return [];
  const parsed: PropertyValue = JSON.parse(definitions);
  return Array.isArray(parsed) ? parsed.filter(isMap) : [];
}

function pairs(value: PropertyValue | undefined): PropertyMap[] {
  return Array.isArray(value) ? value.filter(isMap) : [];
}

function named(environment: PropertyValue | undefined, name: string): boolean {
  return pairs(environment).some((pair) => pair.name === name);
}

/** `arn`, or `arn:key::` for one key of a JSON secret. */
function secretValue(records: readonly WorldRecord[], reference: string): string | undefined {
  const [, arn = reference, key] =
    /^(arn:[^:]+:secretsmanager:[^:]+:\d+:secret:[^:]+)(?::([^:]+))?/.exec(reference) ?? [];
  // The emulator gives secrets an ARN of its own beside the declared one: both name the same.
  const secret = records.find(({ type, id, outputs }) => type === SECRET && (id === arn || outputs.arn === arn));
  const names = [arn, secret?.id, secret?.outputs.arn];
  const version = records.findLast(({ type, inputs }) => type === SECRET_VERSION && names.includes(inputs.secretId));
  const text = version?.inputs.secretString;
  if (typeof text !== "string") return undefined;
  if (key === undefined) return text;
  const parsed: PropertyValue = JSON.parse(text);
  return isMap(parsed) && typeof parsed[key] === "string" ? parsed[key] : undefined;
}
