/** What the header rules share: every project's answers, and one message for all paths that have the same fault. */
import type { Context, Settings, Values } from "../rule.ts";
import { setting } from "../rule.ts";
import type { Stack } from "../stack.ts";
import type { Subject } from "../subject.ts";
import { PROJECT, routesOf } from "./declared.ts";
import { type Answer, answers, type Route } from "./routes.ts";

export const pathSettings = {
  paths: setting.texts(
    ["/", "/api/health", "/_next/static/chunks/main.js"],
    "Paths that are judged for every project, beside one for every route rule",
  ),
};

export type Serves = "page" | "api" | "asset";

export function serves(path: string): Serves {
  if (path.startsWith("/api/") || path === "/api") return "api";
  return path.startsWith("/_next/") || /\.(js|css|map|png|jpe?g|svg|ico|webp|avif|woff2?|txt|xml|json)$/.test(path)
    ? "asset"
    : "page";
}

export function judgeAnswers(
  stack: Stack,
  context: Context<typeof pathSettings & Settings> & { settings: Values<typeof pathSettings> },
  faults: (answer: Answer, project: Subject) => readonly string[],
): void {
  context.each(stack.ofType(PROJECT), (project) => {
    const paths = new Map<string, Set<string>>();
    const routes = routesOf(stack, project);
    // Its headers are the deployment's own then (next.config, vercel.json, middleware): vercel-headers-declared says so.
    if (!declaresHeaders(routes)) return;
    for (const answer of answers(routes, context.settings.paths)) {
      if (answer.redirects) continue;
      for (const fault of faults(answer, project)) {
        const where = paths.get(fault) ?? new Set();
        paths.set(
          fault,
          where.add(answer.conditionsMet ? `${answer.path} (when a rule's conditions hold)` : answer.path),
        );
      }
    }
    for (const [fault, where] of paths) context.report(`${fault}, on ${[...where].join(", ")}`, project);
  });
}

export const declaresHeaders = (routes: readonly Route[]): boolean =>
  routes.some(({ operations }) => operations.length > 0);

/** For headers that guard a document: an API's answer and a script are not shown as a page. */
export function judgePages(
  stack: Stack,
  context: Parameters<typeof judgeAnswers>[1],
  faults: (answer: Answer, project: Subject) => readonly string[],
): void {
  judgeAnswers(stack, context, (answer, project) => (serves(answer.path) === "page" ? faults(answer, project) : []));
}
