// A push service on this machine, at a port of its own, which it says in its first line.
import { createRequire } from "node:module";
import { createServer } from "node:net";
import { once } from "node:events";

const require = createRequire(import.meta.url);
const { PushApiModel } = require("web-push-testing/src/PushApiModel.js");
const Server = require("web-push-testing/src/server.js");

// It writes its own port into the addresses that it gives out, so it has to know it first.
const found = createServer().listen(0);
await once(found, "listening");
const { port } = found.address();
found.close();
await once(found, "close");
console.log(port);
new Server(new PushApiModel(), port).startServer();
// Nobody wants it any longer than the test that began it.
process.stdin.on("end", () => process.exit(0)).resume();
