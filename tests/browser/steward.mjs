// A steward who never saw a terminal takes a new box into use, in a browser, and every room is looked at.
// Usage: node steward.mjs BASE_URL CODE [PICTURES_FOLDER]. Ends with 1 when something is not as it should be.
import { barriers, fill, finish, look, send, views, withBrowser } from "./browser.mjs";
import { enterForm, follow, press, stops, type, unfold } from "./keyboard.mjs";

const [base, code, pictures = process.env.PICTURES] = process.argv.slice(2);
const PATIENCE = 120_000;

// The walk itself, without JavaScript and without a mouse: the rooms must need neither.
async function walk(browser) {
  const began = Date.now();
  const context = await browser.newContext({ locale: "en", javaScriptEnabled: false, viewport: { width: 1280, height: 900 } });
  const page = await context.newPage();
  page.setDefaultTimeout(PATIENCE);
  await page.goto(`${base}/en/staff/`);
  await type(page, { code });
  await enterForm(page);
  await type(page, { name: "Kari Nordmann", login: "kari", password: "four calm words here" });
  await enterForm(page);
  await follow(page, "Not now");
  await follow(page, "Gateways");
  while ((await page.getByRole("link", { name: "Adopt" }).count()) === 0) {
    await page.waitForTimeout(1000);
    await page.reload();
  }
  await follow(page, "Adopt");
  await type(page, { name: "Water tower" });
  await enterForm(page);
  await follow(page, "Places");
  await follow(page, "Add a place");
  await type(page, { "name-nb": "Biblioteket", "name-en": "The library", kind: "library", measure: "visits", capacity: "60" });
  await enterForm(page);
  await follow(page, "Sensors");
  await follow(page, "Add a sensor");
  await type(page, { scan: "LW:D0:0000000000000000:00005EEF10000031:00000000", name: "Library, main door", place: "biblioteket",
    app_key: "0f".repeat(16), decoder: "elsys" });
  await unfold(page);
  await type(page, { "set-pulse1": "people-in" });
  await enterForm(page);
  look("a new sensor is under test", (await page.locator("main").innerText()).includes("under test") ? "" : await page.locator("main").innerText());
  await press(page, "Let it go live");
  let said = "";
  while (!/\b\d+ (people|visits)/.test(said) && Date.now() - began < PATIENCE * 2) {
    await page.waitForTimeout(1000);
    await page.goto(`${base}/en/places/biblioteket`);
    said = await page.locator("main").innerText();
  }
  look("the first place lives", /\b\d+ (people|visits)/.test(said) ? "" : said);
  console.log(`the first live place after ${((Date.now() - began) / 1000).toFixed(1)} s`);
  return context;
}

const ROOMS = ["", "places", "places/new", "places/biblioteket", "sensors", "sensors/new", "sensors/import", "sensors/library-main-door",
  "sensors/library-main-door/edit", "sensors/library-main-door/remove", "gateways", "gateways/00005eef100000f1",
  "gateways/00005eef100000f1/edit", "gateways/00005eef100000f1/remove", "frames", "frames?show=dropped", "plugins", "publish", "publish/new", "publish/1", "publish/1/preview", "posts/2", "posts/2/correct", "posts/2/withdraw", "rules", "rules/new", "outbox", "history", "history/1", "colleagues", "colleagues/new", "colleagues/1", "account", "account/password",
  "account/factor"];

const LANGUAGES = ["nb", "nn", "sv", "en"];

// A text that stays a draft, and one that is out.
async function writes(context) {
  const page = await context.newPage();
  page.setDefaultTimeout(PATIENCE);
  for (const title of ["A draft", "Closed on Monday"]) {
    await page.goto(`${base}/en/staff/publish/new`);
    await fill(page, { "title-en": title, "body-en": "We paint the rooms.", about: "place:biblioteket" });
    await send(page);
  }
  await Promise.all([page.waitForNavigation(), page.getByRole("button", { name: "Send now" }).click()]);
  look("a text is sent", (await page.locator("main").innerText()).includes("It is on its way") ? "" : await page.locator("main").innerText());
  await page.goto(`${base}/en/news`);
  look("it is news on the portal", (await page.locator("main").innerText()).includes("Closed on Monday") ? "" : await page.locator("main").innerText());
}

async function rooms(browser, storageState) {
  for (const [at, room] of ROOMS.entries()) {
    for (const { colorScheme, width, language } of views(at, LANGUAGES)) {
      const context = await browser.newContext({ storageState, colorScheme, viewport: { width, height: 900 }, bypassCSP: true });
      const page = await context.newPage();
      const problems = [];
      page.on("console", (message) => message.type() === "error" && problems.push(message.text()));
      const answer = await page.goto(`${base}/${language}/staff/${room}`, { waitUntil: "load" });
      if (answer.status() !== 200 || !page.url().endsWith(room)) problems.push(`answered ${answer.status()} at ${page.url()}`);
      problems.push(...(await barriers(page)));
      look(`${language}/staff/${room} ${colorScheme} ${width} px is accessible`, problems.join("; "));
      if (pictures) await page.screenshot({ path: `${pictures}/staff-${room.replaceAll(/[/?=]/g, "-") || "overview"}-${language}-${width}-${colorScheme}.png`, fullPage: true });
      await context.close();
    }
  }
  const context = await browser.newContext({ storageState, viewport: { width: 390, height: 900 } });
  const page = await context.newPage();
  for (const room of ROOMS) {
    await page.goto(`${base}/en/staff/${room}`);
    await stops(page, `en/staff/${room}`);
  }
  await context.close();
}

async function doors(browser) {
  for (const [at, door] of ["claim", "login", "code"].entries()) {
    for (const { colorScheme, width, language } of views(at, LANGUAGES)) {
      const context = await browser.newContext({ colorScheme, viewport: { width, height: 900 }, bypassCSP: true });
      const page = await context.newPage();
      await page.goto(`${base}/${language}/staff/${door}`);
      if (door !== "code") await Promise.all([page.waitForNavigation(), page.locator("main button").first().click()]);
      look(`${language}/staff/${door} ${colorScheme} ${width} px is accessible`, (await barriers(page)).join("; "));
      if (pictures) await page.screenshot({ path: `${pictures}/staff-${door}-${width}-${colorScheme}.png`, fullPage: true });
      await context.close();
    }
  }
}

await withBrowser(async (browser) => {
  const context = await walk(browser);
  await writes(context);
  await rooms(browser, await context.storageState());
  await doors(browser);
});
finish();
