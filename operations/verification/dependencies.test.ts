import { parseAudit } from "./dependencies.ts";

test("names what is high or critical, and nothing below", () => {
  const printed = JSON.stringify({
    metadata: { vulnerabilities: { high: 1, critical: 1 } },
    vulnerabilities: { one: { severity: "high" }, two: { severity: "moderate" }, three: { severity: "critical" } },
  });
  expect(parseAudit(printed)).toEqual([
    { name: "one", severity: "high" },
    { name: "three", severity: "critical" },
  ]);
});

test.each(["", "no JSON", '{"message":"405 Method Not Allowed"}'])("an answer like %j is no pass", (printed) => {
  expect(() => parseAudit(printed)).toThrow("could not be asked about vulnerabilities");
});
