import { choose } from "./choice.ts";
import { Declared, type PlannedState, type PreviewStep } from "./declared.ts";
import { chosenIn, importFile, parseImportFile } from "./import-file.ts";

const urn = (type: string, name: string) => `urn:pulumi:dev::thorbis::${type}::${name}`;
const STACK = urn("pulumi:pulumi:Stack", "thorbis-dev");
const BUCKET = "aws:s3/bucket:Bucket";
const POLICY = "aws:s3/bucketPolicy:BucketPolicy";

const made = (type: string, name: string, extra: Partial<PlannedState> = {}): PreviewStep => {
  const state = { urn: urn(type, name), type, custom: true, parent: STACK, provider: "urn:aws::id", ...extra };
  return { op: "create", urn: state.urn, new: state };
};
const vault = made("thorbis:storage:Vault", "data", { custom: false });
const declared = new Declared([
  vault,
  made(BUCKET, "data", { parent: vault.urn }),
  made(POLICY, "data-policy", { parent: vault.urn, propertyDependencies: { bucket: [urn(BUCKET, "data")] } }),
  made(BUCKET, "same-name"),
  made("aws:sns/topic:Topic", "same-name"),
  { ...made(BUCKET, "there", { id: "there-already" }), op: "same" },
]);

test("a part goes by the id of what it belongs to, unless it is left out", () => {
  const { ids, parts } = choose(declared, [`${BUCKET}::data=real`]);
  expect([...ids]).toEqual([
    [urn(BUCKET, "data"), "real"],
    [urn(POLICY, "data-policy"), "real"],
  ]);
  expect([...parts]).toEqual([urn(POLICY, "data-policy")]);
  expect(choose(declared, ["data=real"], ["data-policy"]).ids.size).toBe(1);
});

test.each([
  ["what is no pair", "data", "it is not NAME=ID"],
  ["a name of two resources", "same-name=x", `could be each of ${BUCKET}::same-name, aws:sns/topic:Topic::same-name`],
  ["what nobody declares", "dat=x", "near it: aws:s3/bucket:Bucket::data"],
  ["what the state has", "there=x", "the state has it already; its id is there-already"],
])("refuses %s", (_, pair, message) => {
  expect(() => choose(declared, [pair])).toThrow(message);
});

test("refuses one id for two resources, and tells every fault at once", () => {
  const pairs = ["data=x", `${BUCKET}::same-name=x`, "nothing=y"];
  expect(() => choose(declared, pairs)).toThrow(/another aws:s3\/bucket:Bucket was given the id x\n.*nothing: /);
});

test("entries of one name are told apart in the file, and found again in the program", () => {
  const { ids } = choose(declared, ["data=real"]);
  const file = importFile(declared, ids);
  expect(file.resources.map(({ name, logicalName, parent }) => [name, logicalName, parent])).toEqual([
    ["data", "data", undefined],
    ["data-Bucket", "data", "data"],
    ["data-policy", "data-policy", "data"],
  ]);
  expect(chosenIn(parseImportFile(JSON.stringify(file), "f"), declared)).toEqual(ids);
});

test("a file that does not fit the program is refused", () => {
  const file = importFile(declared, choose(declared, ["data=real"]).ids);
  expect(() => chosenIn(file, new Declared([]))).toThrow(`${BUCKET}::data: the program declares none`);
  expect(() => parseImportFile('{"nameTable":{},"resources":[{"type":""}]}', "f")).toThrow("resources.0.type");
});
