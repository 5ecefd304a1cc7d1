// Somebody asks for news in this browser with a real Chromium: the page's part and the worker are ours, the subscription and the decryption
// those of a push service that nobody here wrote, for a headless Chromium has none. What it decrypted is delivered to the worker as a push.
// Usage: node push.mjs BASE_URL PUSH_SERVICE_URL. Ends with 1 when something is not as it should be.
import { barriers, finish, look, views, withBrowser } from "./browser.mjs";

const [base, service, pictures = process.env.PICTURES] = process.argv.slice(2);
const asked = async (path, said) => (await (await fetch(`${service}/${path}`, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(said) })).json()).data;

async function messages(clientHash, many) {
  for (let patience = 600; patience > 0; patience -= 1) {
    const { messages } = await asked("get-notifications", { clientHash });
    if (messages.length >= many) return messages;
    await new Promise((done) => setTimeout(done, 50));
  }
  throw new Error(`no ${many} messages came`);
}

// Waits for a look at the page to be true; gives what it saw last.
async function soon(see, holds) {
  for (let patience = 200; patience > 0; patience -= 1) {
    const seen = await see();
    if (holds(seen)) return seen;
    await new Promise((done) => setTimeout(done, 50));
  }
  return see();
}

async function phone(browser, javaScriptEnabled) {
  const context = await browser.newContext({ locale: "nb", javaScriptEnabled, viewport: { width: 390, height: 844 }, permissions: ["notifications"] });
  const page = await context.newPage();
  page.setDefaultTimeout(60_000);
  page.on("pageerror", (error) => look("no script of the page fails", `${error}`));
  page.on("console", (said) => said.type() === "error" && look("the page does nothing that it must not", said.text()));
  return page;
}

const said = (page) => page.locator("[data-part=said]").innerText();
const press = (page, part) => page.locator(`[data-part=${part}]`).click();

// The browser's own push service stands for one that is not there: it gives what that of the test gave.
async function subscribable(page, key) {
  const given = await asked("subscribe", { userVisibleOnly: "true", applicationServerKey: key });
  await page.addInitScript((given) => {
    let subscription = null;
    const made = { endpoint: given.endpoint, toJSON: () => given, unsubscribe: async () => { subscription = null; return true; } };
    PushManager.prototype.getSubscription = async () => subscription;
    PushManager.prototype.subscribe = async (options) => {
      window.askedWith = options;
      return (subscription = made);
    };
  }, given);
  return given.clientHash;
}

async function worker(page) {
  const cdp = await page.context().newCDPSession(page);
  const found = new Promise((done) => cdp.on("ServiceWorker.workerRegistrationUpdated", ({ registrations }) => registrations[0] && done(registrations[0])));
  await cdp.send("ServiceWorker.enable");
  const { registrationId } = await found;
  return (data) => cdp.send("ServiceWorker.deliverPushMessage", { origin: base, registrationId, data });
}

const shown = (page) => page.evaluate(async () => {
  const registration = await navigator.serviceWorker.getRegistration("/subscribe/");
  return (await registration.getNotifications()).map(({ title, body, tag, lang, actions }) => ({ title, body, tag, lang, actions }));
});

async function asks(browser) {
  const page = await phone(browser, true);
  await page.goto(`${base}/nb/subscribe`);
  const key = await page.locator("news-here").getAttribute("data-key");
  const hash = await subscribable(page, key);
  await page.reload();
  await page.locator("[data-part=can]").waitFor();
  look("where the browser can, nothing says that it cannot", (await page.locator("[data-part=cannot]").isVisible()) ? "it does" : "");
  await press(page, "get");
  look("who ticks nothing is told", (await said(page)).includes("Velg minst én ting") ? "" : await said(page));
  await page.locator("#about-everything").check();
  await press(page, "get");
  const told = await soon(() => said(page), (text) => text.includes("Et første varsel"));
  look("who asks is told that a first notice comes", told.includes("Et første varsel") ? "" : told);
  const options = await page.evaluate(() => window.askedWith);
  look("the browser is asked for visible notices of this box alone", options.userVisibleOnly && options.applicationServerKey === key ? "" : JSON.stringify(options));
  look("who gets news here can stop it here", (await page.locator("[data-part=stop]").isVisible()) ? "" : "no button");
  const deliver = await worker(page);
  const [first] = await messages(hash, 1);
  const confirmed = page.context().waitForEvent("response", { predicate: (answer) => answer.url().includes("/subscribe/confirm/") });
  await deliver(first);
  look("the worker answers the first message", (await confirmed).ok() ? "" : `${(await confirmed).status()}`);
  const one = await soon(() => shown(page), (all) => all.length > 0);
  look("and shows it", one[0]?.title === "Du får nyheter fra Lillevik her" && one[0]?.lang === "nb" ? "" : JSON.stringify(one));
  const news = (title) => JSON.stringify({ title, body: "Nå.", tag: "00ff", lang: "nb", link: `${base}/nb/`, stop: JSON.parse(first).stop, stop_text: "Nok" });
  await deliver(news("Rolig nå"));
  await deliver(news("Rolig igjen"));
  const both = await soon(() => shown(page), (all) => all.some(({ title }) => title === "Rolig igjen"));
  look("a correction takes the place of what it corrects", both.length === 2 && both.some(({ title }) => title === "Rolig igjen") ? "" : JSON.stringify(both));
  await press(page, "stop");
  const stopped = await soon(() => said(page), (text) => text.includes("er slettet"));
  look("who stops is told that all is erased", stopped.includes("er slettet") ? "" : stopped);
  look("and the button is gone", (await page.locator("[data-part=stop]").isVisible()) ? "it stays" : "");
  await page.context().close();
}

async function cannot(browser) {
  const page = await phone(browser, false);
  await page.goto(`${base}/nb/subscribe`);
  const text = await page.locator("news-here").innerText();
  look("without scripts the page says what to do instead", text.includes("Strømmene") && !text.includes("Få varsler her") ? "" : text);
  await page.context().close();
}

async function looks(browser) {
  for (const { colorScheme, width, language } of views(0, ["nb", "en"])) {
    const context = await browser.newContext({ colorScheme, viewport: { width, height: 900 }, bypassCSP: true });
    const page = await context.newPage();
    await page.goto(`${base}/${language}/subscribe`);
    await page.locator("[data-part=can]").waitFor();
    const problems = await barriers(page);
    look(`${language}/subscribe, ${width}, ${colorScheme}`, problems.join("; "));
    if (pictures) await page.screenshot({ path: `${pictures}/subscribe-${width}-${colorScheme}-${language}.png`, fullPage: true });
    await context.close();
  }
}

await withBrowser(async (browser) => {
  await cannot(browser);
  await asks(browser);
  await looks(browser);
});
finish();
