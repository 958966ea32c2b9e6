/**
 * Pulumi's passphrase scheme: a key derived with PBKDF2-SHA256 (1,000,000 rounds) seals each value with AES-256-GCM.
 * `v1:<nonce>:<ciphertext and tag>`, both base64, is a sealed value; `v1:<salt>:<sealed "pulumi">` is what a stack
 * keeps to derive the key again and to know that the passphrase is right.
 * Source: `pkg/secrets/passphrase/manager.go` and `sdk/go/common/resource/config/crypt.go` of pulumi/pulumi.
 */
import { createCipheriv, createDecipheriv, pbkdf2, randomBytes } from "node:crypto";
import { promisify } from "node:util";

const rounds = 1_000_000;
const keyBytes = 32;
const saltBytes = 8;
const nonceBytes = 12;
const tagBytes = 16;
const proof = "pulumi";

export class SecretsError extends Error {
  override readonly name = "SecretsError";
  readonly exitCode = 2;
  readonly remedy: string | undefined;
  constructor(message: string, remedy?: string) {
    super(message);
    this.remedy = remedy;
  }
}

/** Seals and opens values with one derived key. */
export interface Sealer {
  /** What a stack keeps as `encryptionsalt`. */
  readonly salt: string;
  seal(plain: string): string;
  /** Errors: {@link SecretsError} when the value was sealed with another key or changed since. */
  open(sealed: string): string;
}

/** About 0.3 s of work on another thread. */
export async function deriveKey(passphrase: string, salt: string): Promise<Buffer> {
  return promisify(pbkdf2)(passphrase, saltOf(salt), rounds, keyBytes, "sha256");
}

/** A sealer with a new salt. */
export async function newSealer(passphrase: string): Promise<{ sealer: Sealer; key: Buffer }> {
  const salt = randomBytes(saltBytes);
  const key = await promisify(pbkdf2)(passphrase, salt, rounds, keyBytes, "sha256");
  const state = `v1:${salt.toString("base64")}:${seal(key, proof)}`;
  return { sealer: sealerOf(key, state), key };
}

/** The sealer of a key that was derived for `salt`; `undefined` when the key, so the passphrase, is another one. */
export function matchingSealer(key: Buffer, salt: string): Sealer | undefined {
  const sealedProof = salt.split(":").slice(2).join(":");
  return open(key, sealedProof) === proof ? sealerOf(key, salt) : undefined;
}

function saltOf(state: string): Buffer {
  const [version, salt, ...sealed] = state.split(":");
  if (version !== "v1" || !salt || sealed.length !== 3) {
    throw new SecretsError(
      "The stack's encryptionsalt has an unknown form: expected v1:<salt>:v1:<nonce>:<ciphertext>.",
      "Restore it from version control: without it, sealed values cannot be opened again.",
    );
  }
  return Buffer.from(salt, "base64");
}

function sealerOf(key: Buffer, salt: string): Sealer {
  return {
    salt,
    seal: (plain) => seal(key, plain),
    open: (sealed) => {
      const plain = open(key, sealed);
      if (plain === undefined) {
        throw new SecretsError(
          "A sealed value cannot be opened with this stack's passphrase: it was sealed with another one, or damaged.",
        );
      }
      return plain;
    },
  };
}

function seal(key: Buffer, plain: string): string {
  const nonce = randomBytes(nonceBytes);
  const cipher = createCipheriv("aes-256-gcm", key, nonce);
  const sealed = Buffer.concat([cipher.update(plain, "utf8"), cipher.final(), cipher.getAuthTag()]);
  return `v1:${nonce.toString("base64")}:${sealed.toString("base64")}`;
}

function open(key: Buffer, sealed: string): string | undefined {
  const [version, nonce, text] = sealed.split(":");
  if (version !== "v1" || nonce === undefined || text === undefined) return undefined;
  const bytes = Buffer.from(text, "base64");
  try {
    const decipher = createDecipheriv("aes-256-gcm", key, Buffer.from(nonce, "base64"));
    decipher.setAuthTag(bytes.subarray(-tagBytes));
    return Buffer.concat([decipher.update(bytes.subarray(0, -tagBytes)), decipher.final()]).toString("utf8");
  } catch {
    return undefined;
  }
}
