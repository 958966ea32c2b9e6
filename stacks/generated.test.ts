import { readFileSync } from "node:fs";
import { join } from "node:path";
import { environmentOf, stackNames } from "../testing/stack-files.ts";
import { generatedFiles } from "./generated.ts";

const root = join(import.meta.dirname, "..");

test.each(generatedFiles())("$path is what the catalogue and the schema say (npm run generate)", ({ path, text }) => {
  expect(readFileSync(join(root, path), "utf8")).toBe(text);
});

test.each(stackNames)("the editors' schema knows every key of %s", (stack) => {
  const schema = JSON.parse(readFileSync(join(root, "stacks/environment.schema.json"), "utf8"));
  const { properties, additionalProperties, required } = schema.properties.config.properties["thorbis:environment"];
  expect(additionalProperties).toBe(false);
  expect(Object.keys(environmentOf(stack)).filter((key) => !(key in properties))).toEqual([]);
  expect(required).toEqual(expect.arrayContaining(["name", "tier", "database", "budget"]));
});

test.each(stackNames)("the stack file of %s tells editors where its schema is", (stack) => {
  const [first] = readFileSync(join(root, `Pulumi.${stack}.yaml`), "utf8").split("\n");
  expect(first).toBe("# yaml-language-server: $schema=stacks/environment.schema.json");
});
