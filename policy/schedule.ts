/** Whether an EventBridge schedule can ever run. */

const UNITS = /^rate\(\s*(\d+)\s+(minute|minutes|hour|hours|day|days)\s*\)$/;
const MONTH_NAMES = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];
const MONTH_DAYS = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
const FIELDS: readonly (readonly [string, number, number])[] = [
  ["minutes", 0, 59],
  ["hours", 0, 23],
  ["day of month", 1, 31],
  ["month", 1, 12],
  ["day of week", 1, 7],
  ["year", 1970, 2199],
];

/** What is wrong; `undefined` when the schedule runs. */
export function scheduleFault(expression: string, now: Date): string | undefined {
  const rate = UNITS.exec(expression);
  if (rate !== null) return Number(rate[1]) > 0 ? undefined : "repeats never";
  const at = /^at\((\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2})\)$/.exec(expression);
  if (at !== null) {
    const moment = Date.parse(`${at[1]}Z`);
    if (Number.isNaN(moment)) return "names no date";
    return moment > now.getTime() ? undefined : "lies in the past";
  }
  const cron = /^cron\((.*)\)$/.exec(expression);
  return cron === null ? "is neither rate, cron nor at" : cronFault((cron[1] ?? "").trim().split(/\s+/), now);
}

function cronFault(fields: readonly string[], now: Date): string | undefined {
  if (fields.length !== 6) return `has ${fields.length} fields, six are due`;
  for (const [index, [name, low, high]] of FIELDS.entries()) {
    const field = named(fields[index] ?? "");
    if (!field.split(",").every((part) => isPart(part, low, high, index))) return `has no valid ${name}`;
  }
  const [, , days = "", months = "", weekdays = "", years = ""] = fields.map(named);
  if ((days === "?") === (weekdays === "?")) return "needs ? in exactly one of day of month and day of week";
  const never =
    numbers(months).length > 0 &&
    numbers(days).length > 0 &&
    numbers(months).every((month) => numbers(days).every((day) => day > (MONTH_DAYS[month - 1] ?? 31)));
  if (never) return "names a day that its months do not have";
  if (numbers(years).length > 0 && numbers(years).every((year) => year < now.getUTCFullYear()))
    return "names years that have passed";
  return undefined;
}

const named = (field: string): string =>
  field.toUpperCase().replace(/[A-Z]{3}/g, (name) => {
    const month = MONTH_NAMES.indexOf(name) + 1;
    const day = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"].indexOf(name) + 1;
    return String(month || day || name);
  });

/** `*`, `?` for days, `L`, `W` and `#` where they may stand, values, ranges and steps. */
function isPart(part: string, low: number, high: number, index: number): boolean {
  if (part === "*") return true;
  if (part === "?") return index === 2 || index === 4;
  if (index === 2 && /^(L|LW|L-\d{1,2}|\d{1,2}W)$/.test(part)) return true;
  if (index === 4 && /^([1-7]?L|[1-7]#[1-5])$/.test(part)) return true;
  const match = /^(\*|\d+)(?:-(\d+))?(?:\/(\d+))?$/.exec(part);
  if (match === null) return false;
  const values = [match[1], match[2]].filter((value) => value !== undefined && value !== "*").map(Number);
  return values.every((value) => value >= low && value <= high) && (match[3] === undefined || Number(match[3]) > 0);
}

/** The values of a field that is a plain list; none when it is anything else. */
const numbers = (field: string): number[] => (/^\d+(,\d+)*$/.test(field) ? field.split(",").map(Number) : []);
