import { type BenignRecord, parseBenign } from "./benign.ts";
import {
  type DriftReport,
  describe as describeDrift,
  exitCode,
  type RefreshStep,
  stateAgainstCloud,
} from "./classify.ts";

const urn = "urn:pulumi:production::thorbis::aws:s3/bucket:Bucket::backups";
const now = new Date("2026-11-21T00:00:00Z");
const step = (outputs: Record<string, unknown>, op = "refresh"): RefreshStep => ({
  op,
  urn,
  old: { type: "aws:s3/bucket:Bucket", inputs: { bucket: "b" }, outputs: { bucket: "b", etag: "1" } },
  ...(op !== "delete" && { new: { type: "aws:s3/bucket:Bucket", outputs } }),
});
const benign: BenignRecord = {
  urn: "aws:s3/bucket:Bucket::backups",
  path: "etag",
  reason: "the storage class transition rewrites the tag",
  owner: "platform",
  expires: "2026-12-31",
};

test.each([
  ["a property that the code sets", step({ bucket: "other", etag: "1" }), "input"],
  ["a computed value", step({ bucket: "b", etag: "2" }), "output"],
  ["a resource that is gone", step({}, "delete"), "missing"],
])("%s is told apart", (_, refresh, expected) => {
  expect(stateAgainstCloud([refresh], [], now)[0]?.class).toBe(expected);
});

test("what agrees is not reported", () => {
  expect(stateAgainstCloud([step({ bucket: "b", etag: "1" })], [], now)).toEqual([]);
});

test("known drift is benign until its record expires, and never covers another property", () => {
  const known = (refresh: RefreshStep, at = now) => stateAgainstCloud([refresh], [benign], at)[0]?.class;
  expect(known(step({ bucket: "b", etag: "2" }))).toBe("benign");
  expect(known(step({ bucket: "b", etag: "2" }), new Date("2027-01-01"))).toBe("output");
  expect(known(step({ bucket: "x", etag: "2" }))).toBe("input");
});

const report = (overrides: Partial<DriftReport>): DriftReport => ({
  environment: "production",
  codeAgainstState: [],
  stateAgainstCloud: [],
  codeAgainstCloud: [],
  ...overrides,
});

test("exits with 4 for what somebody has to decide, and with 0 for computed and benign differences", () => {
  const drift = (refresh: RefreshStep, known: BenignRecord[] = []) =>
    exitCode(report({ stateAgainstCloud: stateAgainstCloud([refresh], known, now) }));
  expect(exitCode(report({}))).toBe(0);
  expect(drift(step({ bucket: "b", etag: "2" }))).toBe(0);
  expect(drift(step({ bucket: "x", etag: "1" }))).toBe(4);
  expect(drift(step({}, "delete"))).toBe(4);
  expect(exitCode(report({ codeAgainstState: [{ urn, op: "update" }] }))).toBe(4);
});

test("the description names each class in words and shows no secret", () => {
  const secret = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", value: "sentinel" };
  const drifts = stateAgainstCloud([{ ...step({ bucket: secret, etag: "1" }) }], [], now);
  const text = describeDrift(report({ stateAgainstCloud: drifts }));
  expect(text).toContain("changed by someone, and the code says otherwise");
  expect(text).not.toContain("sentinel");
  expect(describeDrift(report({}))).toBe("code, state and cloud agree");
});

test("a record without reason, owner or end is refused with its path", () => {
  expect(() =>
    parseBenign(
      JSON.stringify([
        { ...benign, urn: "backups", reason: "ok" },
        { ...benign, expires: "soon" },
      ]),
      "benign.json",
    ),
  ).toThrow(/0\.urn.*\n.*0\.reason.*\n.*1\.expires/);
});
