// A steward makes a survey from an empty page, tries it in two languages, opens it; a visitor answers on a phone without JavaScript, another
// with the keyboard alone; the steward closes, reads the report and publishes it. Then every page is looked at.
// Usage: node activities.mjs BASE_URL CODE. Ends with 1 when something is not as it should be.
import { THEMES, WIDTHS, barriers, fill, finish, look, send, withBrowser } from "./browser.mjs";

const [base, code, pictures = process.env.PICTURES] = process.argv.slice(2);

const press = (page, name) => Promise.all([page.waitForNavigation(), page.getByRole("button", { name, exact: true }).last().click()]);
const words = async (page) => (await page.locator("main").innerText()).replaceAll("\n", " ");

async function claim(browser) {
  const context = await browser.newContext({ locale: "en", javaScriptEnabled: false, viewport: { width: 1280, height: 900 } });
  const page = await context.newPage();
  page.setDefaultTimeout(60_000);
  await page.goto(`${base}/en/staff/`);
  await fill(page, { code });
  await send(page);
  await fill(page, { name: "Kari Nordmann", login: "kari", password: "four calm words here" });
  await send(page);
  return page;
}

// From an empty page to a survey that is open.
async function make(page) {
  await page.goto(`${base}/en/staff/activities/new`);
  await fill(page, { title: "The town park", start: "survey/empty" });
  await press(page, "Begin");
  await press(page, "Add: Pages");
  await press(page, "Add: Questions");
  const first = "s/page/0/question/0";
  await fill(page, { [`${first}/ask.nb`]: "Hvor ofte er du i parken?", [`${first}/ask.en`]: "How often are you in the park?", [`${first}/kind`]: "single" });
  await press(page, "Show its fields");
  for (const [at, [nb, en]] of [["Hver dag", "Every day"], ["Sjelden", "Seldom"]].entries()) {
    await press(page, "Add: Options");
    await page.locator(`[name="${first}/option/${at}/label.nb"]`).fill(nb);
    await page.locator(`[name="${first}/option/${at}/label.en"]`).fill(en);
  }
  await page.locator(`[name="${first}/required"]`).check();
  await press(page, "Add: Questions");
  const second = "s/page/0/question/1";
  await fill(page, { [`${second}/ask.nb`]: "Hva mer vil du si?", [`${second}/ask.en`]: "What more do you want to say?", [`${second}/kind`]: "long-text" });
  await fill(page, { "a/title.nb": "Byparken", "a/title.en": "The town park", "a/purpose.en": "To plan the park.", "a/purpose.nb": "For å planlegge parken." });
  await press(page, "Save");
  look("the survey is saved", (await words(page)).includes("The town park") && page.url().includes("/activities/the-town-park") ? "" : `${page.url()} ${await words(page)}`);
  for (const [language, question] of [["en", "How often are you in the park?"], ["nb", "Hvor ofte er du i parken?"]]) {
    await page.goto(`${base}/${language}/staff/activities/the-town-park/preview`);
    look(`it can be tried in ${language}`, (await words(page)).includes(question) ? "" : await words(page));
  }
  const hidden = await page.goto(`${base}/en/take-part/the-town-park`);
  look("nobody else sees a draft", hidden.status() === 404 ? "" : `answered ${hidden.status()}`);
  await page.goto(`${base}/en/staff/activities/the-town-park`);
  await press(page, "Open now");
}

async function answer(browser) {
  const context = await browser.newContext({ locale: "nb", javaScriptEnabled: false, viewport: { width: 390, height: 844 } });
  const page = await context.newPage();
  page.setDefaultTimeout(30_000);
  let open = 0;
  for (let tries = 0; tries < 50 && open !== 200; tries += 1) {
    open = (await page.goto(`${base}/go/the-town-park/poster`)).status();
    if (open !== 200) await page.waitForTimeout(200);
  }
  await page.getByRole("link", { name: "Ta del" }).last().click();
  await press(page, "Send svarene");
  look("a mistake is told without JavaScript", (await words(page)).includes("Svar på dette spørsmålet") ? "" : await words(page));
  await page.getByLabel("Hver dag").check();
  await page.getByLabel("Hva mer vil du si?").fill("Mer lys");
  await press(page, "Send svarene");
  const receipt = await page.locator(".receipt-code").innerText().catch(() => "");
  look("a visitor answers and gets a code", /^[0-9A-Z]{4}(-[0-9A-Z]{4}){3}$/.test(receipt.trim()) ? "" : await words(page));
  await context.close();
}

// With the keyboard alone, and the script that helps.
async function keyboard(browser) {
  const context = await browser.newContext({ locale: "nb", viewport: { width: 1280, height: 900 } });
  const page = await context.newPage();
  page.setDefaultTimeout(30_000);
  await page.goto(`${base}/nb/take-part/the-town-park/answer`);
  const reach = async (selector) => {
    for (let steps = 0; steps < 60; steps += 1) {
      await page.keyboard.press("Tab");
      if (await page.evaluate((of) => document.activeElement?.matches(of) ?? false, selector)) return true;
    }
    return false;
  };
  const reached = [await reach("input[type=radio]")];
  await page.keyboard.press("ArrowDown");
  reached.push(await reach("textarea"));
  await page.keyboard.type("Flere benker");
  reached.push(await reach("button[value=send]"));
  await Promise.all([page.waitForNavigation(), page.keyboard.press("Enter")]);
  look("a visitor answers with the keyboard alone", reached.every(Boolean) && (await page.locator(".receipt-code").count()) === 1 ? "" : `${reached} ${await words(page)}`);
  await context.close();
}

async function report(page) {
  await page.goto(`${base}/en/staff/activities/the-town-park`);
  await press(page, "Close");
  await page.getByRole("link", { name: "Report" }).click();
  look("the report tells no small number", (await words(page)).includes("fewer than 5") ? "" : await words(page));
  await press(page, "Publish the report");
  await page.goto(`${base}/en/take-part/the-town-park/report`);
  look("the report is published", (await words(page)).includes("How often are you in the park?") ? "" : await words(page));
}

const PUBLIC = ["take-part", "take-part/the-town-park", "take-part/the-town-park/answer", "take-part/the-town-park/receipt", "take-part/the-town-park/poster", "take-part/the-town-park/report"];
const ROOMS = ["activities", "activities/new", "activities/the-town-park", "activities/the-town-park/edit", "activities/the-town-park/preview",
  "activities/the-town-park/lead", "activities/the-town-park/report", "activities/the-town-park/words", "activities/the-town-park/remove"];

async function accessible(browser, storageState) {
  for (const colorScheme of THEMES) {
    for (const width of WIDTHS) {
      const context = await browser.newContext({ storageState, colorScheme, viewport: { width, height: 900 }, bypassCSP: true });
      const page = await context.newPage();
      for (const path of [...PUBLIC, ...ROOMS.map((room) => `staff/${room}`)]) {
        const answered = await page.goto(`${base}/${width === 390 ? "nb" : "en"}/${path}`, { waitUntil: "load" });
        const problems = answered.status() === 200 ? [] : [`answered ${answered.status()}`];
        problems.push(...(await barriers(page)));
        look(`${path} ${colorScheme} ${width} px is accessible`, problems.join("; "));
        if (pictures) await page.screenshot({ path: `${pictures}/${path.replaceAll("/", "-")}-${width}-${colorScheme}.png`, fullPage: true });
      }
      await context.close();
    }
  }
}

await withBrowser(async (browser) => {
  const began = Date.now();
  const steward = await claim(browser);
  await make(steward);
  await answer(browser);
  await keyboard(browser);
  await report(steward);
  console.log(`from an empty page to a published report in ${((Date.now() - began) / 1000).toFixed(1)} s`);
  await accessible(browser, await steward.context().storageState());
});
finish();
