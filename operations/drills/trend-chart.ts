import type { DrillRecord } from "./history.ts";

const WIDTH = 720;
const PANEL = 150;
const LEFT = 70;
const RIGHT = 20;
const TOP = 34;
const GAP = 46;

/**
 * RTO and RPO of the drills over time as an SVG: a point a drill, red where it failed, and the declared objective as a
 * dashed line. It stands alone, without script or font, so that it can be put into a report or an e-mail.
 */
export function drawTrend(drills: readonly DrillRecord[]): string {
  const panels = [
    {
      title: "Recovery time (RTO)",
      value: (drill: DrillRecord) => drill.rtoSeconds,
      limit: drills.at(-1)?.objectives.rtoSeconds,
    },
    {
      title: "Recovery point (RPO)",
      value: (drill: DrillRecord) => drill.rpoSeconds,
      limit: drills.at(-1)?.objectives.rpoSeconds,
    },
  ];
  const height = TOP + panels.length * (PANEL + GAP);
  const drawn = panels.map((panel, index) => drawPanel(drills, panel, TOP + index * (PANEL + GAP)));
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="Trend of ${drills.length} restore drills" font-family="sans-serif" font-size="12">`,
    `<rect width="${WIDTH}" height="${height}" fill="#ffffff"/>`,
    ...drawn,
    "</svg>",
    "",
  ].join("\n");
}

interface Panel {
  title: string;
  value(drill: DrillRecord): number;
  limit: number | undefined;
}

function drawPanel(drills: readonly DrillRecord[], { title, value, limit = 0 }: Panel, top: number): string {
  const values = drills.map(value);
  const greatest = Math.max(limit, ...values, 1) * 1.1;
  const x = (index: number): number => LEFT + ((WIDTH - LEFT - RIGHT) * (index + 0.5)) / Math.max(drills.length, 1);
  const y = (seconds: number): number => top + PANEL - (PANEL * seconds) / greatest;
  const line = values.map((seconds, index) => `${x(index).toFixed(1)},${y(seconds).toFixed(1)}`).join(" ");
  const points = drills.map((drill, index) => {
    const label = `${drill.at.slice(0, 10)}: ${formatSeconds(value(drill))}${drill.ok ? "" : ", failed"}`;
    const [cx, cy] = [x(index).toFixed(1), y(value(drill)).toFixed(1)];
    return `<circle cx="${cx}" cy="${cy}" r="4" fill="${drill.ok ? "#1f6f43" : "#b42318"}"><title>${label}</title></circle>`;
  });
  return [
    `<text x="${LEFT}" y="${top - 10}" font-weight="bold" fill="#222222">${title}</text>`,
    `<line x1="${LEFT}" y1="${top + PANEL}" x2="${WIDTH - RIGHT}" y2="${top + PANEL}" stroke="#999999"/>`,
    `<line x1="${LEFT}" y1="${y(limit).toFixed(1)}" x2="${WIDTH - RIGHT}" y2="${y(limit).toFixed(1)}" stroke="#b42318" stroke-dasharray="5 4"/>`,
    `<text x="${LEFT - 8}" y="${(y(limit) + 4).toFixed(1)}" text-anchor="end" fill="#b42318">${formatSeconds(limit)}</text>`,
    `<text x="${LEFT - 8}" y="${top + PANEL + 4}" text-anchor="end" fill="#555555">0</text>`,
    `<polyline points="${line}" fill="none" stroke="#5b7f95"/>`,
    ...points,
    `<text x="${LEFT}" y="${top + PANEL + 18}" fill="#555555">${drills[0]?.at.slice(0, 10) ?? ""}</text>`,
    `<text x="${WIDTH - RIGHT}" y="${top + PANEL + 18}" text-anchor="end" fill="#555555">${drills.at(-1)?.at.slice(0, 10) ?? ""}</text>`,
  ].join("\n");
}

/** @example "4 h 10 min", "12.4 s" */
export function formatSeconds(seconds: number): string {
  if (!Number.isFinite(seconds)) return "never";
  if (seconds < 60) return `${seconds.toFixed(1)} s`;
  if (seconds < 3_600) return `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`;
  const hours = Math.floor(seconds / 3_600);
  return hours < 48
    ? `${hours} h ${Math.floor((seconds % 3_600) / 60)} min`
    : `${Math.floor(hours / 24)} d ${hours % 24} h`;
}
