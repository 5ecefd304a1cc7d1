// Opens the map that moves, on what the box has to draw it on. Usage: node map.mjs BASE_URL LANGUAGE GROUND, where GROUND is `drawing`,
// `tiles` or `still` (a box whose file of tiles is cut short, or that has no map packages). Ends with 1 when something is amiss.
import { THEMES, WIDTHS, barriers, finish, look, withBrowser } from "./browser.mjs";

const [base, language, ground, pictures = process.env.PICTURES] = process.argv.slice(2);

// The page with its map looked at, and what it did behind the visitor's back.
async function opened(browser, path, options, bypassCSP = false) {
  const context = await browser.newContext({ ...options, bypassCSP, reducedMotion: "reduce" });
  const page = await context.newPage();
  const complaints = [];
  page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("request", (request) => request.url().startsWith(base) || /^(data|blob):/.test(request.url())
    || complaints.push(`asked a stranger: ${request.url()}`));
  await page.goto(base + path, { waitUntil: "load" });
  await page.locator("place-map").scrollIntoViewIfNeeded();
  await page.locator(".live-map .pin").first().waitFor({ timeout: 20_000 });
  // Tiles are painted on canvases, a drawing is SVG.
  const drawn = ground === "tiles" ? ".live-map canvas" : ".live-map path.water, .live-map path.road";
  await page.locator(drawn).first().waitFor({ state: "attached", timeout: 20_000 });
  await page.waitForTimeout(500);
  return { page, complaints, context };
}

// A canvas that shows a sea is not of one colour.
const colours = (page) => page.evaluate(() => {
  const seen = new Set();
  for (const canvas of document.querySelectorAll(".live-map canvas")) {
    const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
    for (let at = 0; at < data.length; at += 4 * 97) seen.add(data.slice(at, at + 4).join(","));
  }
  return seen.size;
});

async function moves(browser) {
  const { page, complaints, context } = await opened(browser, `/${language}/`, { viewport: { width: 1280, height: 900 } });
  const places = await page.locator("[data-at] a").allInnerTexts();
  const shown = (await page.locator(".live-map .pin").evaluateAll((all) => all.map((pin) => pin.getAttribute("aria-label")))).join(", ");
  look("every place of the list is on the map", places.length && places.every((name) => shown.includes(name.trim())) ? "" : `${shown}, not ${places}`);
  if (ground === "tiles") {
    // Tiles that were asked for and never painted would be blank.
    const painted = await colours(page);
    look("the tiles are painted", painted > 0 ? "" : "every canvas is empty");
  }
  const names = await page.locator(".live-map .pin").evaluateAll((all) => all.map((pin) => `${pin.getAttribute("role")} ${pin.getAttribute("aria-label")}`));
  look("every pin has a name", names.every((name) => /^button \S/.test(name)) ? "" : names.join(", "));
  look("the map asks nobody else and breaks no policy", complaints.join("; "));
  await context.close();
}

async function walks_by_keyboard(browser) {
  const { page, context } = await opened(browser, `/${language}/`, { viewport: { width: 1280, height: 900 } });
  const pin = page.locator(".live-map .pin").first();
  await pin.focus();
  const name = await pin.getAttribute("aria-label");
  const shown = await pin.evaluate((e) => getComputedStyle(e).outlineStyle !== "none");
  await page.keyboard.press("Enter");
  const popup = page.locator(".leaflet-popup-content");
  const told = await popup.innerText({ timeout: 5_000 }).catch(() => "");
  look("Enter on a pin tells how it is there", name.split(", ").every((one) => told.includes(one)) && told.length > name.length + 10 && shown ? "" : `says "${told}", focus seen: ${shown}`);
  await page.keyboard.press("Escape");
  await popup.waitFor({ state: "detached", timeout: 5_000 }).catch(() => {});
  const back = await pin.evaluate((e) => e === document.activeElement);
  look("Escape closes it and leads back to the pin", (await popup.count()) === 0 && back ? "" : `focus is back: ${back}`);
  await page.keyboard.press("Enter");
  await popup.waitFor();
  // The link within has the focus.
  await Promise.all([page.waitForNavigation(), page.keyboard.press("Enter")]);
  look("its link leads to the place", new URL(page.url()).pathname.includes("/places/") ? "" : page.url());
  const here = page.locator("place-map");
  await here.scrollIntoViewIfNeeded();
  await page.locator(".live-map .pin").first().waitFor({ timeout: 20_000 });
  look("the page of a place has its pin", (await page.locator(".live-map .pin").count()) === 1 ? "" : "not one pin");
  await context.close();
}

// The focus went to the beginning of the page when the map came while somebody was on the drawn one.
async function waits_for_the_keyboard(browser) {
  const page = await (await browser.newContext({ viewport: { width: 1280, height: 900 } })).newPage();
  await page.goto(`${base}/${language}/`, { waitUntil: "load" });
  const marker = page.locator("svg.map a").first();
  await marker.focus();
  await page.waitForTimeout(1500);
  look("the drawn map stays while somebody is on it", (await marker.count()) && (await marker.evaluate((e) => e === document.activeElement)) ? "" : "the focus is lost");
  await page.keyboard.press("Shift+Tab");
  await page.locator(".live-map .pin").first().waitFor({ timeout: 20_000 });
  look("whoever leaves it is still where they were", await page.evaluate(() => document.activeElement !== document.body) ? "" : "the focus is lost");
  await page.context().close();
}

async function accessible(browser) {
  for (const colorScheme of THEMES) {
    for (const width of WIDTHS) {
      const { page, context } = await opened(browser, `/${language}/`, { colorScheme, viewport: { width, height: 900 } }, true);
      for (const open of [false, true]) {
        if (open) {
          await page.locator(".live-map .pin").first().focus();
          await page.keyboard.press("Enter");
          await page.locator(".leaflet-popup-content").waitFor();
        }
        // What is told lies over the pins behind it until it is closed: their size is measured while nothing does.
        const problems = await barriers(page, { "target-size": { enabled: !open } });
        look(`the map ${open ? "with a pin opened " : ""}${colorScheme} ${width} px is accessible`, problems.join("; "));
      }
      if (pictures) await page.locator("place-map").screenshot({ path: `${pictures}/map-${ground}-${width}-${colorScheme}.png` });
      await context.close();
    }
  }
}

// Nothing to lay over it: the drawn map stays.
async function stays(browser) {
  const page = await (await browser.newContext()).newPage();
  await page.goto(`${base}/${language}/`, { waitUntil: "load" });
  await page.locator(".map-picture").scrollIntoViewIfNeeded();
  await page.waitForTimeout(1500);
  look("the drawn map stays", (await page.locator("svg.map .marker").count()) > 0 ? "" : "it is gone");
}

await withBrowser(async (browser) => {
  if (ground === "still") return stays(browser);
  await moves(browser);
  await walks_by_keyboard(browser);
  await waits_for_the_keyboard(browser);
  await accessible(browser);
});
finish();
