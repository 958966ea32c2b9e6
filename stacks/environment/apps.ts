import { z } from "zod";
import { distinct, field, host } from "./fields.ts";

export const appNames = ["site", "hs", "rest", "auto", "ret"] as const;

/** The applications on Vercel: the marketing site, home services, restaurants, automotive, retail. */
export type AppName = (typeof appNames)[number];

const app = z.strictObject({
  domains: field(distinct(host()), "where the app is reached; the first is its canonical address", ["hs.thorbis.com"]),
  redirects: field(z.array(host()), "names that redirect to the first domain", ["www.thorbis.com"]),
});

export const apps = z.strictObject({
  site: app,
  hs: app.optional(),
  rest: app.optional(),
  auto: app.optional(),
  ret: app.optional(),
});
