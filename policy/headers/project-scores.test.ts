import { Stack } from "../stack.ts";
import { guarded, UNKNOWN } from "../unknown.ts";
import { projectScores } from "./project-scores.ts";
import { project, route, withHeaders } from "./testing.ts";

test("takes a project's worst page", () => {
  const weaker = route("weaker", { route: { src: "^/embed$", headers: { "X-Content-Type-Options": "sniff" } } });
  const [found] = projectScores(new Stack([...withHeaders({ "X-Content-Type-Options": "nosniff" }), weaker]));
  expect(found).toMatchObject({ name: "shop", path: "/embed", score: { points: 30 } });
});

test("gives no score while a rule is not known", () => {
  const unknown = route("later", {});
  const [found] = projectScores(
    new Stack([project, { ...unknown, props: guarded({ ...unknown.props, route: UNKNOWN }) }]),
  );
  expect(found).toEqual({ urn: project.urn, name: "shop", path: "/" });
});
