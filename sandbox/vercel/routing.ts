/** Routes, redirects and micro frontends. */
import { isMap, isUnknown, type PropertyMap } from "../../engine/values.ts";
import type { Service } from "../package.ts";
import { length, matches, oneOf, type Rule, range, value } from "../rules.ts";
import { letters, maps, named, newId, projectRow, row, text } from "./common.ts";
import facts from "./routing.json" with { type: "json" };

/** The provider crashes without a position; a clear refusal is better. */
const position: Rule = (inputs, report) => {
  const given = inputs.position;
  if (isUnknown(given)) return;
  if (!isMap(given)) {
    report("position", "is required: the provider fails without it");
    return;
  }
  const isRelative = given.placement === "before" || given.placement === "after";
  if (isRelative && given.referenceRouteId === undefined) {
    report("position.referenceRouteId", `is required for the placement '${String(given.placement)}'`);
  }
  if (!isRelative && !isUnknown(given.placement) && given.referenceRouteId !== undefined) {
    report("position.referenceRouteId", `must not be given for the placement '${String(given.placement)}'`);
  }
};

const effect: Rule = (inputs, report) => {
  const { route } = inputs;
  if (isUnknown(route) || !isMap(route)) return;
  if (["dest", "status", "headers", "transforms"].every((name) => route[name] === undefined)) {
    report("route", "needs one of dest, status, headers, transforms");
  }
};

const conditions: Rule = (inputs, report) => {
  if (!isMap(inputs.route)) return;
  for (const list of ["has", "missings"]) {
    for (const [index, condition] of maps(inputs.route[list]).entries()) {
      if (condition.type === "host") {
        if (condition.key !== undefined) report(`route.${list}[${index}].key`, "must not be given for a host");
      } else if (condition.key === undefined) {
        report(`route.${list}[${index}].key`, `is required for a condition on a ${String(condition.type)}`);
      }
    }
  }
};

/** Routes are matched by Vercel's own engine, which understands these expressions as JavaScript does. */
const source: Rule = (inputs, report) => {
  if (!isMap(inputs.route) || (inputs.srcSyntax ?? "regex") !== "regex") return;
  const { src } = inputs.route;
  if (typeof src !== "string" || isUnknown(src)) return;
  try {
    new RegExp(src);
  } catch {
    report("route.src", "is no valid regular expression");
  }
};

const redirects: Rule = (inputs, report) => {
  const seen = new Set<string>();
  for (const [index, redirect] of maps(inputs.redirects).entries()) {
    const from = text(redirect, "source");
    if (seen.has(from) && !isUnknown(from)) report(`redirects[${index}].source`, "is redirected twice");
    seen.add(from);
  }
};

const routeKind = ({ route }: PropertyMap): string => {
  if (!isMap(route)) return "rewrite";
  return typeof route.status === "number" &&
    route.status >= 300 &&
    route.dest === undefined &&
    route.headers !== undefined
    ? "redirect"
    : "rewrite";
};

export const routing: Service = {
  file: "sandbox/vercel/routing.json",
  facts,
  behaviours: {
    "vercel:index/projectRoute:ProjectRoute": projectRow({
      ...named(256),
      rules: [
        position,
        effect,
        conditions,
        source,
        length("name", 1, 256),
        length("description", 0, 1024),
        range("route.status", 100, 599),
      ],
      id: () => newId("route"),
      outputs: (inputs) => ({ routeType: routeKind(inputs), srcSyntax: inputs.srcSyntax ?? "regex" }),
      recomputed: ["description", "id", "route", "routeType", "srcSyntax"],
    }),
    "vercel:index/bulkRedirects:BulkRedirects": projectRow({
      rules: [
        redirects,
        oneOf("redirects[].statusCode", [301, 302, 303, 307, 308]),
        length("redirects[].source", 1, 2048),
      ],
      unique: (inputs) => [`bulk redirects ${text(inputs, "projectId")}`],
      taken: "overwrite",
      id: (inputs) => text(inputs, "projectId"),
      outputs: () => ({ versionId: letters(16) }),
      recomputed: ["versionId"],
    }),
    "vercel:index/microfrontendGroup:MicrofrontendGroup": row({
      ...named(48),
      rules: [matches("name", /^\S.*$/, "must not be empty")],
      id: () => newId("mfe"),
      outputs: (inputs) => ({
        slug: text(inputs, "name")
          .toLowerCase()
          .replace(/[^a-z0-9]+/g, "-"),
      }),
      replaces: (old, inputs) =>
        isMap(old.defaultApp) && isMap(inputs.defaultApp) && old.defaultApp.projectId !== inputs.defaultApp.projectId
          ? ["defaultApp"]
          : [],
    }),
    "vercel:index/microfrontendGroupMembership:MicrofrontendGroupMembership": projectRow({
      rules: [
        value("defaultRoute", (found) =>
          typeof found === "string" && found !== "" && !found.startsWith("/") ? "must begin with a slash" : undefined,
        ),
      ],
      id: (inputs) => text(inputs, "projectId"),
      outputs: (inputs) => ({ defaultRoute: inputs.defaultRoute ?? "" }),
    }),
  },
};
