import {
  createUrn,
  isDefaultProvider,
  nameOf,
  packageOf,
  parseProviderReference,
  qualifiedTypeOf,
  typeOf,
} from "./urn.ts";

const inStack = { stack: "dev", project: "shop" };
const root = createUrn({ ...inStack, parent: undefined, type: "pulumi:pulumi:Stack", name: "shop-dev" });

it("carries the types of the ancestors, but not of the stack", () => {
  const outer = createUrn({ ...inStack, parent: root, type: "a:b:Outer", name: "outer" });
  const inner = createUrn({ ...inStack, parent: outer, type: "a:b:Inner", name: "inner" });
  expect(inner).toBe("urn:pulumi:dev::shop::a:b:Outer$a:b:Inner::inner");
  expect(qualifiedTypeOf(inner)).toBe("a:b:Outer$a:b:Inner");
  expect(typeOf(inner)).toBe("a:b:Inner");
});

it("keeps a name that contains the separator", () => {
  expect(nameOf("urn:pulumi:dev::shop::a:b:C::one::two")).toBe("one::two");
});

it("knows default providers by their names", () => {
  const provider = (name: string) => createUrn({ ...inStack, parent: undefined, type: "pulumi:providers:aws", name });
  expect(isDefaultProvider(provider("default"))).toBe(true);
  expect(isDefaultProvider(provider("default_7_48_0"))).toBe(true);
  expect(isDefaultProvider(provider("defaulted"))).toBe(false);
});

it("splits a provider reference at its last separator", () => {
  expect(parseProviderReference("urn:pulumi:dev::shop::pulumi:providers:aws::p::id-1")).toEqual({
    urn: "urn:pulumi:dev::shop::pulumi:providers:aws::p",
    id: "id-1",
  });
});

it("takes the package from a token", () => {
  expect(packageOf("aws:s3/bucket:Bucket")).toBe("aws");
});
