/** Makes and reads certificates. Loaded only when one is made or judged: the library is most of what a command would load. */
import "reflect-metadata";
import { randomBytes } from "node:crypto";
import * as x509 from "@peculiar/x509";

export interface Certificate {
  /** PEM. */
  certificate: string;
  /** PKCS #8 in PEM. */
  key: string;
}

const ALGORITHM = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
const DAY = 86_400_000;
/** Browsers refuse certificates that are valid for longer than 825 days. */
const VALID_DAYS = 800;
/** A certificate is issued anew when it would expire within this time. */
const RENEW_DAYS = 30;

/** The host names and addresses for which a certificate is good. */
export interface Hosts {
  names: string[];
  addresses: string[];
}

export async function createAuthority(): Promise<Certificate> {
  const keys = await crypto.subtle.generateKey(ALGORITHM, true, ["sign", "verify"]);
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    ...validity(),
    name: "CN=Thorbis local authority",
    signingAlgorithm: ALGORITHM,
    keys,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey, false),
    ],
  });
  return { certificate: certificate.toString("pem"), key: await exportKey(keys.privateKey) };
}

/** A server's certificate, signed by the authority. */
export async function issueCertificate(authority: Certificate, name: string, hosts: Hosts): Promise<Certificate> {
  const issuer = new x509.X509Certificate(authority.certificate);
  const der = x509.PemConverter.decodeFirst(authority.key);
  const signingKey = await crypto.subtle.importKey("pkcs8", der, ALGORITHM, false, ["sign"]);
  const keys = await crypto.subtle.generateKey(ALGORITHM, true, ["sign", "verify"]);
  const certificate = await x509.X509CertificateGenerator.create({
    ...validity(),
    subject: `CN=Thorbis local ${name}`,
    issuer: issuer.subject,
    signingAlgorithm: ALGORITHM,
    publicKey: keys.publicKey,
    signingKey,
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
      new x509.SubjectAlternativeNameExtension([
        ...hosts.names.map((value) => ({ type: "dns" as const, value })),
        ...hosts.addresses.map((value) => ({ type: "ip" as const, value })),
      ]),
      await x509.AuthorityKeyIdentifierExtension.create(issuer, false),
    ],
  });
  return { certificate: certificate.toString("pem"), key: await exportKey(keys.privateKey) };
}

function validity(): { serialNumber: string; notBefore: Date; notAfter: Date } {
  // The first bit of a serial number must be 0: it is a positive integer.
  const serial = randomBytes(16);
  serial[0] = ((serial[0] ?? 0) & 0x7f) | 0x01;
  // An hour back: containers and virtual machines often run a little behind.
  return {
    serialNumber: serial.toString("hex"),
    notBefore: new Date(Date.now() - 3_600_000),
    notAfter: new Date(Date.now() + VALID_DAYS * DAY),
  };
}

async function exportKey(key: CryptoKey): Promise<string> {
  return x509.PemConverter.encode(await crypto.subtle.exportKey("pkcs8", key), "PRIVATE KEY");
}

/** Whether the certificate is good for all of these, and for a while yet. */
export function covers(pem: string, hosts: Hosts): boolean {
  const certificate = new x509.X509Certificate(pem);
  if (certificate.notAfter.getTime() < Date.now() + RENEW_DAYS * DAY) return false;
  const entries = certificate.getExtension(x509.SubjectAlternativeNameExtension)?.names.items ?? [];
  const present = new Set(entries.map(({ value }) => value));
  return [...hosts.names, ...hosts.addresses].every((host) => present.has(host));
}
