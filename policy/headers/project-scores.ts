/** The Observatory's score of every project, by its worst page, with each modifier. */
import type { Stack } from "../stack.ts";
import { isUnknownError } from "../unknown.ts";
import { PROJECT, routesOf } from "./declared.ts";
import { type Score, score } from "./observatory.ts";
import { serves } from "./pages.ts";
import { answers } from "./routes.ts";

export interface ProjectScore {
  urn: string;
  name: string;
  path: string;
  /** Absent while a route is not known. */
  score?: Score;
}

export function projectScores(stack: Stack, paths: readonly string[] = ["/"]): ProjectScore[] {
  return stack.ofType(PROJECT).map((project) => {
    const head = { urn: project.urn, name: project.name };
    try {
      const pages = answers(routesOf(stack, project), paths).filter(
        ({ path, redirects }) => !redirects && serves(path) === "page",
      );
      const scored = pages.map(({ path, headers }) => ({ ...head, path, score: score(headers) }));
      return scored.sort((a, b) => a.score.points - b.score.points)[0] ?? { ...head, path: "/" };
    } catch (error) {
      if (!isUnknownError(error)) throw error;
      return { ...head, path: "/" };
    }
  });
}
