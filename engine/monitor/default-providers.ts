/** Providers for resources that name none: one for each package, version and place to download from. */
import type { Goal } from "../deployment/goal.ts";
import { plainGoal } from "../deployment/goal.ts";
import { deniedDefaultProvider, withPlugin } from "../deployment/provider-registry.ts";
import type { ConfigValue } from "../deployment/request.ts";
import { unsupported } from "../deployment/unsupported.ts";
import type { ResourceState } from "../state/resource.ts";
import { providerReference, providerType } from "../urn.ts";
import { type PropertyMap, secret } from "../values.ts";
import type { PluginChoice } from "./default-plugins.ts";

export interface ProviderWish {
  package: string;
  version: string | undefined;
  pluginDownloadURL: string | undefined;
}

/** The version and the place are part of the name, so that two versions can serve one stack. */
export function defaultProviderName({ version, pluginDownloadURL }: ProviderWish): string {
  const versionPart = version === undefined ? "" : `_${version.replace(/[.+-]/g, "_")}`;
  const place = (pluginDownloadURL ?? "")
    .split("/")
    .filter((segment) => segment !== "")
    .map((segment) => segment[0]?.replace(/[^A-Za-z0-9_.]/, "_") + segment.slice(1).replace(/[^A-Za-z0-9_.-]/g, "_"))
    .join("/");
  return `default${versionPart}${place === "" ? "" : `_${place}`}`;
}

export class DefaultProviders {
  readonly #config: Record<string, ConfigValue>;
  readonly #pluginFor: (packageName: string) => PluginChoice;
  readonly #register: (goal: Goal) => Promise<ResourceState>;
  readonly #made = new Map<string, Promise<string>>();

  constructor(
    config: Record<string, ConfigValue>,
    pluginFor: (packageName: string) => PluginChoice,
    register: (goal: Goal) => Promise<ResourceState>,
  ) {
    this.#config = config;
    this.#pluginFor = pluginFor;
    this.#register = register;
  }

  /** A reference to the default provider, which is registered when it is wanted for the first time. */
  reference(asked: ProviderWish): Promise<string> {
    if (asked.package === "pulumi-nodejs") throw unsupported("dynamic providers");
    if (this.#isDenied(asked.package)) return Promise.resolve(deniedDefaultProvider(asked.package));
    const wish = this.#complete(asked);
    const key = JSON.stringify(wish);
    let made = this.#made.get(key);
    if (made === undefined) {
      made = this.#make(wish);
      this.#made.set(key, made);
    }
    return made;
  }

  #complete({ package: packageName, version, pluginDownloadURL }: ProviderWish): ProviderWish {
    if (version !== undefined && pluginDownloadURL !== undefined)
      return { package: packageName, version, pluginDownloadURL };
    const usual = this.#pluginFor(packageName);
    return {
      package: packageName,
      version: version ?? usual.version,
      pluginDownloadURL: pluginDownloadURL ?? usual.pluginDownloadURL,
    };
  }

  async #make(wish: ProviderWish): Promise<string> {
    const inputs = withPlugin(this.#configOf(wish.package), wish.version, wish.pluginDownloadURL);
    const goal = { type: providerType(wish.package), name: defaultProviderName(wish), custom: true, inputs };
    const state = await this.#register(plainGoal(goal));
    return providerReference(state.urn, state.id ?? "");
  }

  /** What the stack's configuration says for the package, for example `aws:region`. */
  #configOf(packageName: string): PropertyMap {
    const prefix = `${packageName}:`;
    const entries = Object.entries(this.#config).filter(([key]) => key.startsWith(prefix));
    return Object.fromEntries(
      entries.map(([key, entry]) => [key.slice(prefix.length), entry.secret ? secret(entry.value) : entry.value]),
    );
  }

  #isDenied(packageName: string): boolean {
    const setting = this.#config["pulumi:disable-default-providers"]?.value;
    if (packageName === "pulumi" || setting === undefined || setting === "") return false;
    const denied: unknown = JSON.parse(setting);
    if (!Array.isArray(denied) || denied.some((item) => typeof item !== "string"))
      throw new Error("pulumi:disable-default-providers must be a list of package names");
    return denied.some((item: string) => item.trim() === "*" || item.trim() === packageName);
  }
}
