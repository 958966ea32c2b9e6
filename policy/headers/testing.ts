/** A project with a rule for its headers, as the header rules' tests start from. */
import type { Subject } from "../subject.ts";
import { resource } from "../testing.ts";
import { PROJECT, ROUTE } from "./declared.ts";

export const project = resource(PROJECT, "shop", { id: "prj_1", name: "shop" });

/** A rule that follows the ones declared before it. */
export function route(name: string, props: Record<string, unknown>, of: Subject = project): Subject {
  return resource(
    ROUTE,
    name,
    { projectId: "prj_1", name, srcSyntax: "regex", position: { placement: "end" }, ...props },
    { refers: { projectId: of } },
  );
}

/** `project` and one rule for every path with the given headers. */
export const withHeaders = (headers: Record<string, string>): readonly Subject[] => [
  project,
  route("security", { route: { src: "^/(.*)$", headers } }),
];

export const EVERYWHERE = "on /, /api/health, /_next/static/chunks/main.js, /sample";
export const PAGES = "on /, /sample";

/** A change by which the header in question is missing while the project still declares its headers. */
export const OTHER_HEADERS = { "route.headers": { "X-Powered-By": "shop" } };
