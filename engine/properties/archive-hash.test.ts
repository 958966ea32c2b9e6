/** Hashes as the Pulumi CLI 3.260 computed them for the same files and maps. */
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { buffer } from "node:stream/consumers";
import { gzipSync } from "node:zlib";
import { zipSync } from "fflate";
import { pack } from "tar-stream";
import { ARCHIVE, ASSET, type PropertyMap, SIGNATURE } from "../values.ts";
import { archiveHash } from "./archive-hash.ts";

const files = (path: string): PropertyMap => ({ [SIGNATURE]: ARCHIVE, path });
const map = (assets: PropertyMap): PropertyMap => ({ [SIGNATURE]: ARCHIVE, assets });
const text = (content: string): PropertyMap => ({ [SIGNATURE]: ASSET, text: content });

const folderHash = "0443881bdacfb5896c2eaaf840ee7eea9f9a16430ccc6fae2dbd3ad8d8eb80b5";

let directory: string;

function put(name: string, content: string | Uint8Array): void {
  const path = join(directory, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
}

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), "archive-hash-"));
  put("folder/a.txt", "one");
  put("folder/a/b", "two");
  put("folder/a-b", "three");
  put("folder/empty", "");
  put("folder/.pulumi/kept.txt", "not in it");
  put("folder/deep/.pulumi", "nor this");
  put("folder/Über.txt", "four");
  put("folder/\u{1F600}", "u");
  put("folder/\uFF5E", "v");
  put(`folder/${"d".repeat(80)}/${"e".repeat(80)}`, "long in two");
  put(`folder/${"n".repeat(120)}`, "long in one");
  put(`folder/${"p".repeat(200)}/${"q".repeat(60)}`, "prefix too long");
  put("elsewhere/linked.txt", "linked");
  symlinkSync("../elsewhere/linked.txt", join(directory, "folder/link"));
  symlinkSync("../elsewhere", join(directory, "folder/linked-folder"));
  const tar = pack();
  tar.entry({ name: "./t/", type: "directory" });
  tar.entry({ name: "./t/x.txt" }, "in a tar");
  tar.entry({ name: "2" }, "two");
  tar.entry({ name: "1" }, "one");
  tar.finalize();
  const packed = await buffer(tar);
  put("files.tar", packed);
  for (const name of ["files.tgz", "files.tar.gz"]) put(name, gzipSync(packed));
  put("files.zip", zipSync({ z: { "y.txt": bytes("in a zip"), empty: {} }, b: bytes("b"), 7: bytes("seven") }));
});

afterAll(() => rmSync(directory, { recursive: true }));

const bytes = (content: string): Uint8Array => new Uint8Array(Buffer.from(content));

test.each([
  ["a folder", files("./folder"), folderHash],
  ["a folder with a slash", files("folder/"), folderHash],
  ["nothing", map({}), "5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef"],
  [
    "texts under names beyond ASCII",
    map({ "b/c.txt": text("c"), a: text("a"), "\u{1F600}": text("u"), "\uFF5E": text("v"), "./d": text("d") }),
    "cc2474896028e562592650c3c913304b2df171e1951571eb8f89ed7272019876",
  ],
  [
    "maps and folders in a map",
    map({ in: map({ "../up": text("up"), y: text("y") }), "in/y": text("other"), f: files("./folder") }),
    "2d1ed7705a5cb4ce6815cb501123f68261f58e0390e698500c6bb5b07eb97805",
  ],
  [
    "a name twice",
    map({ f: files("./folder"), "f/a.txt": text("never"), "f/new.txt": text("new") }),
    "df0b90e2811ab1a295579369823545a9525705f4743006aaaa17a326f2bca30f",
  ],
  [
    "archive files in a map",
    map({ z: files("files.zip"), t: files("files.tar"), g: files("files.tgz"), h: files("files.tar.gz") }),
    "adb0a4e6c5da3afbf6918ca8e9a2f955011224cf3b4ff05624ba59f55f651f93",
  ],
])("the hash of %s is Pulumi's", async (_, archive, hash) => {
  expect(await archiveHash(archive, directory)).toBe(hash);
});

test("a file that is no archive is refused by its name", async () => {
  await expect(archiveHash(files("folder/a.txt"), directory)).rejects.toThrow(
    "folder/a.txt is neither a folder nor an archive file",
  );
});

test("a tar with a link is refused by the name of the link", async () => {
  const tar = pack();
  tar.entry({ name: "way", type: "symlink", linkname: "elsewhere" });
  tar.finalize();
  put("linked.tar", await buffer(tar));
  await expect(archiveHash(map({ inner: files("linked.tar") }), directory)).rejects.toThrow("holds a symlink, way");
});
