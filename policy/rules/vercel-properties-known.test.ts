import { route } from "../headers/testing.ts";
import { describeRule, resource } from "../testing.ts";
import { vercelPropertiesKnown } from "./vercel-properties-known.ts";

const provider = (version: string) => ({
  provider: { type: "pulumi:providers:vercel", urn: "urn:p", name: "vercel", props: { version } },
});

describeRule(vercelPropertiesKnown, {
  compliant: [
    route("security", {
      __defaults: [],
      route: { src: "^/(.*)$", headers: { "X-Anything-At-All": "1" }, transforms: [{ type: "response.headers" }] },
    }),
    resource("vercel:index/project:Project", "shop", { name: "shop", gitRepository: { type: "github", repo: "a/b" } }),
  ],
  mutations: {
    "accepts a resource without its optional properties": {
      set: { position: undefined, srcSyntax: undefined },
      says: [],
    },
    "refuses a misspelt property, and names the right one": {
      on: "shop",
      set: { rootDirectoy: "apps/web" },
      says: "rootDirectoy is no property of Project, so the provider drops it: rootDirectory?",
    },
    "refuses one in another case": {
      on: "shop",
      set: { Framework: "nextjs" },
      says: "Framework is no property of Project, so the provider drops it: framework?",
    },
    "refuses one deep inside": {
      set: { "route.transforms": [{ type: "response.headers", value: "DENY" }] },
      says: "route.transforms[0].value is no property of ProjectRoute, so the provider drops it",
    },
    "refuses what another platform's rules are called": {
      set: { "route.permanent": true },
      says: "route.permanent is no property of ProjectRoute, so the provider drops it",
    },
    "says nothing of a provider that is newer than its list": {
      on: "shop",
      set: { brandNew: true },
      extra: provider("5.9.0"),
      says: [],
    },
    "judges the provider of the list and older ones": {
      on: "shop",
      set: { brandNew: true },
      extra: provider("5.4.1"),
      says: "brandNew is no property of Project, so the provider drops it",
    },
  },
  unknown: ["route", "shop:gitRepository"],
  elsewhere: { development: "mandatory", staging: "mandatory" },
});
