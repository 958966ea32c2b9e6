/** Edge Configs: small stores that are read at the edge. */
import { randomUUID } from "node:crypto";
import type { Service } from "../package.ts";
import { exactlyOne, jsonDocument, length, matches } from "../rules.ts";
import { letters, newId, row, text } from "./common.ts";
import facts from "./edgeConfig.json" with { type: "json" };

export const edgeConfig: Service = {
  file: "sandbox/vercel/edgeConfig.json",
  facts,
  behaviours: {
    "vercel:index/edgeConfig:EdgeConfig": row({
      autoname: { property: "name", maxLength: 32 },
      rules: [
        matches("name", /^[A-Za-z0-9_-]{0,32}$/, "has up to 32 alphanumeric characters, underscores and hyphens"),
        length("name", 1, 32),
      ],
      unique: (inputs, { team }) => [`edge config ${team} ${text(inputs, "name")}`],
      id: () => newId("ecfg"),
    }),
    "vercel:index/edgeConfigItem:EdgeConfigItem": row({
      rules: [
        exactlyOne("value", "valueJson"),
        matches("key", /^[\w-]{1,256}$/, "has up to 256 alphanumeric characters, underscores and hyphens"),
      ],
      unique: (inputs) => [`edge config item ${text(inputs, "edgeConfigId")} ${text(inputs, "key")}`],
      taken: "overwrite",
      id: (inputs) => `${text(inputs, "edgeConfigId")}/${text(inputs, "key")}`,
    }),
    "vercel:index/edgeConfigSchema:EdgeConfigSchema": row({
      rules: [jsonDocument("definition")],
      id: () => newId("ecfg"),
    }),
    "vercel:index/edgeConfigToken:EdgeConfigToken": row({
      rules: [length("label", 1, 52)],
      id: () => letters(24),
      outputs(inputs, { old }) {
        const token = typeof old?.token === "string" ? old.token : randomUUID();
        return {
          token,
          connectionString: `https://edge-config.vercel.com/${text(inputs, "edgeConfigId")}?token=${token}`,
        };
      },
    }),
  },
};
