/** The generated graph as a Pulumi program; GRAPH_RESOURCES says how large, GRAPH_REVISION what changes. */
import { buildGraph } from "./graph.ts";

export const { topics } = buildGraph(
  Number(process.env.GRAPH_RESOURCES ?? 331),
  Number(process.env.GRAPH_REVISION ?? 1),
);
