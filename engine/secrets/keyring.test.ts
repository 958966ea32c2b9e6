import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import * as os from "node:os";
import * as path from "node:path";
import { Keyring } from "./keyring.ts";

jest.setTimeout(60_000);

let root: string;
beforeEach(async () => {
  root = await mkdtemp(path.join(os.tmpdir(), "keyring-"));
});
afterEach(() => rm(root, { recursive: true }));

const keyring = (environment: Record<string, string> = {}): Keyring =>
  new Keyring({ directory: path.join(root, "secrets"), environment });

test("the sandbox's own passphrase is created once, for its owner only, and opens the state in the next run", async () => {
  const sealer = await keyring().create();
  const sealed = sealer.seal("text");
  for (const file of ["passphrase", "keys.json"]) {
    expect((await stat(path.join(root, "secrets", file))).mode & 0o777).toBe(0o600);
  }
  expect((await keyring().open(sealer.salt)).open(sealed)).toBe("text");
  await rm(path.join(root, "secrets", "keys.json"));
  expect((await keyring().open(sealer.salt)).open(sealed)).toBe("text");
});

test("a state of the sandbox's own opens although another passphrase is set in the environment", async () => {
  const sealer = await keyring().create();
  const opened = await keyring({ PULUMI_CONFIG_PASSPHRASE: "of the cloud" }).open(sealer.salt);
  expect(opened.open(sealer.seal("text"))).toBe("text");
});

test("a user's passphrase is used from the environment or a file, and never written down", async () => {
  const sealer = await keyring({ PULUMI_CONFIG_PASSPHRASE: "given" }).create();
  const file = path.join(root, "phrase");
  await writeFile(file, "given\n");
  const opened = await keyring({ PULUMI_CONFIG_PASSPHRASE_FILE: file }).open(sealer.salt);
  expect(opened.open(sealer.seal("text"))).toBe("text");
  await expect(readFile(path.join(root, "secrets", "keys.json"))).rejects.toThrow();
});

test("a wrong, missing or unreadable passphrase is an error of usage", async () => {
  const { salt } = await keyring({ PULUMI_CONFIG_PASSPHRASE: "right" }).create();
  const cases: Record<string, string>[] = [
    { PULUMI_CONFIG_PASSPHRASE: "wrong" },
    {},
    { PULUMI_CONFIG_PASSPHRASE_FILE: path.join(root, "nowhere") },
  ];
  for (const environment of cases) {
    await expect(keyring(environment).open(salt)).rejects.toMatchObject({ exitCode: 2, remedy: expect.any(String) });
  }
});
