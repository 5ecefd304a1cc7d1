// One walk through all of the panel and the draw. A visitor joins on a phone without JavaScript, confirms by the letter of a mailbox, answers by
// their personal link, puts themselves on the list to be drawn, changes their profile, leaves, and is gone. A steward asks a part of the panel,
// reminds, draws 20 of 39, publishes report and proof, and tells what happened. Then the pages of the draw are looked at.
// Usage: node walk.mjs BASE_URL MAILBOX_URL PUBLIC_URL CODE. Ends with 1 when something is not as it should be.
import { THEMES, WIDTHS, barriers, fill, finish, look, send, withBrowser } from "./browser.mjs";
import { mailbox } from "./mailbox.mjs";

const [base, mail, known, code, pictures = process.env.PICTURES] = process.argv.slice(2);
const letters = mailbox(mail, known, base);
const ADDRESS = "kari@eksempel.example";
const SEATS = 20;
const words = async (page) => (await page.locator("main").innerText()).replaceAll("\n", " ");
const press = (page, name) => Promise.all([page.waitForNavigation(), page.getByRole("button", { name, exact: true }).last().click()]);
const says = async (what, page, ...texts) => {
  const shown = await words(page);
  look(what, texts.every((text) => shown.includes(text)) ? "" : shown);
};

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
  await page.goto(`${base}/nb/panel/join`);
  await fill(page, { lives: "yes", age: "yes", address: ADDRESS });
  await send(page);
  await page.goto(await letters.link(ADDRESS, "/panel/confirm/"));
  await press(page, "Ja, jeg vil være med");
  await says("who joins confirms by the letter", page, "Velkommen! Du er med.");
  await page.locator("#age-40").check();
  await press(page, "Lagre");
  return letters.link(ADDRESS, "/panel/me/");
}

async function remindAndAsk(steward) {
  await steward.goto(`${base}/nb/staff/panel/ask/benk`);
  await press(steward, "Påminn dem som ikke har svart");
  await says("those who have not answered are reminded", steward, "Påminnelsene er på vei");
  await steward.goto(`${base}/nb/staff/panel/ask/park`);
  await fill(steward, { "item.age": "40" });
  await send(steward);
  await says("a steward sees how many a part of the panel is", steward, "Alder", "40 og over");
  // Who was asked and reminded of late has had enough letters.
  await press(steward, "Send 7 brev");
  await says("a part of the panel is asked", steward, "Panelet er spurt");
}

async function answer(page) {
  await page.goto(await letters.link(ADDRESS, "/invited/"));
  await page.locator("main .button").first().click();
  await page.locator("main input[type=text]").last().fill("Ved elva");
  await Promise.all([page.waitForNavigation(), page.locator("button[value=send]").click()]);
  look("they answer by the personal link", (await page.locator(".receipt-code").count()) === 1 ? "" : await words(page));
}

async function beWilling(page) {
  await page.goto(`${base}/nb/take-part/verksted`);
  await page.getByRole("link", { name: "Meld deg på lista" }).click();
  await press(page, "Meld deg på lista");
  await says("what is missing is told", page, "Skriv et navn");
  await fill(page, { name: "Kari", address: ADDRESS, home: "Storgata 5", "item.age": "40" });
  await press(page, "Meld deg på lista");
  await says("who puts themselves on the list is sent to their mailbox", page, "Se i innboksen din");
  const own = await letters.link(ADDRESS, "/seat/");
  await page.goto(own);
  await press(page, "Ja, sett meg på lista");
  await says("the link of the letter puts them on it, and shows what is known", page, "Det er ikke trukket ennå", "40 og over");
  return own;
}

async function draw(steward) {
  const room = `${base}/nb/staff/activities/verksted/draw`;
  const people = Array.from({ length: 38 }, (_, n) => `Person ${n};person${n}@eksempel.example;${n % 3 ? "40" : "15-39"}`);
  await steward.goto(`${room}/list`);
  await fill(steward, { text: `name;mail;age\n${people.join("\n")}` });
  await send(steward);
  await says("39 are on the list", steward, "39");
  await steward.goto(`${room}/announce`);
  await fill(steward, { seats: String(SEATS), source: "Lotto 5. desember 2026", quotas: "stratum;value;min;max\nage;15-39;15;20\nage;40;15;20" });
  await send(steward);
  await says("quotas that cannot be met are told in the steward's language", steward, "minste endringen", "i stedet for");
  await fill(steward, { quotas: "" });
  await send(steward);
  await says("the draw is announced", steward, "Trekningen er kunngjort", "Lotto 5. desember 2026");
  await steward.goto(`${room}/hold`);
  await fill(steward, { seed: "4 8 15 16 23 42 7" });
  await send(steward);
  await says("20 of 39 are drawn", steward, "Det er trukket", "Spurt");
}

// Somebody who was drawn says yes; gives their address.
async function come(page) {
  const address = await letters.first(Array.from({ length: 38 }, (_, n) => `person${n}@eksempel.example`));
  await page.goto(await letters.link(address, "/seat/"));
  await press(page, "Ja, jeg kommer");
  await says("whoever was drawn has a seat", page, "Du har en plass");
  return address;
}

async function proof(page) {
  await page.goto(`${base}/nb/take-part/verksted/draw`);
  await says("the proof is public", page, "Trukket ut", "Sjekk det selv", "4 8 15 16 23 42 7");
  const file = await (await fetch(`${base}/nb/take-part/verksted/draw.json`)).json();
  look("it has the panel and the odds, and nobody's name", file.held.panel.length === SEATS && !JSON.stringify(file).includes("Person") ? "" : "wrong file");
}

async function publishAndTell(steward, name, text) {
  await steward.goto(`${base}/nb/staff/activities/${name}/report`);
  await press(steward, "Publiser rapporten");
  await says(`the report of ${name} is published`, steward, "Rapporten er publisert");
  await steward.goto(`${base}/nb/staff/activities/${name}/outcomes`);
  await steward.locator("#whole").check();
  await steward.locator("#state-will-be").check();
  await steward.locator("#text-nb").fill(text);
  await steward.locator("#by").fill("Park og idrett");
  await press(steward, "Fortell det");
  await press(steward, "Send nå");
  await says(`those who took part in ${name} are written to`, steward, "Brevene er på vei");
}

async function told(page, address, name) {
  const happened = await letters.link(address, `/${name}/what-happened`);
  await page.goto(happened);
  await says(`${address} is told what happened in ${name}`, page, "Blir gjennomført");
}

async function leave(page, own, seat) {
  await page.goto(own);
  await page.locator("#age-15-39").check();
  await press(page, "Lagre");
  await says("they change what they tell", page, "Det er lagret.");
  await press(page, "Gå ut av panelet");
  await press(page, "Ja, slett alt og meld meg ut");
  await says("who leaves the panel is told that all is erased", page, "Alt vi visste om deg, er slettet.");
  await page.goto(own);
  await says("and is gone", page, "Denne lenken virker ikke.");
  await page.goto(seat);
  await press(page, "Gå ut av lista");
  await press(page, "Ja, slett alt");
  await says("who leaves the list is gone from it, too", page, "Det vi visste om deg, er slettet.");
  look("its link leads nowhere", (await page.goto(seat)).status() === 404 ? "" : "it does");
}

async function accessible(browser, storageState, pages) {
  for (const colorScheme of THEMES) {
    for (const width of WIDTHS) {
      const context = await browser.newContext({ storageState, colorScheme, viewport: { width, height: 900 }, bypassCSP: true });
      const page = await context.newPage();
      for (const [name, path] of Object.entries(pages)) {
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
  const state = () => steward.context().storageState();
  const own = await join(page);
  await remindAndAsk(steward);
  await answer(page);
  const seat = await beWilling(page);
  const path = new URL(seat).pathname.replace(/^\/nb\//, "");
  await accessible(browser, await state(), { "walk-join": "take-part/verksted/join", "walk-front": "take-part/verksted", "walk-seat": path });
  await draw(steward);
  const came = await come(page);
  await proof(page);
  await publishAndTell(steward, "park", "Det kommer lys ved elva.");
  await publishAndTell(steward, "verksted", "Siden bygges om.");
  await told(page, ADDRESS, "park");
  await told(page, came, "verksted");
  const many = await letters.count(ADDRESS);
  look("the visitor got a letter for each thing, and no more", many <= 7 ? "" : `${many} letters`);
  await accessible(browser, await state(), { "walk-draw": "take-part/verksted/draw", "walk-room": "staff/activities/verksted/draw", "walk-drawn": path, "walk-panel": "panel" });
  await leave(page, own, seat);
});
finish();
