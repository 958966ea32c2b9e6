/**
 * Seals what the world remembers. A provider must be able to read back a password that it was given, so the sandbox has
 * to keep it; it keeps it encrypted, with a key of its own in a file that only the owner can read.
 */
import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import { linkSync, readFileSync, rmSync, writeFileSync } from "node:fs";

const algorithm = "aes-256-gcm";
const nonceBytes = 12;
const tagBytes = 16;

export interface Seal {
  close(text: string): string;
  open(sealed: string): string;
}

export function createSeal(key: Uint8Array): Seal {
  return {
    close(text) {
      const nonce = randomBytes(nonceBytes);
      const cipher = createCipheriv(algorithm, key, nonce);
      const sealed = Buffer.concat([cipher.update(text, "utf8"), cipher.final()]);
      return Buffer.concat([nonce, cipher.getAuthTag(), sealed]).toString("base64");
    },
    open(sealed) {
      const bytes = Buffer.from(sealed, "base64");
      const decipher = createDecipheriv(algorithm, key, bytes.subarray(0, nonceBytes));
      decipher.setAuthTag(bytes.subarray(nonceBytes, nonceBytes + tagBytes));
      return decipher.update(bytes.subarray(nonceBytes + tagBytes), undefined, "utf8") + decipher.final("utf8");
    },
  };
}

/** The key in the file; created with mode 600 when there is none. */
export function sealFromFile(path: string): Seal {
  return createSeal(readKey(path) ?? createKey(path));
}

function readKey(path: string): Uint8Array | undefined {
  try {
    return Buffer.from(readFileSync(path, "utf8").trim(), "base64");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

/** Linked into place when it is complete: a process that starts at the same moment finds no key or the whole of it. */
function createKey(path: string): Uint8Array {
  const key = randomBytes(32);
  const draft = `${path}.${process.pid}.${randomBytes(4).toString("hex")}`;
  writeFileSync(draft, `${key.toString("base64")}\n`, { mode: 0o600 });
  try {
    linkSync(draft, path);
    return key;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    return readKey(path) ?? key;
  } finally {
    rmSync(draft, { force: true });
  }
}
