// One Chromium for all scripts here: no network of its own, strict about what pages do.
import { chromium } from "playwright-core";

export const WIDTHS = [390, 1280];
export const THEMES = ["light", "dark"];

export async function withBrowser(work) {
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
      "--disable-component-update", "--disable-sync"],
  });
  try {
    return await work(browser);
  } finally {
    await browser.close();
  }
}
