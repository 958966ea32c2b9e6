import { randomBytes } from "node:crypto";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { tooHeavy, weighPages } from "./bundles.ts";

let folder: string;
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "bundles-"));
  fs.mkdirSync(path.join(folder, "static"));
});
afterEach(() => fs.rmSync(folder, { recursive: true }));

/** Random bytes do not compress: the weight is the size. */
const file = (name: string, kilobytes: number) => {
  fs.writeFileSync(path.join(folder, "static", name), randomBytes(kilobytes * 1024));
  return `static/${name}`;
};
const build = (content: unknown, name = "build-manifest.json") =>
  fs.writeFileSync(path.join(folder, name), JSON.stringify(content));
const budget = { javascriptKilobytes: 170, cssKilobytes: 50 };

test("a page weighs its own files and the shared ones, each once", () => {
  const shared = file("main.js", 100);
  build({ pages: { "/": [shared, file("page.js", 20), file("page.css", 10)] }, rootMainFiles: [shared] });
  const [page] = weighPages(folder);
  expect(page?.javascript).toBeCloseTo(120, 0);
  expect(page?.css).toBeCloseTo(10, 0);
});

test("pages of both routers are weighed, and only the heavy ones are named, heaviest first", () => {
  build({ pages: { "/light": [file("light.js", 10)], "/heavy": [file("heavy.js", 171)] } });
  build({ pages: { "/heaviest": [file("heaviest.js", 300), file("heaviest.css", 60)] } }, "app-build-manifest.json");
  expect(tooHeavy(weighPages(folder), budget).map((fault) => fault.split(" ").slice(0, 2))).toEqual([
    ["/heaviest:", "JavaScript"],
    ["/heaviest:", "CSS"],
    ["/heavy:", "JavaScript"],
  ]);
});

test.each([
  ["an empty folder", () => undefined, "holds no build"],
  ["something else in the manifest's place", () => build({ pages: 3 }), "is no build manifest"],
  ["a file that is not there", () => build({ pages: { "/": ["static/gone.js"] } }), "names static/gone.js"],
])("refuses %s instead of passing it", (_, prepare, message) => {
  prepare();
  expect(() => weighPages(folder)).toThrow(message);
});
