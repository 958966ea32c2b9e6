/** The graph of what changes, with its neighbours, as a picture that needs nothing but itself. */
import dagre from "@dagrejs/dagre";
import { html } from "htm/preact";
import type { EnvironmentReview } from "./review.ts";

type Graph = EnvironmentReview["graph"];

const NODE = { width: 190, height: 40 };
/** Beyond this a picture shows nothing any more; the page then lists instead. */
export const MOST_NODES = 120;

/** Names that begin alike differ at their end. */
const shortName = (text: string) => (text.length > 25 ? `…${text.slice(-24)}` : text);
const shorten = (text: string, length: number) => (text.length > length ? `${text.slice(0, length - 1)}…` : text);
const lastOf = (type: string) => type.split(":").at(-1) ?? type;

/** Changes that hang on nothing, beyond which they are drawn as one: a column of boxes without a line is no picture. */
const MOST_ALONE = 6;

/** What hangs on nothing, by what happens to it. */
function withoutLoners({ nodes, edges }: Graph): Graph {
  const bound = new Set(edges.flat());
  const alone = Map.groupBy(
    nodes.filter(({ urn, op }) => op !== null && !bound.has(urn)),
    ({ op }) => op,
  );
  const drawn = nodes.filter(({ urn, op }) => bound.has(urn) || (alone.get(op)?.length ?? 0) <= MOST_ALONE);
  const crowds = [...alone].flatMap(([op, crowd]) =>
    crowd.length > MOST_ALONE
      ? [{ urn: `${crowd.length} alone: ${op}`, type: "resources on their own", name: `${crowd.length} resources`, op }]
      : [],
  );
  return { nodes: [...drawn, ...crowds], edges };
}

/**
 * Unchanged neighbours of one type that hang on the same changed resources, as one: forty grants of a database say no
 * more than their number.
 */
export function folded(graph: Graph): Graph {
  const { nodes, edges } = withoutLoners(graph);
  const unchanged = new Map(nodes.filter(({ op }) => op === null).map((node) => [node.urn, node]));
  const bonds = new Map<string, string[]>();
  for (const [from, to] of edges) {
    if (unchanged.has(from)) bonds.set(from, [...(bonds.get(from) ?? []), `> ${to}`]);
    if (unchanged.has(to)) bonds.set(to, [...(bonds.get(to) ?? []), `< ${from}`]);
  }
  const groups = Map.groupBy(unchanged.values(), ({ urn, type }) =>
    [type, ...(bonds.get(urn) ?? []).sort()].join("\n"),
  );
  const standsFor = new Map<string, string>();
  const kept = new Map(nodes.map((node) => [node.urn, node]));
  for (const [first, ...others] of groups.values()) {
    if (!first || others.length === 0) continue;
    for (const { urn } of others) {
      standsFor.set(urn, first.urn);
      kept.delete(urn);
    }
    kept.set(first.urn, { ...first, name: `${others.length + 1} × ${lastOf(first.type)}` });
  }
  const ends = (urn: string) => standsFor.get(urn) ?? urn;
  const drawn = new Map(
    edges.map(([from, to]) => [`${ends(from)}\n${ends(to)}`, [ends(from), ends(to)] as [string, string]]),
  );
  return { nodes: [...kept.values()], edges: [...drawn.values()] };
}

interface Placed {
  x: number;
  y: number;
}

function layout(graph: Graph) {
  const plan = new dagre.graphlib.Graph();
  plan.setGraph({ rankdir: "LR", nodesep: 12, ranksep: 60, marginx: 8, marginy: 8 });
  plan.setDefaultEdgeLabel(() => ({}));
  for (const node of graph.nodes) plan.setNode(node.urn, { ...NODE });
  for (const [from, to] of graph.edges) if (plan.hasNode(from) && plan.hasNode(to)) plan.setEdge(from, to);
  dagre.layout(plan);
  const { width = 0, height = 0 } = plan.graph();
  const edges: Placed[][] = plan.edges().map((edge: { v: string; w: string; name?: string }) => plan.edge(edge).points);
  const place = (urn: string): Placed => plan.node(urn);
  return { width, height, edges, place };
}

export function graphPicture(whole: Graph, title: string) {
  if (whole.nodes.length === 0) return null;
  const graph = folded(whole);
  if (graph.nodes.length > MOST_NODES) {
    return html`<p>The graph has ${graph.nodes.length} resources: too many for a picture.</p>`;
  }
  const { width, height, edges, place } = layout(graph);
  const lines = edges.map(
    (points) => html`<polyline class="edge" points=${points.map(({ x, y }) => `${x},${y}`).join(" ")} />`,
  );
  const boxes = graph.nodes.map(({ urn, type, name, op }) => {
    const { x, y } = place(urn);
    return html`<g class=${`node ${op ?? "neighbour"}`} transform=${`translate(${x - NODE.width / 2},${y - NODE.height / 2})`}>
      <title>${`${op ?? "unchanged"}: ${urn}`}</title>
      <rect width=${NODE.width} height=${NODE.height} rx="6" />
      <text x="10" y="17">${shortName(name)}</text>
      <text class="type" x="10" y="32">${shorten(lastOf(type), op ? 24 - op.length : 27)}${op ? ` · ${op}` : ""}</text>
    </g>`;
  });
  return html`<div class="wide" tabindex="0" role="region" aria-label=${title}>
    <svg role="img" aria-label=${title} viewBox=${`0 0 ${width} ${height}`} width=${width} height=${height}>${lines}${boxes}</svg>
  </div>`;
}
