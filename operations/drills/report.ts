import type { DrillRecord } from "./history.ts";
import { drawTrend, formatSeconds } from "./trend-chart.ts";

/** The report of the last drill with the trend of all: one Markdown text, the picture inside as a data address. */
export function reportDrills(drills: readonly DrillRecord[]): string {
  const last = drills.at(-1);
  if (last === undefined) return "# Restore drills\n\nThere has been none.\n";
  const { rtoSeconds, rpoSeconds, objectives } = last;
  const verdict = (measured: number, declared: number): string => (measured <= declared ? "within" : "**above**");
  const picture = Buffer.from(drawTrend(drills)).toString("base64");
  return [
    `# Restore drill of ${last.at.slice(0, 16).replace("T", " ")} UTC: ${last.ok ? "passed" : "FAILED"}`,
    "",
    `Set \`${last.setId}\`, ${KINDS[last.kind]}, by ${last.operator}.`,
    ...(last.failure === undefined ? [] : ["", `It ended early: ${last.failure}`]),
    "",
    "| | measured | declared | |",
    "| --- | --- | --- | --- |",
    `| RTO | ${formatSeconds(rtoSeconds)} | ${formatSeconds(objectives.rtoSeconds)} | ${verdict(rtoSeconds, objectives.rtoSeconds)} |`,
    `| RPO | ${formatSeconds(rpoSeconds)} | ${formatSeconds(objectives.rpoSeconds)} | ${verdict(rpoSeconds, objectives.rpoSeconds)} |`,
    "",
    "| check | result | |",
    "| --- | --- | --- |",
    ...last.checks.map(
      ({ name, ok, detail }) => `| ${name} | ${ok ? "ok" : "**failed**"} | ${detail.replaceAll("|", "\\|")} |`,
    ),
    "",
    `![Trend of ${drills.length} drills](data:image/svg+xml;base64,${picture})`,
    "",
  ].join("\n");
}

const KINDS: Record<DrillRecord["kind"], string> = {
  latest: "the latest one",
  "key-loss": "opened with the escrow key alone",
  replica: "read from the other region's copy",
};
