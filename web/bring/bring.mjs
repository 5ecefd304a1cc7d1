// Writes what the portal embeds to the folder named: the typeface, cut down to the letters of its languages, and the map.
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import subsetFont from "subset-font";

const [out] = process.argv.slice(2);
const here = dirname(fileURLToPath(import.meta.url));
const require = createRequire(import.meta.url);
const packaged = (name) => join(here, "node_modules", name);
mkdirSync(out, { recursive: true });

const ascii = String.fromCharCode(...Array.from({ length: 0x7f - 0x20 }, (_, i) => 0x20 + i));
const LATIN = `${ascii}\u00a0«»·°–—’”…−ÅÄÖØÆåäöøæÉéÜü←→≈`;
const SAMI = "ČčĐđŊŋŠšŦŧŽž";
const DISPLAY = 640;
const fonts = packaged("@fontsource-variable/schibsted-grotesk/files");
const read = (part) => readFileSync(join(fonts, `schibsted-grotesk-${part}-wght-normal.woff2`));

async function cut(name, part, letters, targetFormat, wght) {
  const options = { targetFormat, variationAxes: { wght }, noLayoutClosure: true, noHinting: true, keepFeatures: ["kern", "mark", "tnum"] };
  writeFileSync(join(out, name), await subsetFont(read(part), letters, options));
}

// For pages: headings and numbers. Sami letters are a file of their own, fetched only where one stands.
await cut("display.woff2", "latin", LATIN, "woff2", DISPLAY);
await cut("display-sami.woff2", "latin-ext", SAMI, "woff2", DISPLAY);
// For pictures.
await cut("display.ttf", "latin", LATIN, "sfnt", DISPLAY);
await cut("text.ttf", "latin", LATIN, "sfnt", 400);
copyFileSync(packaged("@fontsource-variable/schibsted-grotesk/LICENSE"), join(out, "typeface-licence.txt"));

copyFileSync(packaged("leaflet/dist/leaflet.js"), join(out, "leaflet.js"));
copyFileSync(packaged("leaflet/dist/leaflet.css"), join(out, "leaflet.css"));
copyFileSync(packaged("protomaps-leaflet/dist/protomaps-leaflet.js"), join(out, "protomaps-leaflet.js"));
const licences = ["leaflet/LICENSE", "protomaps-leaflet/LICENSE"].map((file) => `${file}\n\n${readFileSync(packaged(file), "utf8")}`);
writeFileSync(join(out, "map-licences.txt"), licences.join("\n\n"));
