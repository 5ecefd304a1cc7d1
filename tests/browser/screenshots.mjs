// Pictures of the main pages of a running box that nobody has claimed yet. Usage: node screenshots.mjs BASE_URL OUT_FOLDER CODE
import { fill, send, THEMES, WIDTHS, withBrowser } from "./browser.mjs";

const [base, out, code] = process.argv.slice(2);
// A poster is paper, and paper is white.
const PUBLIC = { home: "/sv/", place: "/sv/places/library", poster: "/sv/places/library/poster", screen: "/screen/library" };
const themes = (name) => (name === "poster" ? ["light"] : THEMES);
const PATIENCE = 120_000;

// Until the sensors have spoken the pages say that they are silent.
async function all_have_spoken(browser) {
  const page = await browser.newPage();
  await page.goto(`${base}/sv/places/library`);
  await page.waitForFunction(() => document.querySelector("live-place").dataset.state !== "silent", null, { timeout: PATIENCE });
  await page.close();
}

async function claimed(browser) {
  const context = await browser.newContext({ locale: "sv" });
  const page = await context.newPage();
  await page.goto(`${base}/sv/staff/claim`);
  await fill(page, { code });
  await send(page);
  await fill(page, { name: "Kari Nordmann", login: "kari", password: "four calm words here" });
  await send(page);
  return context.storageState();
}

async function picture(browser, name, path, storageState) {
  for (const colorScheme of themes(name)) {
    for (const width of WIDTHS) {
      const context = await browser.newContext({ storageState, colorScheme, viewport: { width, height: 900 }, reducedMotion: "reduce" });
      const page = await context.newPage();
      await page.goto(base + path, { waitUntil: "load" });
      await page.screenshot({ path: `${out}/${name}-${width}-${colorScheme}.png`, fullPage: true });
      await context.close();
    }
  }
}

await withBrowser(async (browser) => {
  await all_have_spoken(browser);
  for (const [name, path] of Object.entries(PUBLIC)) await picture(browser, name, path);
  await picture(browser, "steward", "/sv/staff/", await claimed(browser));
});
