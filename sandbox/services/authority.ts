/** A certificate authority of this checkout's own: it signs the certificates of the local services and nothing else. */
import { join } from "node:path";
import type { Certificate, Hosts } from "./certificates.ts";
import { privateDirectory, readIfPresent, writePrivate } from "./files.ts";

export interface Authority {
  /** Where the authority's certificate lies, for clients that want a file (`PGSSLROOTCERT`). */
  path: string;
  certificate: string;
  /** A certificate for these host names and addresses, kept under `name` and reused until it nears its end. */
  issue(name: string, hosts: Hosts): Promise<Certificate>;
}

/** Opens the authority kept in `directory`, creating it at first use. */
export async function openAuthority(directory: string): Promise<Authority> {
  privateDirectory(directory);
  const path = join(directory, "authority.pem");
  const own = load(directory, "authority") ?? (await createOwn(directory));
  return {
    path,
    certificate: own.certificate,
    async issue(name, hosts) {
      const { covers, issueCertificate } = await import("./certificates.ts");
      const kept = load(directory, name);
      if (kept && covers(kept.certificate, hosts)) return kept;
      const issued = await issueCertificate(own, name, hosts);
      save(directory, name, issued);
      return issued;
    },
  };
}

async function createOwn(directory: string): Promise<Certificate> {
  const { createAuthority } = await import("./certificates.ts");
  const made = await createAuthority();
  save(directory, "authority", made);
  return made;
}

function load(directory: string, name: string): Certificate | undefined {
  const certificate = readIfPresent(join(directory, `${name}.pem`));
  const key = readIfPresent(join(directory, `${name}.key`));
  return certificate !== undefined && key !== undefined ? { certificate, key } : undefined;
}

function save(directory: string, name: string, { certificate, key }: Certificate): void {
  // The key first: a certificate without its key would be taken for a complete pair's half and made anew anyway.
  writePrivate(join(directory, `${name}.key`), key);
  writePrivate(join(directory, `${name}.pem`), certificate);
}
