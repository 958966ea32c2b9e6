import { Stack } from "../stack.ts";
import { resource } from "../testing.ts";
import { operationsOf, PROJECT, routesOf } from "./declared.ts";
import { project, route } from "./testing.ts";

const namesOf = (...rules: ReturnType<typeof route>[]) =>
  routesOf(new Stack([project, ...rules]), project).map(({ name }) => name);
const after = (name: string, of: ReturnType<typeof route>) => ({
  ...route(name, { position: { placement: "after" }, route: { src: "^/$" } }),
  propertyDependencies: { projectId: [project.urn], position: [of.urn] },
});

test("orders rules as their positions ask", () => {
  const a = route("a", { position: { placement: "start" }, route: { src: "^/$" } });
  const b = route("b", { position: { placement: "end" }, route: { src: "^/$" } });
  const c = route("c", { position: { placement: "start" }, route: { src: "^/$" } });
  expect(namesOf(a, b, after("d", a), c)).toEqual(["c", "a", "d", "b"]);
});

test("finds a reference by its id when it was written by hand", () => {
  const a = route("a", { id: "r1", route: { src: "^/$" } });
  const b = route("b", { position: { placement: "before", referenceRouteId: "r1" }, route: { src: "^/$" } });
  expect(namesOf(a, b)).toEqual(["b", "a"]);
});

test("keeps projects apart and leaves out rules that are off", () => {
  const other = resource(PROJECT, "other", { id: "prj_2" });
  const foreign = route("foreign", { projectId: "prj_2", route: { src: "^/$" } }, other);
  expect(namesOf(route("off", { enabled: false }), foreign)).toEqual([]);
});

test("ends at rewrites and redirects, unless the rule says that it continues", () => {
  const finals = (value: object) =>
    routesOf(new Stack([project, route("r", { route: { src: "^/$", ...value } })]), project)[0]?.final;
  expect(finals({ headers: {} })).toBe(false);
  expect(finals({ dest: "/x" })).toBe(true);
  expect(finals({ status: 404 })).toBe(true);
  expect(finals({ dest: "/x", continue: true })).toBe(false);
});

test("reads headers and response transforms, and no others", () => {
  const transforms = [
    { type: "response.headers", op: "append", target: '{"key":"B"}', args: "2" },
    { type: "request.headers", op: "set", target: "C", args: "3" },
    { type: "response.headers", op: "delete", target: "D" },
  ];
  expect(operationsOf({ headers: { A: "1" }, transforms })).toEqual([
    { op: "set", name: "A", value: "1" },
    { op: "append", name: "B", value: "2" },
    { op: "delete", name: "D", value: "" },
  ]);
});
