import { existsSync } from "node:fs";
import { chromium } from "playwright-core";
import { securityHeaders } from "../../components/security-headers.ts";
import { referenceApp } from "../reference/app.ts";
import { compileWorld, type DeclaredResource } from "./project.ts";
import { type EdgeServer, startEdge } from "./server.ts";

const BROWSER = "/usr/bin/chromium";
/** A page on this machine, and nothing that the browser would ask the network for. */
const ARGUMENTS = [
  ...["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"],
  ...["--disable-background-networking", "--disable-component-update", "--disable-sync"],
];

const declared = securityHeaders({
  strictTransport: false,
  contentSecurityPolicy: { services: ["fonts", "stripe"], upgradeInsecureRequests: false },
});

const declare = (type: string, id: string, inputs: DeclaredResource["inputs"]): DeclaredResource => ({
  type: `vercel:index/${type}`,
  id,
  inputs,
  outputs: inputs,
});

const resources = [
  declare("project:Project", "prj", { name: "hs" }),
  declare("projectDomain:ProjectDomain", "d", { projectId: "prj", domain: "hs.localhost" }),
  declare("projectRoute:ProjectRoute", "r", {
    projectId: "prj",
    srcSyntax: "regex",
    route: { src: "^/(.*)$", headers: { ...declared } },
    position: { placement: "start" },
  }),
];

const inBrowser = existsSync(BROWSER) ? describe : describe.skip;

inBrowser(
  `a browser's visit through the edge${existsSync(BROWSER) ? "" : " (skipped: chromium is not installed)"}`,
  () => {
    let edge: EdgeServer;
    const violations: string[] = [];

    beforeAll(async () => {
      const app = referenceApp({ onViolation: ({ body }) => violations.push(body) });
      edge = await startEdge({ world: compileWorld(resources), app, httpPort: 0 });
    });
    afterAll(() => edge.close());

    it("runs the page's script and style under the declared policy, without a violation and with every declared header", async () => {
      const browser = await chromium.launch({ executablePath: BROWSER, args: ARGUMENTS });
      try {
        const page = await browser.newPage();
        const complaints: string[] = [];
        page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
        const response = await page.goto(`http://hs.localhost:${edge.httpPort}/`);
        await page.waitForSelector("output[data-ready=yes]");
        expect(await page.textContent("#status")).toBe("healthy");
        expect(await page.locator("h1").evaluate((heading) => heading.ownerDocument.styleSheets.length)).toBe(1);
        expect(complaints).toEqual([]);
        expect(violations).toEqual([]);
        const live = response?.headers() ?? {};
        for (const [name, value] of Object.entries(declared))
          expect([name, live[name.toLowerCase()]]).toEqual([name, value]);
      } finally {
        await browser.close();
      }
    }, 60_000);

    it("is kept from what the policy forbids", async () => {
      const browser = await chromium.launch({ executablePath: BROWSER, args: ARGUMENTS });
      try {
        const page = await browser.newPage();
        await page.goto(`http://hs.localhost:${edge.httpPort}/`);
        const refused = page.waitForEvent("console", (message) => message.text().includes("Content Security Policy"));
        await page.evaluate(
          'document.body.insertAdjacentHTML("beforeend", "<img src=http://elsewhere.example/x.png>")',
        );
        expect((await refused).text()).toContain("img-src");
      } finally {
        await browser.close();
      }
    }, 60_000);
  },
);
