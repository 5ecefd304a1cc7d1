// Walks the portal of a running box as visitors do. Usage: node portal.mjs BASE_URL PLACE LANGUAGE...
// Prints a line for each thing looked at; ends with 1 when one of them is not as it should be.
import { barriers, finish, look, views, withBrowser } from "./browser.mjs";
import { stops } from "./keyboard.mjs";

const [base, place, ...languages] = process.argv.slice(2);

// What a page does behind the visitor's back: errors, refused scripts, strangers asked, cookies set.
async function opened(context, path) {
  const page = await context.newPage();
  const complaints = [];
  page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("request", (request) => request.url().startsWith(base) || request.url().startsWith("data:")
    || complaints.push(`asked a stranger: ${request.url()}`));
  await page.goto(base + path, { waitUntil: "load" });
  return { page, complaints };
}

async function accessible(browser, path, { colorScheme, width }) {
  const context = await browser.newContext({ colorScheme, viewport: { width, height: 900 }, bypassCSP: true });
  const { page } = await opened(context, path);
  look(`${path} ${colorScheme} ${width} px is accessible`, (await barriers(page)).join("; "));
  await context.close();
}

// The same weeks last year, in the longest words of such a table: a box in a test has not lived that long.
const YEARS = `<table class="plain"><tr><th>Skuleferie</th><td>38 passeringar</td><td>40 passeringar</td></tr></table>`;

// A page at 1280 px enlarged four times is as wide as this: nobody should have to scroll sideways to read (WCAG 1.4.10).
async function fits_when_enlarged(browser, path) {
  const context = await browser.newContext({ viewport: { width: 320, height: 256 } });
  const { page } = await opened(context, path);
  const over = await page.evaluate((years) => {
    document.querySelector("main .wrap")?.insertAdjacentHTML("beforeend", years);
    return document.documentElement.scrollWidth - window.innerWidth;
  }, YEARS);
  look(`${path} fits on 320 px`, over > 0 ? `${over} px too wide` : "");
  await context.close();
}

async function well_behaved(browser, path) {
  const context = await browser.newContext();
  const { page, complaints } = await opened(context, path);
  await page.waitForTimeout(300);
  const cookies = await context.cookies();
  if (cookies.length) complaints.push(`sets cookies: ${cookies.map((c) => c.name)}`);
  look(`${path} asks nobody, sets no cookie, breaks no policy`, complaints.join("; "));
  await context.close();
}

async function whole_without_script(browser, path) {
  const text = async (javaScriptEnabled) => {
    const context = await browser.newContext({ javaScriptEnabled });
    const { page } = await opened(context, path);
    const sentence = await page.locator("main").innerText();
    await context.close();
    return sentence.trim();
  };
  const without = await text(false);
  look(`${path} says it all without JavaScript`, without.length < 80 ? `only: ${without}` : "");
}

async function walks_by_keyboard(browser, path) {
  const context = await browser.newContext({ viewport: { width: 390, height: 900 } });
  const { page } = await opened(context, path);
  await stops(page, path);
  await context.close();
}

async function lives(browser, path) {
  const context = await browser.newContext();
  const { page, complaints } = await opened(context, path);
  // At night nothing changes for hours, so the sentence is blotted out: the next measurement must write it again.
  const blot = "...";
  await page.locator("[data-live=sentence]").evaluate((e, text) => { e.textContent = text; }, blot);
  const changed = await page.waitForFunction((was) => document.querySelector("[data-live=sentence]").textContent !== was,
    blot, { timeout: 60_000 }).then(() => "", () => "no measurement renewed its sentence within a minute");
  look(`${path} lives while it is open`, [changed, ...complaints].filter(Boolean).join("; "));
  await context.close();
}

// The line goes down without a word: a screen keeps its numbers, says how old they are, and comes back when the line does.
async function keeps_what_it_knows(browser, path) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 720 } });
  const page = await context.newPage();
  await page.clock.install();
  await page.goto(base + path, { waitUntil: "load" });
  const told = () => page.locator(".slide:not([hidden]) .sentence").innerText();
  const before = await told();
  await context.setOffline(true);
  await context.route("**/live*", (route) => route.abort());
  await page.evaluate(() => {
    const { source } = document.querySelector("wall-screen");
    source.close();
    Object.defineProperty(source, "readyState", { value: EventSource.OPEN });
  });
  await page.clock.fastForward(45_000);
  const lost = await page.locator(".wall-lost").innerText();
  const after = await told();
  look(`${path} keeps what it knows when the line is down`,
    [after.length > 10 && before.length > 10 ? "" : `says "${after}"`, /\d/.test(lost) ? "" : `does not say how old it is: "${lost}"`].filter(Boolean).join("; "));
  await context.unroute("**/live*");
  await context.setOffline(false);
  await page.clock.runFor(21_000);
  const back = await page.locator(".wall-lost").waitFor({ state: "hidden", timeout: 20_000 }).then(() => "", () => "still says that the line is down");
  look(`${path} comes back by itself`, back);
  await context.close();
}

// The machine behind a wall may think it is elsewhere.
async function tells_the_time_of_the_municipality(browser, path) {
  const context = await browser.newContext({ timezoneId: "Pacific/Auckland" });
  const { page } = await opened(context, path);
  const [told, zone] = await page.evaluate(() => [document.querySelector(".wall-clock").textContent, document.querySelector("wall-screen").dataset.zone]);
  const at = (ms) => new Date(ms).toLocaleTimeString("sv", { hour: "2-digit", minute: "2-digit", timeZone: zone });
  look(`${path} tells the time of ${zone}`, zone && [Date.now(), Date.now() - 60_000].map(at).includes(told) ? "" : `says ${told}`);
  await context.close();
}

async function speaks(browser, language) {
  const context = await browser.newContext({ locale: language });
  const { page } = await opened(context, "/");
  const spoken = await page.evaluate(() => document.documentElement.lang);
  look(`a visitor whose browser asks for ${language} is answered in ${language}`, spoken === language ? "" : `got ${spoken}`);
  await context.close();
}

const pages = (language) => ["", `places/${place}`, `places/${place}/data`, `places/${place}/poster`, `places/${place}/embed`, "data", "about", "news", "take-part"]
  .map((path) => `/${language}/${path}`).concat(`/embed/${language}/${place}`);

await withBrowser(async (browser) => {
  for (const language of languages) {
    await speaks(browser, language);
    for (const path of pages(language)) await whole_without_script(browser, path);
    for (const path of pages(language)) await fits_when_enlarged(browser, path);
  }
  for (const at of pages(languages[0]).keys()) {
    for (const view of views(at, languages)) await accessible(browser, pages(view.language)[at], view);
    await well_behaved(browser, pages(languages[at % languages.length])[at]);
  }
  for (const view of views(0, languages.slice(0, 1))) await accessible(browser, `/screen/${place}`, view);
  await well_behaved(browser, `/screen/${place}`);
  await keeps_what_it_knows(browser, `/screen/${place}`);
  await tells_the_time_of_the_municipality(browser, `/screen/${place}`);
  for (const path of pages(languages[0])) if (!path.startsWith("/embed/")) await walks_by_keyboard(browser, path);
  await lives(browser, `/${languages[0]}/places/${place}`);
});
finish();
