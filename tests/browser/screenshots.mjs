// Pictures of the main pages of a running box. Usage: node screenshots.mjs BASE_URL OUT_FOLDER NAME=PATH...
import { THEMES, WIDTHS, withBrowser } from "./browser.mjs";

const [base, out, ...pages] = process.argv.slice(2);
await withBrowser(async (browser) => {
  for (const [name, path] of pages.map((page) => page.split("="))) {
    for (const colorScheme of THEMES) {
      for (const width of WIDTHS) {
        const context = await browser.newContext({ colorScheme, viewport: { width, height: 900 }, reducedMotion: "reduce" });
        const page = await context.newPage();
        await page.goto(base + path, { waitUntil: "load" });
        await page.screenshot({ path: `${out}/${name}-${width}-${colorScheme}.png`, fullPage: true });
        await context.close();
      }
    }
  }
});
