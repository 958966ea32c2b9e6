/** Health endpoints: they answer 200, and nothing in the answer says that a part is down. */
import { type Check, CheckFailed } from "./check.ts";
import { type Reach, request } from "./request.ts";

/** The parts that a health answer names, whichever of the two forms it has: `{database: true}` or `{status: "healthy"}`. */
function unhealthy(answer: unknown): string[] {
  if (typeof answer !== "object" || answer === null) return ["the answer is no object"];
  return Object.entries(answer).flatMap(([part, value]) => {
    if (value === false) return [part];
    if (part === "status" && typeof value === "string" && !/^(ok|healthy|up|pass)$/i.test(value))
      return [`status is ${value}`];
    if (typeof value === "object" && value !== null && !Array.isArray(value)) {
      return unhealthy(value).map((inner) => `${part}.${inner}`);
    }
    return [];
  });
}

export interface HealthEndpoint {
  url: string;
  reach?: Reach;
  /** The answer has to be JSON that names no part as down. @default true */
  inspect?: boolean;
}

export function healthCheck({ url, reach, inspect = true }: HealthEndpoint): Check {
  return {
    name: `health ${url}`,
    remedy: "look at the application's log and at the parts that the answer names",
    async run() {
      const answer = await request(url, reach);
      if (answer.status !== 200) throw new CheckFailed(`answered ${answer.status}`);
      if (!inspect) return "answers 200";
      let body: unknown;
      try {
        body = JSON.parse(answer.body);
      } catch {
        throw new CheckFailed("the answer is not JSON");
      }
      const down = unhealthy(body);
      if (down.length > 0) throw new CheckFailed(`reported as down: ${down.join(", ")}`);
      return "healthy";
    },
  };
}
