import { folded } from "./graph.ts";

const node = (urn: string, type: string, op: string | null = null) => ({ urn, type, name: urn, op });

test("neighbours alike in type and in what they hang on are drawn as one, with their number", () => {
  const nodes = [
    node("role", "postgresql:index/role:Role", "update"),
    ...["g1", "g2", "g3"].map((urn) => node(urn, "postgresql:index/grant:Grant")),
    node("schema", "postgresql:index/schema:Schema"),
  ];
  const edges: [string, string][] = [
    ["role", "g1"],
    ["role", "g2"],
    ["role", "g3"],
    ["schema", "role"],
  ];
  expect(folded({ nodes, edges })).toEqual({
    nodes: [nodes[0], { ...nodes[1], name: "3 × Grant" }, nodes[4]],
    edges: [
      ["role", "g1"],
      ["schema", "role"],
    ],
  });
});

test("changed resources are never folded away, however alike", () => {
  const nodes = ["a", "b"].map((urn) => node(urn, "aws:sns/topic:Topic", "create"));
  expect(folded({ nodes, edges: [] }).nodes).toEqual(nodes);
});

test("neighbours that hang on different changed resources stay apart", () => {
  const nodes = [node("a", "t:T", "update"), node("b", "t:T", "update"), node("x", "u:U"), node("y", "u:U")];
  const edges: [string, string][] = [
    ["a", "x"],
    ["b", "y"],
  ];
  expect(folded({ nodes, edges })).toEqual({ nodes, edges });
});

test("a crowd of changes that hang on nothing is drawn as one box for each kind of change", () => {
  const crowd = Array.from({ length: 9 }, (_, index) => node(`gone-${index}`, "t:T", "delete"));
  const few = [node("made", "t:T", "create")];
  const { nodes } = folded({ nodes: [...crowd, ...few], edges: [] });
  expect(nodes.map(({ name, op }) => [name, op])).toEqual([
    ["made", "create"],
    ["9 resources", "delete"],
  ]);
});
