/**
 * Pictures of every review page in a folder, as a reader sees it: light and dark, on a desk and on a telephone, as it
 * opens and with everything unfolded. `node bench/review-pictures.ts FOLDER`
 */
import { readdirSync } from "node:fs";
import * as path from "node:path";
import { pathToFileURL } from "node:url";
import { chromium } from "playwright-core";

const BROWSER = "/usr/bin/chromium";
const TALLEST = 8_000;
const widths = { desk: 1280, telephone: 390 };

const folder = path.resolve(process.argv[2] ?? "");
const pages = readdirSync(folder).filter((name) => name.endsWith(".html"));
if (pages.length === 0) throw new Error("usage: node bench/review-pictures.ts FOLDER (of NAME.html)");
const browser = await chromium.launch({
  executablePath: BROWSER,
  args: ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"],
});
try {
  for (const name of pages) {
    for (const colorScheme of ["light", "dark"] as const) {
      for (const [screen, width] of Object.entries(widths)) {
        const page = await browser.newPage({ colorScheme, viewport: { width, height: 800 } });
        await page.goto(pathToFileURL(path.join(folder, name)).href);
        const take = async (ending: string) => {
          const height = await page.evaluate(() => document.documentElement.scrollHeight);
          const file = name.replace(/\.html$/, `-${colorScheme}-${screen}${ending}.png`);
          // Chromium paints no picture of any height.
          const clip = { x: 0, y: 0, width, height: Math.min(height, TALLEST) };
          await page.screenshot({ path: path.join(folder, file), fullPage: true, clip });
        };
        await take("");
        await page.evaluate(() => {
          for (const details of document.querySelectorAll("details")) details.open = true;
        });
        await take("-open");
        await page.close();
      }
    }
  }
} finally {
  await browser.close();
}
