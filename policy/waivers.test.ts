import type { Outcome } from "./judge.ts";
import { urnOf } from "./testing.ts";
import { parseWaivers, type Waiver, waiverOf } from "./waivers.ts";

const now = new Date("2026-11-21T12:00:00Z");
const urn = urnOf("aws:s3/bucket:Bucket", "pictures");
const waiver: Waiver = { rule: "r", urn, reason: "a public archive", owner: "web team", expires: "2026-12-24" };
const outcome: Outcome = { rule: "r", result: "violation", urn, message: "m" };

test("excuses the violation of its rule by its resource", () => {
  expect(waiverOf(outcome, [waiver], now)).toBe(waiver);
});

test("excuses nothing else", () => {
  expect(waiverOf({ ...outcome, rule: "s" }, [waiver], now)).toBeUndefined();
  expect(waiverOf({ ...outcome, urn: `${urn}-small` }, [waiver], now)).toBeUndefined();
  expect(waiverOf({ ...outcome, urn: urn.replace("production", "staging") }, [waiver], now)).toBeUndefined();
  expect(
    waiverOf(
      { ...outcome, urn: urn.replace("production", "staging") },
      [{ ...waiver, urn: urn.replace("production", "*") }],
      now,
    ),
  ).toBeUndefined();
});

test("excuses neither an unknown nor a rule that broke", () => {
  expect(waiverOf({ ...outcome, result: "unknown" }, [waiver], now)).toBeUndefined();
  expect(waiverOf({ ...outcome, result: "broken" }, [waiver], now)).toBeUndefined();
});

test("excuses nothing after its last day, and nothing without a day", () => {
  expect(waiverOf(outcome, [{ ...waiver, expires: "2026-11-20" }], now)).toBeUndefined();
  expect(waiverOf(outcome, [{ ...waiver, expires: "" }], now)).toBeUndefined();
});

test("refuses a file with records that are no waivers, all problems at once", () => {
  expect(() => parseWaivers({ waivers: [{ ...waiver, reason: " ", until: "x" }, { rule: "r" }] })).toThrow(
    [
      "policy/waivers.json is not usable:",
      "  waivers[0].reason: must be a text",
      "  waivers[0].until: there is no such field",
      "  waivers[1].urn: must be a text",
      "  waivers[1].reason: must be a text",
      "  waivers[1].owner: must be a text",
      "  waivers[1].expires: must be a text",
    ].join("\n"),
  );
  expect(() => parseWaivers([])).toThrow("waivers: must be a list");
});
