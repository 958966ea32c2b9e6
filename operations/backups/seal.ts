import { identityToRecipient } from "age-encryption";
import { messageOf, OperationFailure } from "../failure.ts";
import type { BackupSettings } from "../settings.ts";
import type { Manifest } from "./manifest.ts";
import { type Stage, shellWord } from "./pipeline.ts";

/**
 * The envelope: zstd, then age. Within it zstd leaves a checksum of what it was given, so that whatever comes out on the
 * way back is proved to be what went in; age authenticates each piece of what lies between.
 */
export function sealing(settings: Pick<BackupSettings, "recipients" | "compressionLevel">): Stage[] {
  const level =
    settings.compressionLevel < 0 ? `--fast=${-settings.compressionLevel}` : `-${settings.compressionLevel}`;
  return [
    // Files are compressed beside each other: threads within one would only hand the same work around.
    ["zstd", "-q", level, "--single-thread", "--check", "-c"],
    ["age", ...settings.recipients.flatMap(({ publicKey }) => ["-r", publicKey])],
  ];
}

/** Reads the identity from the pipeline's secret. */
export function opening(): Stage[] {
  return [DECRYPT, DECOMPRESS];
}

/**
 * The same for a reader that stops after the beginning. All of it is decompressed and compared with its checksum beside
 * that, which `wasTested` finds in the notes; its bytes go nowhere, for handing them on would cost as much again.
 */
export function openingHead(): Stage[] {
  return [DECRYPT, TEST, { shell: "{ zstd -q -dc 2> /dev/null || true; }", name: "zstd" }];
}

export function wasTested(notes: string): boolean {
  return notes === TESTED;
}

const TESTED = "tested";
const DECRYPT: Stage = { shell: "age -d -i <(cat <&4)", name: "age" };
const DECOMPRESS: Stage = ["zstd", "-q", "-dc"];
const TEST: Stage = {
  shell: `tee --output-error=warn-nopipe >(zstd -q -t > /dev/null && printf ${TESTED} >&5)`,
  name: "tee",
};

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
