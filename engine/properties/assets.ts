/** Assets and archives: their hash is what tells one content from another, in the state and in differences. */
import { createHash } from "node:crypto";
import {
  ARCHIVE,
  ASSET,
  isArchive,
  isAsset,
  isMap,
  type PropertyMap,
  type PropertyValue,
  SIGNATURE,
} from "../values.ts";
import { archiveHash } from "./archive-hash.ts";
import { contentOf } from "./asset-content.ts";

/** The values with every asset and archive in the form that the state records. Paths are relative to `directory`. */
export async function hashAssets(values: PropertyMap, directory: string): Promise<PropertyMap> {
  if (!holdsContent(values)) return values;
  return (await hashed(values, directory)) as PropertyMap;
}

/** Contents as the state records them for a resource that is only read: without their hashes. */
export function plainAssets(values: PropertyMap): PropertyMap {
  return holdsContent(values) ? (plain(values) as PropertyMap) : values;
}

function plain(value: PropertyValue): PropertyValue {
  if (Array.isArray(value)) return value.map(plain);
  if (!isMap(value)) return value;
  const kept =
    isAsset(value) || isArchive(value) ? [SIGNATURE, "hash", "text", "path", "uri", "assets"] : Object.keys(value);
  return Object.fromEntries(Object.entries(pick(value, kept)).map(([key, element]) => [key, plain(element)]));
}

function holdsContent(value: PropertyValue): boolean {
  if (Array.isArray(value)) return value.some(holdsContent);
  return isMap(value) && (isAsset(value) || isArchive(value) || Object.values<PropertyValue>(value).some(holdsContent));
}

async function hashed(value: PropertyValue, directory: string): Promise<PropertyValue> {
  if (Array.isArray(value)) return Promise.all(value.map((element) => hashed(element, directory)));
  if (!isMap(value)) return value;
  if (isAsset(value)) return recordedAsset(value, directory);
  if (isArchive(value)) return recordedArchive(value, directory);
  const entries = Object.entries<PropertyValue>(value).map(
    async ([key, element]) => [key, await hashed(element, directory)] as const,
  );
  return Object.fromEntries(await Promise.all(entries));
}

const pick = (from: PropertyMap, keys: string[]): PropertyMap =>
  Object.fromEntries(keys.flatMap((key) => (from[key] === undefined ? [] : [[key, from[key]]])));

async function recordedAsset(asset: PropertyMap, directory: string): Promise<PropertyMap> {
  const hash =
    asset.hash ||
    createHash("sha256")
      .update(await contentOf(asset, directory))
      .digest("hex");
  return { [SIGNATURE]: ASSET, hash, ...pick(asset, ["text", "path", "uri"]) };
}

async function recordedArchive(archive: PropertyMap, directory: string): Promise<PropertyMap> {
  const { assets } = archive;
  const inner = isMap(assets) ? { assets: await hashed(assets, directory) } : {};
  const hash = archive.hash || (await archiveHash(archive, directory));
  return { [SIGNATURE]: ARCHIVE, hash, ...pick(archive, ["path", "uri"]), ...inner };
}
