/** What is read of a checkpoint that the Pulumi CLI wrote. */
import { hashOf, parseCheckpoint } from "./checkpoint.ts";
import { unknownFields } from "./fields.ts";

const version = "v3.260.0";

function checkpoint(fields: Record<string, unknown>): string {
  const resource = { urn: "urn:pulumi:s::p::t:m:T::a", custom: true, type: "t:m:T", ...fields };
  const manifest = { time: "2026-01-01T00:00:00Z", magic: hashOf(version), version };
  return JSON.stringify({ version: 3, checkpoint: { latest: { manifest, resources: [resource] } } });
}

test("keeps what somebody has marked for replacement", () => {
  expect(parseCheckpoint(checkpoint({ taint: true }), "s.json").resources).toMatchObject([{ taint: true }]);
});

test.each(unknownFields)("refuses a state with %s, which it would lose", (field) => {
  const read = () => parseCheckpoint(checkpoint({ [field]: "x" }), "s.json");
  expect(read).toThrow(`s.json: urn:pulumi:s::p::t:m:T::a has '${field}', which the embedded engine does not know`);
});
