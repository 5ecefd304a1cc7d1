// Tools that nobody here wrote look at every page of a running box: html-validate, pa11y (HTML_CodeSniffer and axe) and Lighthouse.
// Usage: node outside.mjs BASE_URL < errand.json, where the errand is
// { "pages": [...], "refused": [...], "rooms": [...], "known": [...], "cookie": "...", "lit": [...] }.
// `refused` are pages that say that there is nothing here, or not for everyone. `rooms` are where links are followed from, as the
// colleague of that cookie, and `known` the patterns of all there are: one that no link leads to is told. Prints a line for each thing looked at; ends with 1 when one of them is not as it should be.
import { HtmlValidate } from "html-validate";
import lighthouse from "lighthouse";
import pa11y from "pa11y";
import puppeteer from "puppeteer";
import { readFileSync } from "node:fs";

const [base] = process.argv.slice(2);
const { pages, refused, rooms, known, cookie, lit } = JSON.parse(readFileSync(0, "utf8"));
const executablePath = process.env.CHROMIUM ?? "/usr/bin/chromium";
// The box shows the certificate that it made itself.
const args = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--ignore-certificate-errors"];
process.env.NODE_TLS_REJECT_UNAUTHORIZED = "0";
const THEMES = ["light", "dark"];
const AT_ONCE = 6;
const SCORE_MIN = 0.95;
const RUNS = 5;
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
    // Boxes that may be ticked together have one name; and HTML lets an id be any word.
    "form-dup-name": "off",
    "valid-id": ["error", { relaxed: true }],
    // A wall without JavaScript turns its pages by itself.
    "meta-refresh": "off",
  },
});

// The page's text; none for what is no page.
async function read(path, headers) {
  const answer = await fetch(base + path, { headers });
  const text = await answer.text();
  if (answer.ok && !answer.headers.get("content-type")?.startsWith("text/html")) return null;
  if (refused.includes(path)) {
    look(`${path} is refused`, answer.status === 403 || answer.status === 404 ? "" : `answered ${answer.status}`);
    return text;
  }
  // What only takes forms is no page.
  if (!answer.ok && answer.status !== 405) look(path, `answered ${answer.status}`);
  return answer.ok ? text : null;
}

async function valid(path, text) {
  const report = await html.validateString(text);
  const found = report.results.flatMap((result) => result.messages).map((m) => `${m.ruleId} at ${m.line}: ${m.message}`);
  look(`${path} is valid HTML`, found.slice(0, 5).join("; "));
}

async function pleases_pa11y(browser, path, headers) {
  for (const theme of THEMES) {
    const page = await browser.newPage();
    await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: theme }]);
    // On a gradient no tool can measure contrast and asks for a look; the test of web/src/look.rs measures at both its ends.
    const options = { browser, page, headers, runners: ["axe", "htmlcs"], standard: "WCAG2AA", levelCapWhenNeedsReview: "warning", timeout: 120_000 };
    const { issues } = await pa11y(base + path, options);
    look(`${path} ${theme} pleases pa11y`, issues.slice(0, 5).map((i) => `${i.code}: ${i.context?.slice(0, 120)}`).join("; "));
    await page.close();
  }
}

async function look_at_all(browser, paths, headers) {
  const waiting = [...paths];
  const worker = async () => {
    for (let path = waiting.shift(); path; path = waiting.shift()) {
      const text = await read(path, headers);
      if (text === null) continue;
      await valid(path, text);
      await pleases_pa11y(browser, path, headers);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}

// Every kind of room that links lead to: of a hundred sensors one is looked at. Each activity has rooms of its own.
async function rooms_from(start, headers) {
  const [, language] = start.split("/");
  const kind = (path) => path.replace(/\/(places|sensors|gateways|activities|history|colleagues|publish|posts|talk|outbox|rules|ask|person)\/(?!new|import)[^/?]+/g, "/$1/*").replace(/=[^&]*/g, "=*");
  const found = new Map([[kind(start), start]]);
  const waiting = new Set([start]);
  for (const path of waiting) {
    const text = await read(path, headers);
    for (const [, link] of text?.matchAll(/(?:href|action)="([^"#]+)/g) ?? []) {
      const to = link.replaceAll("&amp;", "&");
      const follow = !found.has(kind(to)) || /\/activities\/[^/?]+(\/draw)?$/.test(to);
      if (!to.startsWith(`/${language}/staff/`) || !follow || waiting.has(to)) continue;
      if ((await fetch(base + to, { headers, redirect: "manual" })).status !== 200) continue;
      waiting.add(to);
      if (!found.has(kind(to))) found.set(kind(to), to);
    }
  }
  return [...found.values()];
}

// Doors, where who is in does not come; streams; and what is there only at times: a picture that somebody sent, a page within a guide that is
// led, who was drawn, what comes before a draw is announced, what can be done with links that are out.
const AT_TIMES = /\/(claim|login|code|live|picture|photo\/|person\/|beside\/|\{\*path\}|draw\/announce|invitations\/withdraw)/;

// Rooms that no link led to, but for what only takes forms.
async function look_for_unlinked(found, headers) {
  const [, language] = found[0].split("/");
  for (const pattern of known.filter((pattern) => pattern.startsWith("/{lang}/") && !AT_TIMES.test(pattern))) {
    const room = pattern.replace("{lang}", language);
    const like = new RegExp(`^${room.replace(/\{[^}]*\}/g, "[^/?]+").replaceAll(".", "\\.")}(\\?|$)`);
    if (found.some((path) => like.test(path))) continue;
    const { status } = await fetch(base + room.replace(/\{[^}]*\}/g, "1"), { headers, redirect: "manual" });
    look(`${pattern} is linked or takes forms only`, status === 405 || status === 308 ? "" : `no link was found to it, and it answered ${status}`);
  }
}

const median = (numbers) => numbers.sort((a, b) => a - b)[Math.floor(numbers.length / 2)];

async function lights(browser, path) {
  const scores = {};
  const complaints = new Set();
  const port = Number(new URL(browser.wsEndpoint()).port);
  for (let run = 0; run < RUNS; run += 1) {
    const { lhr } = await lighthouse(base + path, { port, logLevel: "error", output: "json" });
    for (const [name, { score, auditRefs }] of Object.entries(lhr.categories)) {
      (scores[name] ??= []).push(score);
      for (const { id, weight } of auditRefs) if (weight && lhr.audits[id].score < 0.9 && lhr.audits[id].score !== null) complaints.add(`${name} ${id}`);
    }
  }
  const medians = Object.entries(scores).map(([name, all]) => [name, median(all)]);
  const told = medians.map(([name, score]) => `${name} ${Math.round(score * 100)}`).join(", ");
  const all = medians.length === 4 ? "" : "not all four were measured; ";
  look(`${path} in Lighthouse: ${told}`, all || medians.some(([, score]) => !(score >= SCORE_MIN)) ? all + [...complaints].join(", ") : "");
}

const browser = await puppeteer.launch({ executablePath, args, headless: true, acceptInsecureCerts: true });
try {
  for (const path of lit) await lights(browser, path);
  await look_at_all(browser, [...refused, ...pages], {});
  const headers = { cookie };
  const found = [];
  for (const start of rooms) found.push(await rooms_from(start, headers));
  await look_for_unlinked(found[0], headers);
  for (const paths of found) await look_at_all(browser, paths, headers);
} finally {
  await browser.close();
}
process.exit(failures ? 1 : 0);
