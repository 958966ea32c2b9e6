import { demand } from "./invalid-argument.ts";

const numbers = String.raw`(\*|\d{1,2}(-\d{1,2})?(,\d{1,2}(-\d{1,2})?)*)(\/\d{1,2})?`;
const cron = new RegExp(
  String.raw`^cron\(${numbers} ${numbers} (\?|L|${numbers}) ${numbers} (\?|${numbers}|[A-Z]{3}(-[A-Z]{3})?(,[A-Z]{3})*) (\*|\d{4})\)$`,
);
const rate = /^rate\((1 (minute|hour|day)|([2-9]|[1-9]\d+) (minutes|hours|days))\)$/;

/** The provider takes any text (`every hour`), and the scheduler refuses it only when the schedule is created. */
export function validateSchedule(path: string, expression: string): void {
  const fields = expression.slice("cron(".length, -1).split(" ");
  const oneDayField = (fields[2] === "?") !== (fields[4] === "?");
  demand(
    rate.test(expression) || (cron.test(expression) && oneDayField),
    path,
    `"${expression}" is no schedule`,
    'Write cron(minute hour day month weekday year) with "?" for one of the two days, or rate(5 minutes).',
  );
}
