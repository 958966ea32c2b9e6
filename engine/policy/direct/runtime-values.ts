/**
 * Property values as a rule gets them and gives them back: secrets unpacked, assets and archives as objects. Agrees with
 * `deserialize.js` of `@pulumi/policy`.
 */
import { ARCHIVE, ASSET, isMap, type PropertyMap, type PropertyValue, SECRET, SIGNATURE } from "../../values.ts";
import type { Sdk } from "./sdk.ts";

/** A rule may write into what it gets, so every rule gets a copy of its own. */
export class RuntimeValues {
  readonly #sdk: Sdk;

  constructor(sdk: Sdk) {
    this.#sdk = sdk;
  }

  /** For a judgement: secrets are their values, and a read of an unknown throws. */
  judged(properties: PropertyMap): object {
    return this.#sdk.unknownCheckingProxy(this.#map(properties, false));
  }

  /** For a remediation: what replaces a secret stays secret. */
  remediated(properties: PropertyMap): object {
    const { secretsPreservingProxy, unknownCheckingProxy } = this.#sdk;
    return unknownCheckingProxy(secretsPreservingProxy(this.#map(properties, true)));
  }

  #map(map: PropertyMap, wrapSecrets: boolean): Record<string, unknown> {
    const copy: Record<string, unknown> = {};
    for (const key of Object.keys(map)) copy[key] = this.#read(map[key] ?? null, wrapSecrets);
    return copy;
  }

  #read(value: PropertyValue, wrapSecrets: boolean): unknown {
    if (Array.isArray(value)) return value.map((item) => this.#read(item, wrapSecrets));
    if (!isMap(value)) return value;
    const signature = value[SIGNATURE];
    if (!signature) return this.#map(value, wrapSecrets);
    if (signature === ASSET) return this.#asset(value);
    if (signature === ARCHIVE) return this.#archive(value);
    if (signature !== SECRET) {
      throw new Error(`Unrecognized signature '${String(signature)}' when unmarshaling resource property`);
    }
    const held = this.#read(value.value ?? null, wrapSecrets);
    return wrapSecrets ? new this.#sdk.Secret(held) : held;
  }

  #asset({ path, text, uri }: PropertyMap): object {
    const { FileAsset, RemoteAsset, StringAsset } = this.#sdk.assets();
    if (path) return new FileAsset(path);
    if (text) return new StringAsset(text);
    if (uri) return new RemoteAsset(uri);
    throw new Error("Invalid asset encountered when unmarshaling resource property");
  }

  #archive({ assets, path, uri }: PropertyMap): object {
    const { Archive, Asset, AssetArchive, FileArchive, RemoteArchive } = this.#sdk.assets();
    if (isMap(assets)) {
      const held = this.#map(assets, false);
      if (!Object.values(held).every((each) => each instanceof Asset || each instanceof Archive)) {
        throw new Error("Expected an AssetArchive's assets to be unmarshaled Asset or Archive objects");
      }
      return new AssetArchive(held);
    }
    if (path) return new FileArchive(path);
    if (uri) return new RemoteArchive(uri);
    throw new Error("Invalid archive encountered when unmarshaling resource property");
  }

  /** A remediation's result as property values, its keys sorted as a protobuf map hands them out. */
  async written(given: unknown): Promise<PropertyValue> {
    const value = this.#behindProxies(await given);
    if (value === undefined || value === null) return null;
    if (typeof value === "boolean" || typeof value === "number" || typeof value === "string") return value;
    if (Array.isArray(value)) return Promise.all(value.map((item) => this.written(item)));
    const { Secret } = this.#sdk;
    if (value instanceof Secret) return { [SIGNATURE]: SECRET, value: await this.written(value.value) };
    const held = value as Record<string, unknown>;
    if (held.__pulumiAsset === true || held.__pulumiArchive === true) {
      const asset = await this.#writtenAsset(held);
      if (asset) return asset;
    }
    if (held.__pulumiOutput === true) {
      throw new Error("Serializing output values not supported from within a policy pack");
    }
    return this.writtenMap(held);
  }

  async writtenMap(given: unknown): Promise<PropertyMap> {
    const map = this.#behindProxies(given) as Record<string, unknown>;
    const copy: PropertyMap = {};
    for (const key of Object.keys(map).sort()) {
      if ((await map[key]) !== undefined) copy[key] = await this.written(map[key]);
    }
    return copy;
  }

  async #writtenAsset(value: Record<string, unknown>): Promise<PropertyMap | undefined> {
    const { AssetArchive, FileArchive, FileAsset, RemoteArchive, RemoteAsset, StringAsset } = this.#sdk.assets();
    const as = async (signature: string, key: string): Promise<PropertyMap> => ({
      [SIGNATURE]: signature,
      [key]: await this.written(value[key]),
    });
    if (value instanceof FileAsset) return as(ASSET, "path");
    if (value instanceof StringAsset) return as(ASSET, "text");
    if (value instanceof RemoteAsset) return as(ASSET, "uri");
    // The SDK keeps the names alone.
    if (value instanceof AssetArchive) {
      return { [SIGNATURE]: ARCHIVE, assets: Object.keys((await value.assets) as object) };
    }
    if (value instanceof FileArchive) return as(ARCHIVE, "path");
    return value instanceof RemoteArchive ? as(ARCHIVE, "uri") : undefined;
  }

  #behindProxies(value: unknown): unknown {
    const { getSpecialProxyTarget, isSpecialProxy } = this.#sdk;
    let current = value as Record<string, unknown> | null | undefined;
    while (typeof current === "object" && current !== null && current[isSpecialProxy] === true) {
      current = current[getSpecialProxyTarget] as Record<string, unknown>;
    }
    return current;
  }
}
