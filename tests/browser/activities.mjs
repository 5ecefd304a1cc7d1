// A steward makes a survey from an empty page, tries it in two languages, opens it; a visitor answers on a phone without JavaScript, another
// with the keyboard alone; the steward closes, reads the report and publishes it. Then every page is looked at.
// Usage: node activities.mjs BASE_URL CODE. Ends with 1 when something is not as it should be.
import { readFileSync } from "node:fs";
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
  await press(page, "Add: Page");
  await press(page, "Add: Question");
  const first = "s/page/0/question/0";
  await fill(page, { [`${first}/ask.nb`]: "Hvor ofte er du i parken?", [`${first}/ask.en`]: "How often are you in the park?", [`${first}/kind`]: "single" });
  await press(page, "Show its fields");
  for (const [at, [nb, en]] of [["Hver dag", "Every day"], ["Sjelden", "Seldom"]].entries()) {
    await press(page, "Add: Option");
    await page.locator(`[name="${first}/option/${at}/label.nb"]`).fill(nb);
    await page.locator(`[name="${first}/option/${at}/label.en"]`).fill(en);
  }
  await page.locator(`[name="${first}/required"]`).check();
  await press(page, "Add: Question");
  const second = "s/page/0/question/1";
  await fill(page, { [`${second}/ask.nb`]: "Hva mer vil du si?", [`${second}/ask.en`]: "What more do you want to say?", [`${second}/kind`]: "long-text" });
  await conditions(page, first, second);
  await fill(page, { "a/title.nb": "Byparken", "a/title.en": "The town park", "a/purpose.en": "To plan the park.", "a/purpose.nb": "For å planlegge parken." });
  await press(page, "Save");
  look("the survey is saved", (await words(page)).includes("The town park") && page.url().includes("/activities/the-town-park") ? "" : `${page.url()} ${await words(page)}`);
  for (const [language, question] of [["en", "How often are you in the park?"], ["nb", "Hvor ofte er du i parken?"]]) {
    await page.goto(`${base}/${language}/staff/activities/the-town-park/preview`);
    look(`it can be tried in ${language}`, (await words(page)).includes(question) ? "" : await words(page));
  }
  await beside(page);
  const hidden = await page.goto(`${base}/en/take-part/the-town-park`);
  look("nobody else sees a draft", hidden.status() === 404 ? "" : `answered ${hidden.status()}`);
  await page.goto(`${base}/en/staff/activities/the-town-park`);
  await press(page, "Open now");
}

// What nobody could ever be asked is found before it is saved, and said where it stands.
async function conditions(page, first, second) {
  await press(page, "Add: Condition for the question");
  const key = (of) => page.locator(`[name="${of}/key"]`).inputValue();
  const [when, daily] = [`${second}/when/0`, await key(`${first}/option/0`)];
  // What is folded away is there all the same.
  const unfold = () => page.evaluate(() => document.querySelectorAll("details").forEach((one) => { one.open = true; }));
  for (const [what, condition, said] of [
    ["a question that waits for itself", { question: await key(second), is: "", not: "" }, "hangs on itself"],
    ["a contradiction", { question: await key(first), is: daily, not: daily }, "exclude each other"],
  ]) {
    await unfold();
    await fill(page, Object.fromEntries(Object.entries(condition).map(([name, text]) => [`${when}/${name}`, text])));
    await press(page, "Save");
    const told = await page.locator(".summary-of-errors").innerText().catch(() => "");
    look(`${what} is told before it is saved`, told.includes(said) ? "" : told || (await words(page)));
  }
  await unfold();
  await fill(page, { [`${when}/question`]: await key(first), [`${when}/is`]: "", [`${when}/not`]: "" });
}

// Both languages on one page: filled in on one side, mistakes and the next page come on both.
async function beside(page) {
  await page.goto(`${base}/en/staff/activities/the-town-park/preview`);
  await page.getByRole("link", { name: "Try in two languages side by side" }).click();
  const sides = async () => ({ en: await page.locator(".beside > [lang=en]").innerText(), nb: await page.locator(".beside > [lang=nb]").innerText() });
  let { en, nb } = await sides();
  look("it can be tried in two languages side by side", en.includes("How often are you in the park?") && nb.includes("Hvor ofte er du i parken?") ? "" : `${en} | ${nb}`);
  const sendOne = () => Promise.all([page.waitForNavigation(), page.locator(".beside > [lang=nb] button[value=send]").click()]);
  await sendOne();
  ({ en, nb } = await sides());
  look("a mistake is told in both", en.includes("Answer this question") && nb.includes("Svar på dette spørsmålet") ? "" : `${en} | ${nb}`);
  await page.locator(".beside > [lang=nb]").getByLabel("Hver dag").check();
  await sendOne();
  ({ en, nb } = await sides());
  look("what is filled in on one side counts on both", !en.includes("Answer this") && !nb.includes("Hvor ofte") && !en.includes("How often") ? "" : `${en} | ${nb}`);
}

// A second activity is for those invited: letters are printed once, one is used, the rest withdrawn.
async function invite(browser, page) {
  await page.goto(`${base}/en/staff/activities/new`);
  await fill(page, { title: "Only for neighbours", start: "survey/0" });
  await press(page, "Begin");
  await page.locator(`[name="a/open_to"]`).selectOption("invited");
  await press(page, "Save");
  await page.goto(`${base}/en/staff/activities/only-for-neighbours`);
  await press(page, "Open now");
  await page.getByRole("link", { name: "Invitations", exact: true }).click();
  look("what the box can and cannot link is said", (await words(page)).includes("Tell who gave which answer") ? "" : await words(page));
  await press(page, "Make links");
  look("no number of links is a mistake that is told", (await words(page)).includes("Choose a number from 1 to 1000") ? "" : await words(page));
  await fill(page, { labels: "Kari, Strandveien 3\n=Ola" });
  await press(page, "Make links");
  const links = await page.locator(".letter-address a").evaluateAll((all) => all.map((one) => one.href));
  look("each has a letter with a code", links.length === 2 && (await page.locator(".letter svg.code").count()) === 2 && (await words(page)).includes("Kari, Strandveien 3") ? "" : await words(page));
  const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name: "Download as CSV" }).click()]);
  const csv = readFileSync(await download.path(), "utf8");
  look("they can be had as a file", csv.startsWith("label,link\r\n\"Kari, Strandveien 3\",http") && csv.includes("'=Ola,") ? "" : csv);
  const context = await browser.newContext({ locale: "en", javaScriptEnabled: false });
  const invited = await context.newPage();
  const answered = await invited.goto(links[0]);
  look("a link leads to the survey", answered.status() === 200 ? "" : `answered ${answered.status()}`);
  await page.goto(`${base}/en/staff/activities/only-for-neighbours/invitations/withdraw`);
  await press(page, "Withdraw unused links");
  look("unused links are withdrawn", (await words(page)).includes("The unused links were withdrawn") ? "" : await words(page));
  await invited.goto(links[0]);
  await Promise.all([invited.waitForNavigation(), invited.locator("main button").first().click()]);
  look("a withdrawn link leads nowhere", /no such invitation/i.test(await words(invited)) ? "" : await words(invited));
  await context.close();
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
  "activities/the-town-park/lead", "activities/the-town-park/report", "activities/the-town-park/words", "activities/the-town-park/remove",
  "activities/only-for-neighbours/invitations", "activities/only-for-neighbours/invitations/withdraw"];
// Each is read in the language of its width, so the other stands beside.
const BESIDE = { 390: "activities/the-town-park/beside/en", 1280: "activities/the-town-park/beside/nb" };

async function accessible(browser, storageState) {
  for (const colorScheme of THEMES) {
    for (const width of WIDTHS) {
      const context = await browser.newContext({ storageState, colorScheme, viewport: { width, height: 900 }, bypassCSP: true });
      const page = await context.newPage();
      for (const path of [...PUBLIC, ...[...ROOMS, BESIDE[width]].map((room) => `staff/${room}`)]) {
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
  await invite(browser, steward);
  await accessible(browser, await steward.context().storageState());
});
finish();
