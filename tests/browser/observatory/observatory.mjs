// The MDN HTTP Observatory looks at a box over HTTPS: node observatory.mjs HTTP_PORT HTTPS_PORT
// Its certificate must be for `localhost`, and NODE_EXTRA_CA_CERTS name who issued it. Fails below A+, or when any test is not passed.

import { existsSync, writeFileSync } from "node:fs";
import net from "node:net";
import { fileURLToPath } from "node:url";

// The package would fetch the list of preloaded hosts when it is installed; none of ours is on it.
const list = fileURLToPath(new URL("node_modules/@mdn/mdn-http-observatory/conf/hsts-preload.json", import.meta.url));
if (!existsSync(list)) writeFileSync(list, "{}");
const { scan } = await import("@mdn/mdn-http-observatory");

const [httpPort, httpsPort] = process.argv.slice(2).map(Number);
// It knows the ports 80 and 443 alone; the box of a test has others.
const ports = { 80: httpPort, 443: httpsPort };
const { connect } = net.Socket.prototype;
net.Socket.prototype.connect = function (...given) {
  const options = Array.isArray(given[0]) ? given[0][0] : given[0];
  if (options?.port in ports) options.port = ports[options.port];
  return connect.apply(this, given);
};

const { scan: { grade, score }, tests } = await scan("localhost");
for (const [name, { pass, result, scoreModifier }] of Object.entries(tests)) {
  console.log(`${pass ? "ok" : "NOT OK"} ${name}: ${result} (${scoreModifier})`);
}
console.log(`grade ${grade}, score ${score}`);
process.exit(grade === "A+" && Object.values(tests).every(({ pass }) => pass) ? 0 : 1);
