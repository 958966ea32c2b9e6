import { OUTPUT_VALUE, RESOURCE_REFERENCE, SIGNATURE, secret, UNKNOWN } from "../values.ts";
import { annotateSecrets, containsSecrets, containsUnknowns, downgradeOutputValues, unwrap } from "./secrecy.ts";

const output = (fields: Record<string, string | boolean | string[]>) => ({ [SIGNATURE]: OUTPUT_VALUE, ...fields });
const reference = (fields: Record<string, string>) => ({ [SIGNATURE]: RESOURCE_REFERENCE, ...fields });

describe("values as a provider sees them", () => {
  it("have no envelopes at any depth", () => {
    expect(unwrap({ a: secret({ b: [secret("c")] }) })).toEqual({ a: { b: ["c"] } });
  });

  it("have ids in place of references, and URNs for components", () => {
    expect(unwrap(reference({ urn: "u", id: "i" }))).toBe("i");
    expect(unwrap(reference({ urn: "u", id: "" }))).toBe(UNKNOWN);
    expect(unwrap(reference({ urn: "u" }))).toBe("u");
  });

  it("are not copied when there is nothing to take off", () => {
    const plain = { a: { b: [1, "c"] } };
    expect(unwrap(plain)).toBe(plain);
  });
});

describe("restored secretness", () => {
  it("goes by key, and into objects", () => {
    const restored = annotateSecrets({ a: "x", b: { c: "y", d: "z" } }, { a: secret("x"), b: { c: secret("y") } });
    expect(restored).toEqual({ a: secret("x"), b: { c: secret("y"), d: "z" } });
  });

  it("covers a whole list in which one element was secret", () => {
    expect(annotateSecrets({ list: ["a", "b"] }, { list: ["a", secret("b")] })).toEqual({ list: secret(["a", "b"]) });
  });

  it("leaves the outputs that it is given alone", () => {
    const outputs = { a: "x" };
    annotateSecrets(outputs, { a: secret("x") });
    expect(outputs).toEqual({ a: "x" });
  });
});

it("finds unknowns and secrets at any depth", () => {
  expect(containsUnknowns({ a: [secret(UNKNOWN)] })).toBe(true);
  expect(containsUnknowns({ a: [output({ dependencies: [] })] })).toBe(true);
  expect(containsSecrets({ a: [{ b: secret("c") }] })).toBe(true);
  expect(containsSecrets({ a: [{ b: "c" }] })).toBe(false);
});

it("turns output values into unknowns, secrets and plain values", () => {
  expect(downgradeOutputValues([output({}), output({ value: "a", secret: true }), output({ value: "b" })])).toEqual([
    UNKNOWN,
    secret("a"),
    "b",
  ]);
});
