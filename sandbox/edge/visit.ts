/** A real browser's visit to what the edge serves: what a person would see, and what the browser refused to do. */
import { createHash, X509Certificate } from "node:crypto";
import { type Browser, chromium } from "playwright-core";
import { requireExecutable } from "../services/executable.ts";
import { LOOPBACK } from "../services/ports.ts";

export interface Visit {
  status: number;
  /** Of the page itself, each value as it came. */
  headers: [string, string][];
  /** What the page's content security policy forbade, each as `directive: what`. */
  violations: string[];
  /** Other errors of the page: its script's, the console's, requests that failed. */
  complaints: string[];
  /** What the page's own script found out from the application. */
  health: string;
}

export interface Visitor {
  visit(url: string): Promise<Visit>;
  close(): Promise<void>;
}

export interface VisitorOptions {
  /** The edge's port for TLS; every host name leads to it. */
  tlsPort: number;
  /** PEM of the certificate that the edge shows: trusted here, and no other. */
  certificate: string;
}

const PATIENCE_MILLISECONDS = 20_000;

/** The browser asks the network for nothing of its own. */
const QUIET = [
  ...["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"],
  ...["--disable-background-networking", "--disable-component-update", "--disable-sync"],
];

const LISTENER = `globalThis.refused = [];
addEventListener("securitypolicyviolation", ({ effectiveDirective, blockedURI }) =>
  globalThis.refused.push(effectiveDirective + ": " + blockedURI));`;

/** Debian's Chromium, headless. Errors: `ServiceFailure` with the command that installs it. */
export async function openVisitor({ tlsPort, certificate }: VisitorOptions): Promise<Visitor> {
  const executablePath = requireExecutable("chromium", {
    debian: "sudo apt-get install --no-install-recommends chromium",
    macos: "brew install --cask chromium",
  });
  const browser = await chromium.launch({
    executablePath,
    args: [
      ...QUIET,
      `--host-resolver-rules=MAP * ${LOOPBACK}:${tlsPort}`,
      `--ignore-certificate-errors-spki-list=${fingerprint(certificate)}`,
    ],
  });
  return { visit: (url) => visit(browser, url), close: () => browser.close() };
}

function fingerprint(certificate: string): string {
  const key = new X509Certificate(certificate).publicKey.export({ type: "spki", format: "der" });
  return createHash("sha256").update(key).digest("base64");
}

async function visit(browser: Browser, url: string): Promise<Visit> {
  const page = await browser.newPage();
  const complaints: string[] = [];
  page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("requestfailed", (request) =>
    complaints.push(`${request.url()}: ${request.failure()?.errorText ?? "failed"}`),
  );
  try {
    await page.addInitScript({ content: LISTENER });
    const response = await page.goto(url, { timeout: PATIENCE_MILLISECONDS, waitUntil: "load" });
    // Its script writes there what the application answered; a page without one says nothing.
    const output = page.locator("output[data-ready=yes]");
    await output.waitFor({ timeout: PATIENCE_MILLISECONDS }).catch(() => undefined);
    const health = (await output.count()) > 0 ? ((await output.textContent()) ?? "") : "";
    return {
      status: response?.status() ?? 0,
      headers: ((await response?.headersArray()) ?? []).map(({ name, value }) => [name, value]),
      violations: (await page.evaluate("globalThis.refused")) as string[],
      complaints,
      health,
    };
  } finally {
    await page.close();
  }
}
