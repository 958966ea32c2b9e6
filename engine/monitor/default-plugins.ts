/** Which plugin serves what names no version of it: that of the program's package, or else the one that served before. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { pluginOf } from "../deployment/provider-registry.ts";
import type { DeploymentRequest } from "../deployment/request.ts";
import { isProviderType } from "../urn.ts";

export interface PluginChoice {
  version: string | undefined;
  pluginDownloadURL: string | undefined;
}

type Choices = ReadonlyMap<string, PluginChoice>;

const noChoice: PluginChoice = { version: undefined, pluginDownloadURL: undefined };

export class DefaultPlugins {
  readonly #request: Pick<DeploymentRequest, "program" | "snapshot">;
  #choices: Choices | undefined;

  constructor(request: Pick<DeploymentRequest, "program" | "snapshot">) {
    this.#request = request;
  }

  /** Looked up when it is first asked for: the packages of Pulumi's own SDKs name their versions themselves. */
  for(packageName: string): PluginChoice {
    this.#choices ??= this.#find();
    return this.#choices.get(packageName) ?? noChoice;
  }

  /** A program without any provider's package says nothing of plugins: then the state does. */
  #find(): Choices {
    const { program, snapshot } = this.#request;
    const installed = installedPlugins(join(program.projectDirectory, "node_modules"));
    return installed.size > 0 ? installed : latestPlugins(snapshot);
  }
}

function latestPlugins({ resources }: DeploymentRequest["snapshot"]): Choices {
  const latest = new Map<string, PluginChoice>();
  for (const { urn, type, inputs = {} } of resources) {
    if (!isProviderType(type)) continue;
    const { package: name, ...choice } = pluginOf(urn, inputs);
    const known = latest.get(name);
    if (known === undefined || isNewer(choice.version, known.version)) latest.set(name, choice);
  }
  return latest;
}

const collator = new Intl.Collator("en", { numeric: true });

function isNewer(version: string | undefined, than: string | undefined): boolean {
  if (version === undefined || than === undefined) return version !== undefined;
  const [core = "", early] = version.split(/-(.*)/s);
  const [knownCore = "", knownEarly] = than.split(/-(.*)/s);
  const order = collator.compare(core, knownCore);
  if (order !== 0) return order > 0;
  // 2.0.0 comes after 2.0.0-beta.
  if (early === undefined || knownEarly === undefined) return knownEarly !== undefined;
  return collator.compare(early, knownEarly) > 0;
}

interface Manifest {
  name?: string;
  version?: string;
  pulumi?: { resource?: boolean; name?: string; version?: string; server?: string };
}

function installedPlugins(directory: string): Choices {
  const plugins = new Map<string, PluginChoice>();
  for (const folder of packageFolders(directory)) {
    const { name = "", version, pulumi } = manifestOf(folder);
    if (!pulumi?.resource) continue;
    const plugin = pulumi.name ?? name.replace(/^@pulumi\//, "").replace(/^@/, "");
    const given = (pulumi.version ?? version)?.replace(/^v/, "");
    plugins.set(plugin, { version: given, pluginDownloadURL: pulumi.server || undefined });
  }
  return plugins;
}

const packageFolders = (directory: string): string[] =>
  namesIn(directory).flatMap((name) => {
    const folder = join(directory, name);
    return name.startsWith("@") ? namesIn(folder).map((inner) => join(folder, inner)) : [folder];
  });

/** What cannot be read is no package. */
function namesIn(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
}

function manifestOf(folder: string): Manifest {
  try {
    return JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  } catch {
    return {};
  }
}
