/**
 * Where a stack's key comes from: `PULUMI_CONFIG_PASSPHRASE`, the file that `PULUMI_CONFIG_PASSPHRASE_FILE` names, or
 * else a passphrase that is created for the sandbox on first use (`.thorbis/secrets/passphrase`, mode 600; the Pulumi
 * CLI can be given the same file). Keys derived from the sandbox's own passphrase are kept beside it, since deriving
 * takes a third of a second; keys from a user's passphrase are never written down.
 */
import { randomBytes } from "node:crypto";
import { mkdir, open, readFile, rename } from "node:fs/promises";
import * as path from "node:path";
import { deriveKey, matchingSealer, newSealer, type Sealer, SecretsError } from "./passphrase.ts";

export interface KeyringOptions {
  /** Folder of the sandbox's own passphrase; it is created on first use. */
  directory: string;
  environment: Record<string, string | undefined>;
}

/** Opens each salt at most once in its life. */
export class Keyring {
  readonly #options: KeyringOptions;
  readonly #sealers = new Map<string, Promise<Sealer>>();
  constructor(options: KeyringOptions) {
    this.#options = options;
  }

  /** The sandbox's passphrase file, for a Pulumi CLI that continues on the same state. */
  get passphraseFile(): string {
    return path.join(this.#options.directory, "passphrase");
  }

  /** True when the user gave a passphrase, rightly or wrongly. */
  get hasGivenPassphrase(): boolean {
    const { PULUMI_CONFIG_PASSPHRASE: given, PULUMI_CONFIG_PASSPHRASE_FILE: file } = this.#options.environment;
    return given !== undefined || (file !== undefined && file !== "");
  }

  /** A sealer for a stack that has no salt yet. */
  async create(): Promise<Sealer> {
    const given = await this.#given();
    const { sealer, key } = await newSealer(given ?? (await this.#own()));
    if (given === undefined) await this.#remember(sealer.salt, key);
    this.#sealers.set(sealer.salt, Promise.resolve(sealer));
    return sealer;
  }

  /** The sealer of a stack's salt. Errors: {@link SecretsError} when no passphrase is known or it is the wrong one. */
  open(salt: string): Promise<Sealer> {
    let sealer = this.#sealers.get(salt);
    if (!sealer) {
      sealer = this.#find(salt);
      this.#sealers.set(salt, sealer);
    }
    return sealer;
  }

  async #find(salt: string): Promise<Sealer> {
    const kept = (await this.#keptKeys())[salt];
    const known = kept === undefined ? undefined : matchingSealer(Buffer.from(kept, "base64"), salt);
    if (known) return known;
    const given = await this.#given();
    const passphrase = given ?? (await this.#ownIfCreated());
    if (passphrase === undefined) {
      throw new SecretsError(
        "This stack's secrets are sealed with a passphrase that is not known here.",
        "Set PULUMI_CONFIG_PASSPHRASE, or PULUMI_CONFIG_PASSPHRASE_FILE to a file that holds it.",
      );
    }
    const key = await deriveKey(passphrase, salt);
    const sealer = matchingSealer(key, salt);
    if (!sealer) {
      throw new SecretsError(
        "The passphrase is not the one that this stack's secrets were sealed with.",
        given === undefined
          ? "Set PULUMI_CONFIG_PASSPHRASE to the right one."
          : "Correct PULUMI_CONFIG_PASSPHRASE (or the file that PULUMI_CONFIG_PASSPHRASE_FILE names).",
      );
    }
    if (given === undefined) await this.#remember(salt, key);
    return sealer;
  }

  async #given(): Promise<string | undefined> {
    const { PULUMI_CONFIG_PASSPHRASE: given, PULUMI_CONFIG_PASSPHRASE_FILE: file } = this.#options.environment;
    if (given !== undefined) return given;
    if (!file) return undefined;
    try {
      // The CLI trims the line end that an editor leaves.
      return (await readFile(file, "utf8")).trim();
    } catch {
      throw new SecretsError(
        `${file}: the passphrase file cannot be read`,
        "PULUMI_CONFIG_PASSPHRASE_FILE has to name an existing file.",
      );
    }
  }

  async #ownIfCreated(): Promise<string | undefined> {
    try {
      return (await readFile(this.passphraseFile, "utf8")).trim();
    } catch {
      return undefined;
    }
  }

  async #own(): Promise<string> {
    const existing = await this.#ownIfCreated();
    if (existing !== undefined) return existing;
    await mkdir(this.#options.directory, { recursive: true, mode: 0o700 });
    const created = randomBytes(32).toString("base64url");
    try {
      const file = await open(this.passphraseFile, "wx", 0o600);
      await file.writeFile(`${created}\n`);
      await file.sync();
      await file.close();
      return created;
    } catch (error) {
      // Two first runs at once: the one that came first decides.
      const other = await this.#ownIfCreated();
      if (other !== undefined && other !== "") return other;
      throw error;
    }
  }

  async #keptKeys(): Promise<Record<string, string>> {
    try {
      return JSON.parse(await readFile(this.#keysFile, "utf8"));
    } catch {
      // Lost or torn: keys can always be derived again.
      return {};
    }
  }

  async #remember(salt: string, key: Buffer): Promise<void> {
    const keys = { ...(await this.#keptKeys()), [salt]: key.toString("base64") };
    const temporary = `${this.#keysFile}.${process.pid}`;
    const file = await open(temporary, "w", 0o600);
    await file.writeFile(JSON.stringify(keys));
    await file.close();
    await rename(temporary, this.#keysFile);
  }

  get #keysFile(): string {
    return path.join(this.#options.directory, "keys.json");
  }
}
