/** Blob stores. */
import { createHash } from "node:crypto";
import type { Service } from "../package.ts";
import { length, range } from "../rules.ts";
import facts from "./blob.json" with { type: "json" };
import { newId, projectRow, row, text } from "./common.ts";

const year = 365 * 24 * 3600;

export const blob: Service = {
  file: "sandbox/vercel/blob.json",
  facts,
  behaviours: {
    "vercel:index/blobStore:BlobStore": row({
      autoname: { property: "name", maxLength: 100 },
      rules: [length("name", 1, 100)],
      unique: (inputs, { team }) => [`blob store ${team} ${text(inputs, "name")}`],
      id: () => newId("store"),
      outputs: (_, { old }) => ({
        createdAt: old?.createdAt ?? Date.now(),
        fileCount: old?.fileCount ?? 0,
        size: old?.size ?? 0,
        status: "available",
        updatedAt: Date.now(),
      }),
    }),
    "vercel:index/blobObject:BlobObject": row({
      rules: [range("cacheControlMaxAge", 60, year), length("pathname", 1, 950)],
      unique: (inputs) => [`blob ${text(inputs, "storeId")} ${text(inputs, "pathname")}`],
      id: (inputs) => `${text(inputs, "storeId")}/${text(inputs, "pathname")}`,
      outputs(inputs) {
        const host = text(inputs, "storeId")
          .replace(/^store_/, "")
          .toLowerCase();
        const path = text(inputs, "pathname");
        const url = `https://${host}.public.blob.vercel-storage.com/${path}`;
        const digest = createHash("sha256").update(text(inputs, "source")).digest("hex");
        const seconds = inputs.cacheControlMaxAge ?? 30 * 24 * 3600;
        return {
          cacheControl: `public, max-age=${String(seconds)}`,
          cacheControlMaxAge: seconds,
          contentDisposition: `inline; filename="${path.slice(path.lastIndexOf("/") + 1)}"`,
          contentType: inputs.contentType ?? "application/octet-stream",
          downloadUrl: `${url}?download=1`,
          etag: `"${digest.slice(0, 32)}"`,
          size: Buffer.byteLength(text(inputs, "source")),
          sourceSha256: digest,
          uploadedAt: new Date().toISOString(),
          url,
        };
      },
      recomputed: ["etag", "size", "sourceSha256", "uploadedAt"],
    }),
    "vercel:index/blobProjectConnection:BlobProjectConnection": projectRow({
      id: () => newId("conn"),
      outputs: (inputs) => ({
        environments: inputs.environments ?? ["development", "preview", "production"],
        readWriteTokenEnvVarName: `${text(inputs, "envVarPrefix") || "BLOB"}_READ_WRITE_TOKEN`,
      }),
    }),
  },
};
