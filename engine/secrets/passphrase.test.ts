import { deriveKey, matchingSealer, newSealer } from "./passphrase.ts";

jest.setTimeout(60_000);

// Derived with Go's and Python's PBKDF2 and AES-GCM, from passphrase "correct horse", salt 01…08, nonces 01… and 02….
const salt = "v1:AQIDBAUGBwg=:v1:AQEBAQEBAQEBAQEB:E386FCC/nLtFQ4c0goKZVfriLlkMPw==";
const sealed = "v1:AgICAgICAgICAgIC:/MI12kEfdvA/MwAfu95F4BSPJUmcvSoE09UpxyZlTq8RVQ==";

test("opens what Pulumi's scheme sealed, and nothing with another passphrase", async () => {
  const sealer = matchingSealer(await deriveKey("correct horse", salt), salt);
  expect(sealer?.open(sealed)).toBe("a value, sealed ä");
  expect(matchingSealer(await deriveKey("wrong horse", salt), salt)).toBeUndefined();
});

test("seals the same text differently each time, and refuses a changed value", async () => {
  const { sealer, key } = await newSealer("some passphrase");
  const first = sealer.seal("text");
  expect(sealer.seal("text")).not.toBe(first);
  expect(matchingSealer(key, sealer.salt)?.open(first)).toBe("text");
  expect(first).not.toContain("text");
  const damaged = `${first.slice(0, -6)}AAAA${first.slice(-2)}`;
  expect(() => sealer.open(damaged)).toThrow(/cannot be opened/);
  expect(() => sealer.open("plain")).toThrow(/cannot be opened/);
});

test("refuses an encryptionsalt of an unknown form", async () => {
  await expect(deriveKey("p", "v2:AQID:x")).rejects.toMatchObject({ exitCode: 2 });
});
