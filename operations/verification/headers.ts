/**
 * The headers that the edge really answers with, judged by the scorer that judged the declared ones: what is declared is
 * one thing, what a later deployment or a setting in a console made of it is another.
 */
import { score } from "../../policy/headers/observatory.ts";
import { liveHeaders } from "../../policy/headers/routes.ts";
import { type Check, CheckFailed } from "./check.ts";
import { type Answer, type Reach, request } from "./request.ts";

export interface HeaderExpectation {
  url: string;
  reach?: Reach;
  /** Declared headers by name, each with its exact value. */
  declared: Readonly<Record<string, string>>;
  /** The score may not fall below this. */
  floor: number;
}

const pairs = (answer: Answer): [string, string][] =>
  [...answer.headers].flatMap(([name, values]) => values.map((value): [string, string] => [name, value]));

export interface LiveScore {
  points: number;
  grade: string;
  /** Declared headers that are missing or have another value, in words. */
  faults: string[];
}

export function judge(answer: Answer, declared: HeaderExpectation["declared"]): LiveScore {
  const { points, grade } = score(liveHeaders(pairs(answer)));
  const faults = Object.entries(declared).flatMap(([name, value]) => {
    const found = answer.headers.get(name.toLowerCase()) ?? [];
    if (found.length === 0) return [`${name} is missing`];
    if (found.length > 1) return [`${name} is sent ${found.length} times`];
    return found[0] === value ? [] : [`${name} is "${found[0]}" instead of "${value}"`];
  });
  return { points, grade, faults };
}

export function headerCheck({ url, reach, declared, floor }: HeaderExpectation): Check {
  return {
    name: `headers ${url}`,
    remedy: "the deployment's own headers come after the declared ones: look for them in next.config and vercel.json",
    async run() {
      const answer = await request(url, reach);
      if (answer.status >= 400) throw new CheckFailed(`answered ${answer.status}`);
      const { points, grade, faults } = judge(answer, declared);
      if (faults.length > 0) throw new CheckFailed(faults.join("; "));
      if (points < floor) throw new CheckFailed(`scores ${points} (${grade}), below the floor of ${floor}`);
      return `scores ${points} (${grade})`;
    },
  };
}
