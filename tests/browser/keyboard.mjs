// Whoever has a keyboard and nothing else: fills in forms and follows links by Tab, Enter, Space and the arrows. What has the focus must be seen.
import { look } from "./browser.mjs";

const STOPS_MAX = 400;

// What has the focus now: its name, and whether its focus can be seen. A card's link shows it around the whole card, by its ::after.
const focused = (page) => page.evaluate(() => {
  const e = document.activeElement;
  if (!e || e === document.body) return null;
  const shown = [null, "::after"].map((part) => getComputedStyle(e, part)).some((style) => style.outlineStyle !== "none" || style.boxShadow !== "none");
  return { name: (e.innerText || e.getAttribute("aria-label") || e.name || e.tagName).trim().slice(0, 40), shown };
});

// Goes on by Tab until this has the focus; a choice among several is one stop.
async function reach(page, wanted) {
  for (let step = 0; step < STOPS_MAX; step += 1) {
    const there = await wanted.evaluate((e) => {
      const at = document.activeElement;
      return at === e || (at.type === "radio" && e.type === "radio" && at.name === e.name);
    });
    if (there) {
      const { name, shown } = await focused(page);
      if (!shown) look(`the focus on ${name} is seen at ${page.url()}`, "it is not");
      return;
    }
    await page.keyboard.press("Tab");
  }
  throw new Error(`${wanted} cannot be reached by keyboard at ${page.url()}`);
}

const enter = (page) => Promise.all([page.waitForNavigation(), page.keyboard.press("Enter")]);
const times = async (page, count, key) => {
  for (let time = 0; time < count; time += 1) await page.keyboard.press(key);
};

// Fills the fields of a form by their names, whatever kind they are.
export async function type(page, fields) {
  for (const [name, value] of Object.entries(fields)) {
    const field = page.locator(`[name="${name}"]`).first();
    const { kind, from, to } = await field.evaluate((e, value) => ({
      kind: e.tagName === "SELECT" ? "select" : e.type, from: e.selectedIndex, to: [...(e.options ?? [])].findIndex((option) => option.value === value),
    }), value);
    const choice = page.locator(`[name="${name}"][value="${value}"]`);
    const chosen = kind === "radio" || kind === "checkbox";
    await reach(page, chosen ? choice : field);
    if (kind === "select") await times(page, Math.abs(to - from), to > from ? "ArrowDown" : "ArrowUp");
    else if (chosen && !(await choice.isChecked())) await page.keyboard.press("Space");
    else if (!chosen) {
      await page.keyboard.press("Control+A");
      await page.keyboard.type(value);
    }
    for (let turn = 0; kind === "radio" && turn < STOPS_MAX && !(await choice.isChecked()); turn += 1) await page.keyboard.press("ArrowDown");
  }
}

// Sends the form of the page by its button.
export async function enterForm(page) {
  await reach(page, page.locator("main form .buttons button").first());
  await enter(page);
}

// Presses a button, follows a link, opens what is folded, by name.
export async function press(page, name) {
  await reach(page, page.getByRole("button", { name, exact: true }));
  await enter(page);
}

export async function follow(page, name) {
  await reach(page, page.getByRole("link", { name, exact: true }).first());
  await enter(page);
}

export async function unfold(page) {
  await reach(page, page.locator("main summary").first());
  await page.keyboard.press("Enter");
}

// Goes from stop to stop through the page that is open: each must be seen, none may hold whoever came there, and the first leads past what stands
// on every page.
export async function stops(page, what) {
  const seen = [];
  for (let at = null; seen.length < STOPS_MAX; seen.push(at)) {
    await page.keyboard.press("Tab");
    at = await focused(page);
    if (!at) break;
  }
  const unseen = seen.filter((at) => !at.shown).map((at) => at.name);
  await page.reload();
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  const jumped = await page.evaluate(() => location.hash);
  look(`${what} can be walked by keyboard (${seen.length} stops, first "${seen[0]?.name}")`, [
    unseen.length ? `no visible focus on: ${unseen.slice(0, 5)}` : "", seen.length < STOPS_MAX ? "" : "it has no end",
    jumped ? "" : "the first stop does not skip to the content"].filter(Boolean).join("; "));
}
