import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { pathToFileURL } from "node:url";
import axe from "axe-core";
import { type Browser, chromium, type Page } from "playwright-core";
import { environmentFixture, reviewFixture } from "../../testing/review.ts";
import { page as pageOf } from "./page.ts";

const BROWSER = "/usr/bin/chromium";
/** A page on this machine, and nothing that the browser would ask the network for. */
const ARGUMENTS = [
  ...["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"],
  ...["--disable-background-networking", "--disable-component-update", "--disable-sync"],
];
/** Words as long as the providers have them, and values without a place to break. */
const wide = environmentFixture({
  changes: environmentFixture().changes.map((change) => ({
    ...change,
    type: "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
    differences: [
      { path: `tags.${"x".repeat(90)}`, kind: "update", before: "b".repeat(300), after: '"c"', replaces: true },
    ],
  })),
});
const inBrowser = existsSync(BROWSER) ? describe : describe.skip;

jest.setTimeout(60_000);

inBrowser(`the review's page in a browser${existsSync(BROWSER) ? "" : " (skipped: chromium is not installed)"}`, () => {
  let browser: Browser;
  let folder: string;
  let address: string;

  beforeAll(async () => {
    folder = mkdtempSync(path.join(tmpdir(), "review-page-"));
    const file = path.join(folder, "review.html");
    writeFileSync(file, pageOf(reviewFixture(wide, environmentFixture({ name: "staging" }))));
    address = pathToFileURL(file).href;
    browser = await chromium.launch({ executablePath: BROWSER, args: ARGUMENTS });
  });
  afterAll(async () => {
    await browser.close();
    rmSync(folder, { recursive: true });
  });

  async function open(colorScheme: "light" | "dark", width = 1280): Promise<{ page: Page; told: string[] }> {
    const page = await browser.newPage({ colorScheme, viewport: { width, height: 900 } });
    const told: string[] = [];
    page.on("console", (message) => told.push(message.text()));
    page.on("pageerror", (error) => told.push(error.message));
    page.on("request", (request) => request.url() !== address && told.push(request.url()));
    await page.goto(address);
    return { page, told };
  }

  test.each(["light", "dark"] as const)("is accessible in the %s scheme, with every part unfolded", async (scheme) => {
    const { page, told } = await open(scheme);
    expect(told).toEqual([]);
    await page.evaluate(() => {
      for (const details of document.querySelectorAll("details")) details.open = true;
    });
    await page.evaluate(axe.source);
    const { violations: found } = await page.evaluate(() => (globalThis as unknown as { axe: typeof axe }).axe.run());
    const violations = found.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`);
    expect(violations).toEqual([]);
    await page.close();
  });

  test("gives every picture a name", async () => {
    const { page } = await open("light");
    const names = await page
      .locator("svg, img")
      .evaluateAll((pictures) => pictures.map((picture) => picture.getAttribute("aria-label")));
    expect(names.length).toBeGreaterThan(2);
    for (const name of names) expect(name).toMatch(/^(?:production|staging): \w/);
    await page.close();
  });

  test("is reached and unfolded by the keyboard alone", async () => {
    const { page } = await open("light");
    const folded = page.locator("details:not([open]) > summary").first();
    const focusable = await page.locator("a[href], summary, [tabindex='0']").count();
    let reached = false;
    for (let presses = 0; presses <= focusable && !reached; presses++) {
      await page.keyboard.press("Tab");
      reached = await folded.evaluate((summary) => summary === document.activeElement);
    }
    expect(reached).toBe(true);
    await page.keyboard.press("Enter");
    expect(await page.evaluate(() => document.activeElement?.parentElement?.hasAttribute("open"))).toBe(true);
    await page.close();
  });

  test.each([390, 1280])(
    "fits a screen of %i: nothing but the graph scrolls sideways, in its own frame",
    async (width) => {
      const { page } = await open("light", width);
      await page.evaluate(() => {
        for (const details of document.querySelectorAll("details")) details.open = true;
      });
      const frames = await page
        .locator(".frame, .chart")
        .evaluateAll((elements) => elements.filter((element) => element.scrollWidth > element.clientWidth).length);
      expect(frames).toBe(0);
      const [whole, visible] = await page.evaluate(() => [
        document.documentElement.scrollWidth,
        document.documentElement.clientWidth,
      ]);
      expect(whole).toBeLessThanOrEqual(visible ?? 0);
      await page.close();
    },
  );
});
