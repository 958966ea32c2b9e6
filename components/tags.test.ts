import { type Ownership, tagsFor } from "./tags.ts";

const ownership: Ownership = {
  environment: "production",
  product: "platform",
  owner: "platform-team",
  costCenter: "CC-100",
  dataClassification: "confidential",
};

test("every taggable resource says the same seven things about itself", () => {
  expect(tagsFor("Redis", ownership)).toEqual({
    Environment: "production",
    Product: "platform",
    Component: "Redis",
    Owner: "platform-team",
    CostCenter: "CC-100",
    DataClassification: "confidential",
    ManagedBy: "pulumi",
  });
});

test.each([
  ["owner", "platform & friends", 'ownership.owner: "platform & friends" cannot be a tag\'s value'],
  ["costCenter", "", 'ownership.costCenter: "" cannot be a tag\'s value'],
  ["dataClassification", "secret", 'ownership.dataClassification: "secret" is no data classification'],
])("refuses the %s %j, with the path and a remedy", (key, value, message) => {
  const wrong: Ownership = { ...ownership, [key]: value };
  expect(() => tagsFor("Redis", wrong)).toThrow(expect.objectContaining({ message, exitCode: 2 }));
});
