import { identityToRecipient } from "age-encryption";
import { messageOf, OperationFailure } from "../failure.ts";
import type { BackupSettings } from "../settings.ts";
import type { Manifest } from "./manifest.ts";
import { type Stage, shellWord } from "./pipeline.ts";

/**
 * The two halves of the envelope: zstd, then age. The SHA-256 of what lies between them (the compressed stream) is
 * noted on descriptor 5 on both ways, so that a decryption is proved to give back exactly what was encrypted.
 */
export function sealing(settings: Pick<BackupSettings, "recipients" | "compressionLevel">): Stage[] {
  const level =
    settings.compressionLevel < 0 ? `--fast=${-settings.compressionLevel}` : `-${settings.compressionLevel}`;
  return [
    // Files are compressed beside each other: threads within one would only hand the same work around.
    ["zstd", "-q", level, "--single-thread", "--check", "-c"],
    NOTE_HASH,
    ["age", ...settings.recipients.flatMap(({ publicKey }) => ["-r", publicKey])],
  ];
}

/** Reads the identity from the pipeline's secret, and notes what lay between the two. */
export function unsealing(): Stage[] {
  return [DECRYPT, NOTE_HASH, DECOMPRESS];
}

/** The same without the note, for a reader that goes by the hash of what is stored: age has authenticated the rest. */
export function opening(): Stage[] {
  return [DECRYPT, DECOMPRESS];
}

const DECRYPT: Stage = { shell: "age -d -i <(cat <&4)", name: "age" };
const DECOMPRESS: Stage = ["zstd", "-q", "-dc"];

/** openssl hashes with the processor's own instructions, seven times faster than coreutils, which stand in for it. */
const NOTE_HASH: Stage = { shell: "tee >({ openssl dgst -sha256 -r 2> /dev/null || sha256sum; } >&5)", name: "tee" };

/** The digest in sha256sum's answer. */
export function notedHash(notes: string): string {
  const digest = /^[0-9a-f]{64}/.exec(notes.trim())?.[0];
  if (digest === undefined) throw new OperationFailure("the hash of the stream was not reported");
  return digest;
}

/** Feeds a reader of the whole archive: what it does not read itself is drained, so that the checksums are checked. */
export function drained(words: readonly string[]): Stage {
  const command = words.map(shellWord).join(" ");
  return { shell: `{ ${command} && cat > /dev/null; }`, name: words[0]?.split("/").at(-1) ?? "" };
}

/** The identity that opens the sets; refused when it belongs to none of the recipients. */
export async function requireIdentity(settings: BackupSettings): Promise<string> {
  const { identity } = settings;
  if (identity === undefined) {
    throw new OperationFailure("no age identity is given, so nothing that is stored could be verified", {
      exitCode: 2,
      remedy:
        "Give the identity of one of the recipients in backups.identity (from Secrets Manager), or --identity FILE.",
    });
  }
  const publicKey = await recipientOf(identity);
  if (!settings.recipients.some((recipient) => recipient.publicKey === publicKey)) {
    throw new OperationFailure(`the identity given belongs to ${publicKey}, which is none of the recipients`, {
      exitCode: 2,
      remedy: "Take the identity of a recipient in backups.recipients, or add its public key there.",
    });
  }
  return identity;
}

/** A set made before the last rotation may not be open to today's key: that is no damage. */
export async function requireKeyOf(manifest: Pick<Manifest, "id" | "recipients">, identity: string): Promise<void> {
  const publicKey = await recipientOf(identity);
  if (manifest.recipients.some((recipient) => recipient.publicKey === publicKey)) return;
  const holders = manifest.recipients.map(({ name, escrow }) => `${name}${escrow ? " (escrow)" : ""}`).join(", ");
  throw new OperationFailure(`the identity given does not open ${manifest.id}: it is sealed for ${holders}`, {
    exitCode: 2,
    remedy: "Give the identity of one of these: --identity FILE.",
  });
}

export async function recipientOf(identity: string): Promise<string> {
  try {
    return await identityToRecipient(identity.trim());
  } catch (error) {
    throw new OperationFailure(`the age identity cannot be read: ${messageOf(error)}`, { exitCode: 2 });
  }
}
