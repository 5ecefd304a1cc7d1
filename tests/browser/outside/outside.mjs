// Tools that nobody here wrote look at the portal of a running box: html-validate, pa11y (HTML_CodeSniffer and axe) and
// Lighthouse. Usage: node outside.mjs BASE_URL PLACE LANGUAGE...
// Prints a line for each thing looked at; ends with 1 when one of them is not as it should be.
import { HtmlValidate } from "html-validate";
import lighthouse from "lighthouse";
import pa11y from "pa11y";
import puppeteer from "puppeteer";

const [base, place, ...languages] = process.argv.slice(2);
const executablePath = process.env.CHROMIUM ?? "/usr/bin/chromium";
const args = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"];
const SCORE_MIN = 0.95;
const RUNS = Number(process.env.LIGHTHOUSE_RUNS ?? 5);
let failures = 0;

function look(what, problem) {
  if (problem) failures += 1;
  console.log(problem ? `FAIL ${what}: ${problem}` : `ok ${what}`);
}

const html = new HtmlValidate({
  extends: ["html-validate:recommended"],
  rules: {
    // Void elements and attributes are written the short way throughout.
    "void-style": "off",
    "no-trailing-whitespace": "off",
    "long-title": "off",
  },
});

async function valid(path) {
  const text = await (await fetch(base + path)).text();
  const report = await html.validateString(text);
  const found = report.results.flatMap((result) => result.messages).map((m) => `${m.ruleId} at ${m.line}: ${m.message}`);
  look(`${path} is valid HTML`, found.slice(0, 5).join("; "));
}

async function pleases_pa11y(browser, path) {
  for (const theme of ["light", "dark"]) {
    const page = await browser.newPage();
    await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: theme }]);
    // On a gradient no tool can measure contrast and asks for a look; the test of web/src/look.rs measures at both its ends.
    const options = { browser, page, runners: ["axe", "htmlcs"], standard: "WCAG2AA", levelCapWhenNeedsReview: "warning" };
    const { issues } = await pa11y(base + path, options);
    look(`${path} ${theme} pleases pa11y`, issues.slice(0, 5).map((i) => `${i.code}: ${i.context?.slice(0, 120)}`).join("; "));
    await page.close();
  }
}

const median = (numbers) => numbers.sort((a, b) => a - b)[Math.floor(numbers.length / 2)];

async function lights(browser, path) {
  const scores = {};
  const complaints = new Set();
  for (let run = 0; run < RUNS; run += 1) {
    const port = Number(new URL(browser.wsEndpoint()).port);
    const { lhr } = await lighthouse(base + path, { port, logLevel: "error", output: "json" });
    for (const [name, { score, auditRefs }] of Object.entries(lhr.categories)) {
      (scores[name] ??= []).push(score);
      for (const { id, weight } of auditRefs) if (weight && lhr.audits[id].score < 0.9 && lhr.audits[id].score !== null) complaints.add(id);
    }
  }
  const medians = Object.entries(scores).map(([name, all]) => [name, median(all)]);
  // A box without a certificate speaks HTTP: that alone is not held against its pages.
  const low = medians.filter(([name, score]) => score < SCORE_MIN && !(name === "best-practices" && [...complaints].every((c) => /https/.test(c))));
  const told = medians.map(([name, score]) => `${name} ${Math.round(score * 100)}`).join(", ");
  look(`${path} in Lighthouse: ${told}`, low.length ? [...complaints].join(", ") : "");
}

const pages = (language) =>
  ["", `places/${place}`, `places/${place}/data`, `places/${place}/poster`, `places/${place}/embed`, "data", "about"].map((rest) => `/${language}/${rest}`);
const browser = await puppeteer.launch({ executablePath, args, headless: true });
try {
  for (const language of languages) {
    for (const path of [...pages(language), `/embed/${language}/${place}`]) {
      await valid(path);
      await pleases_pa11y(browser, path);
    }
  }
  if (!process.env.NO_LIGHTHOUSE) for (const language of languages) for (const path of pages(language).slice(0, 2)) await lights(browser, path);
} finally {
  await browser.close();
}
process.exit(failures ? 1 : 0);
