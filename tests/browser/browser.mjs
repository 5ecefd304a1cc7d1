// One Chromium for all scripts here: no network of its own, strict about what pages do. `look` counts what is amiss, `finish` ends with it.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { chromium } from "playwright-core";

const axeSource = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
let failures = 0;

export const WIDTHS = [390, 1280];
export const THEMES = ["light", "dark"];

// How the page that stands at `at` in a list is looked at: in each theme and width, each time in another language, so that every language
// is seen once; in the long run, in every language each time.
export function views(at, languages) {
  const looks = THEMES.flatMap((colorScheme) => WIDTHS.map((width) => ({ colorScheme, width })));
  if (process.env.ALLTING_LONG) return looks.flatMap((look) => languages.map((language) => ({ ...look, language })));
  return looks.map((look, turn) => ({ ...look, language: languages[(at + turn) % languages.length] }));
}

export async function withBrowser(work) {
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
      "--disable-component-update", "--disable-sync"],
  });
  try {
    return await work(browser);
  } finally {
    await browser.close();
  }
}

// Says how one thing looked at is: `problem` is what is wrong with it, or nothing.
export function look(what, problem) {
  if (problem) failures += 1;
  console.log(problem ? `FAIL ${what}: ${problem}` : `ok ${what}`);
}

export function finish() {
  process.exit(failures ? 1 : 0);
}

// What axe finds on a page, and whether it is wider than the screen. The context needs `bypassCSP`.
export async function barriers(page, rules = {}) {
  await page.evaluate(axeSource);
  const found = await page.evaluate((options) => window.axe.run(document, options), { runOnly: RULES, rules });
  const problems = found.violations.map((v) => `${v.id} (${v.nodes.length}): ${v.nodes[0].html.slice(0, 160)}`);
  if (await page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth)) problems.push("wider than the screen");
  return problems;
}

// Fills the fields of a form by their names, whatever kind they are.
export async function fill(page, fields) {
  for (const [name, value] of Object.entries(fields)) {
    const field = page.locator(`[name="${name}"]`).first();
    const kind = await field.evaluate((e) => (e.tagName === "SELECT" ? "select" : e.type));
    if (kind === "select") await field.selectOption(value);
    else if (kind === "radio" || kind === "checkbox") await page.locator(`[name="${name}"][value="${value}"]`).check();
    else await field.fill(value);
  }
}

// Presses the button that sends the form of the page.
export const send = (page) => Promise.all([page.waitForNavigation(), page.locator("main form .buttons button").first().click()]);
