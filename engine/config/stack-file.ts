/**
 * Pulumi.<stack>.yaml and the configuration that the program is given. Sealed values (`secure:`) stay secret also when
 * they stand inside a structured value: then the whole value is secret, as the Pulumi CLI has it.
 */
import * as path from "node:path";
import { z } from "zod";
import type { ConfigValue } from "../deployment/request.ts";
import type { Sealer } from "../secrets/passphrase.ts";
import { listStacks, type Project } from "./project.ts";
import { ProjectFileError, readYaml } from "./yaml-file.ts";

const schema = z.strictObject({
  config: z.record(z.string(), z.unknown()).nullish(),
  encryptionsalt: z.string().optional(),
  encryptedkey: z.string().optional(),
  secretsprovider: z.string().optional(),
  environment: z.unknown().optional(),
});

export interface StackFile {
  stack: string;
  /** Its name without the folder, for messages. */
  name: string;
  /** By full key. */
  values: Record<string, unknown>;
  encryptionSalt: string | undefined;
  secretsProvider: string | undefined;
}

/** Errors: {@link ProjectFileError}; one for an unknown stack names those that there are. */
export async function readStackFile(project: Project, stack: string): Promise<StackFile> {
  const name = `Pulumi.${stack}.yaml`;
  const known = await listStacks(project.directory);
  const missing = new ProjectFileError(
    `There is no stack '${stack}': ${name} does not exist.`,
    known.length > 0 ? `Stacks: ${known.join(", ")}. A stack is added by adding its file.` : `Add ${name}.`,
  );
  if (!/^[A-Za-z0-9_.-]{1,100}$/.test(stack)) throw missing;
  const content = await readYaml(path.join(project.directory, name), schema, missing);
  if (content.environment !== undefined) {
    throw new ProjectFileError(
      `${name}: environment: the embedded engine does not read Pulumi ESC environments`,
      "Use the Pulumi CLI for this stack (--engine pulumi).",
    );
  }
  const given = { ...project.defaults, ...content.config };
  return {
    stack,
    name,
    values: Object.fromEntries(Object.entries(given).map(([key, value]) => [fullKey(project, key), value])),
    encryptionSalt: content.encryptionsalt,
    secretsProvider: content.secretsprovider,
  };
}

const fullKey = (project: Project, key: string): string => (key.includes(":") ? key : `${project.name}:${key}`);

export interface ResolvedConfiguration {
  config: Record<string, ConfigValue>;
  /** Paths of sealed values that were left out, because the run may not see them. */
  omitted: string[];
}

/** `sealer` absent: sealed values are left out, and the program decides what stands in for them. */
export function resolveConfiguration(file: StackFile, sealer: Sealer | undefined): ResolvedConfiguration {
  const omitted: string[] = [];
  const config: Record<string, ConfigValue> = {};
  for (const [key, value] of Object.entries(file.values)) {
    const resolver = new Resolver(file, sealer, omitted);
    const plain = resolver.resolve(value, key);
    if (plain !== undefined) config[key] = { value: textOf(plain), secret: resolver.secret };
  }
  return { config, omitted };
}

/** True when there is a value that only a key can open. */
export function holdsSecureValues(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  return isSecure(value) || Object.values(value).some(holdsSecureValues);
}

/** Structured values reach the program as JSON, in `PULUMI_CONFIG` as over the wire; the CLI sorts their keys. */
const textOf = (value: unknown): string =>
  typeof value === "object" && value !== null ? JSON.stringify(value, inOrder) : String(value ?? "");

const inOrder = (_key: string, value: unknown): unknown =>
  typeof value === "object" && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).sort(([left], [right]) => (left < right ? -1 : 1)))
    : value;

const isSecure = (value: object): value is { secure: string } =>
  "secure" in value && typeof value.secure === "string" && Object.keys(value).length === 1;

class Resolver {
  secret = false;
  readonly #file: StackFile;
  readonly #sealer: Sealer | undefined;
  readonly #omitted: string[];
  constructor(file: StackFile, sealer: Sealer | undefined, omitted: string[]) {
    this.#file = file;
    this.#sealer = sealer;
    this.#omitted = omitted;
  }

  /** `undefined` for a sealed value that is left out. */
  resolve(value: unknown, place: string): unknown {
    if (typeof value !== "object" || value === null) return value;
    if (isSecure(value)) return this.#open(value.secure, place);
    if (Array.isArray(value)) {
      return value.map((item, index) => this.resolve(item, `${place}[${index}]`)).filter((item) => item !== undefined);
    }
    const entries = Object.entries(value).map(([key, item]) => [key, this.resolve(item, `${place}.${key}`)]);
    return Object.fromEntries(entries.filter(([, item]) => item !== undefined));
  }

  #open(sealed: string, place: string): string | undefined {
    this.secret = true;
    if (!this.#sealer) {
      this.#omitted.push(place);
      return undefined;
    }
    try {
      return this.#sealer.open(sealed);
    } catch {
      throw new ProjectFileError(
        `${this.#file.name}: ${place}: the sealed value cannot be opened with this stack's passphrase`,
        `Seal it again: pulumi config set --secret --path '${place}'`,
      );
    }
  }
}
