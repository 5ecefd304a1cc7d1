// Somebody joins the panel on a phone without JavaScript, by the letter of a mailbox; tells about themselves, answers by the link of a letter
// and leaves. A steward asks. Then every page is looked at.
// Usage: node panel.mjs BASE_URL MAILBOX_URL PUBLIC_URL CODE. Ends with 1 when something is not as it should be.
import { THEMES, WIDTHS, barriers, fill, finish, look, send, withBrowser } from "./browser.mjs";
import { mailbox } from "./mailbox.mjs";

const [base, mail, known, code, pictures = process.env.PICTURES] = process.argv.slice(2);
const letters = mailbox(mail, known, base);
const ADDRESS = "kari@eksempel.example";
const words = async (page) => (await page.locator("main").innerText()).replaceAll("\n", " ");
const press = (page, name) => Promise.all([page.waitForNavigation(), page.getByRole("button", { name, exact: true }).last().click()]);

async function claim(browser) {
  const context = await browser.newContext({ locale: "nb", javaScriptEnabled: false, viewport: { width: 1280, height: 900 } });
  const page = await context.newPage();
  page.setDefaultTimeout(60_000);
  await page.goto(`${base}/nb/staff/`);
  await fill(page, { code });
  await send(page);
  await fill(page, { name: "Kari Nordmann", login: "kari", password: "four calm words here" });
  await send(page);
  return page;
}

async function join(page) {
  await page.goto(`${base}/nb/take-part`);
  await page.getByRole("link", { name: "Lillevik innbyggerpanel" }).click();
  await page.getByRole("link", { name: "Bli med" }).click();
  await fill(page, { address: "kari" });
  await send(page);
  const told = await page.locator(".summary-of-errors").innerText().catch(() => "");
  look("what is missing is told, and what was written stays", told.includes("e-postadresse") && (await page.locator("#address").inputValue()) === "kari" ? "" : told);
  await fill(page, { lives: "yes", age: "yes", address: ADDRESS });
  await send(page);
  look("who joins is sent to their mailbox", (await words(page)).includes("Se i innboksen din") ? "" : await words(page));
  await page.goto(await letters.link(ADDRESS, "/panel/confirm/"));
  await press(page, "Ja, jeg vil være med");
  look("the link of the letter makes a member", (await words(page)).includes("Velkommen! Du er med.") ? "" : await words(page));
  await page.locator("#age-40").check();
  await page.locator("#interest-traffic").check();
  await press(page, "Lagre");
  const kept = (await words(page)).includes("Det er lagret.") && (await page.locator("#age-40").isChecked());
  look("what somebody tells is kept", kept ? "" : await words(page));
}

async function ask(steward) {
  await steward.goto(`${base}/nb/staff/panel`);
  await steward.getByRole("link", { name: "Parken" }).click();
  await send(steward);
  await press(steward, "Send ett brev");
  look("a steward asks the panel", (await words(steward)).includes("Panelet er spurt") ? "" : await words(steward));
}

async function answer(page) {
  await page.goto(await letters.link(ADDRESS, "/invited/"));
  await page.locator("main .button").first().click();
  await page.locator("main input[type=text]").last().fill("Ved elva");
  await Promise.all([page.waitForNavigation(), page.locator("button[value=send]").click()]);
  look("they answer by the link of their letter", (await page.locator(".receipt-code").count()) === 1 ? "" : await words(page));
}

async function leave(page, own) {
  await page.goto(own);
  look("their page says that the link was used, and not what was said", (await words(page)).includes("Lenken din er brukt") ? "" : await words(page));
  await press(page, "Gå ut av panelet");
  await press(page, "Ja, slett alt og meld meg ut");
  look("who leaves is told that all is erased", (await words(page)).includes("Alt vi visste om deg, er slettet.") ? "" : await words(page));
  await page.goto(own);
  look("the link leads nowhere then", (await words(page)).includes("Denne lenken virker ikke.") ? "" : await words(page));
}

async function accessible(browser, storageState, own, stop) {
  const pages = { "panel": "panel", "panel-join": "panel/join", "panel-me": "panel/me", "panel-own": own, "panel-stop": stop,
    "subscribe": "subscribe", "subscribe-stop": "subscribe/stop/0000-0000-0000-0000" };
  const rooms = { "staff-panel": "staff/panel", "staff-panel-ask": "staff/panel/ask/park?more=1", "staff-panel-stands": "staff/panel/ask/park",
    "staff-panel-import": "staff/panel/import", "staff-panel-remove": "staff/panel/remove" };
  for (const colorScheme of THEMES) {
    for (const width of WIDTHS) {
      const context = await browser.newContext({ storageState, colorScheme, viewport: { width, height: 900 }, bypassCSP: true });
      const page = await context.newPage();
      for (const [name, path] of Object.entries({ ...pages, ...rooms })) {
        const language = width === 390 ? "nb" : "en";
        const answered = await page.goto(`${base}/${language}/${path}`, { waitUntil: "load" });
        const problems = answered.status() === 200 ? [] : [`answered ${answered.status()}`];
        problems.push(...(await barriers(page)));
        look(`${name} ${colorScheme} ${width} px is accessible`, problems.join("; "));
        if (pictures) await page.screenshot({ path: `${pictures}/${name}-${width}-${colorScheme}.png`, fullPage: true });
      }
      await context.close();
    }
  }
}

await withBrowser(async (browser) => {
  const steward = await claim(browser);
  const context = await browser.newContext({ locale: "nb", javaScriptEnabled: false, viewport: { width: 390, height: 844 } });
  const page = await context.newPage();
  page.setDefaultTimeout(60_000);
  await join(page);
  const path = (address) => new URL(address).pathname.replace(/^\/nb\//, "").replace(/^\//, "");
  const own = await letters.link(ADDRESS, "/panel/me/");
  const stop = await letters.link(ADDRESS, "/panel/stop/");
  await ask(steward);
  await accessible(browser, await steward.context().storageState(), path(own), path(stop));
  await answer(page);
  await leave(page, own);
});
finish();
