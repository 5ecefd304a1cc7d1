// A small PMTiles file (version 3) for the tests: one vector tile of the world with a sea and a road, not compressed, so that it can be
// written without a library. Usage: node tiles.mjs OUT_FILE [BYTES_TO_CUT]
import { writeFileSync } from "node:fs";

const varint = (n) => {
  const bytes = [];
  for (; n > 127; n = Math.floor(n / 128)) bytes.push((n % 128) | 128);
  return Buffer.from([...bytes, n]);
};
const field = (number, kind, ...parts) => Buffer.concat([varint(number * 8 + kind), ...parts]);
const piece = (number, bytes) => field(number, 2, varint(bytes.length), bytes);
const number = (at, n) => field(at, 0, varint(n));
const zigzag = (n) => (n < 0 ? -2 * n - 1 : 2 * n);

// Mapbox Vector Tile specification 2.1, section 4.3: MoveTo, LineTo, ClosePath.
function geometry(points, closed) {
  let [x, y] = [0, 0];
  const steps = points.map(([to_x, to_y]) => {
    const step = [zigzag(to_x - x), zigzag(to_y - y)];
    [x, y] = [to_x, to_y];
    return step;
  });
  const commands = [1 | (1 << 3), ...steps[0], 2 | ((steps.length - 1) << 3), ...steps.slice(1).flat(), ...(closed ? [15] : [])];
  return Buffer.concat(commands.map(varint));
}

// A layer with one feature of one kind.
function layer(name, kind, type, points) {
  const feature = Buffer.concat([piece(2, Buffer.concat([varint(0), varint(0)])), number(3, type), piece(4, geometry(points, type === 3))]);
  const value = piece(1, Buffer.from(kind));
  return piece(3, Buffer.concat([number(15, 2), piece(1, Buffer.from(name)), piece(2, feature), piece(3, Buffer.from("kind")), piece(4, value), number(5, 4096)]));
}

export function tiles() {
  const tile = Buffer.concat([
    layer("earth", "land", 3, [[0, 0], [4096, 0], [4096, 4096], [0, 4096]]),
    layer("water", "ocean", 3, [[0, 0], [2048, 0], [2048, 4096], [0, 4096]]),
    layer("roads", "highway", 2, [[0, 1000], [4096, 1200]]),
  ]);
  // One entry: tile 0, run of 1, its length, its place (0, written as 1).
  const directory = Buffer.concat([1, 0, 1, tile.length, 1].map(varint));
  const metadata = Buffer.from("{}");
  const header = Buffer.alloc(127);
  header.write("PMTiles\x03", "latin1");
  const parts = [[127, directory.length], [127 + directory.length, metadata.length], [127 + directory.length + metadata.length, 0]];
  parts.push([parts[2][0], tile.length]);
  parts.flat().forEach((n, at) => header.writeBigUInt64LE(BigInt(n), 8 + at * 8));
  [1n, 1n, 1n].forEach((n, at) => header.writeBigUInt64LE(n, 72 + at * 8));
  // Clustered; nothing compressed; vector tiles; zoom 0 to 0; the whole world.
  header.set([1, 1, 1, 1, 0, 0], 96);
  [-180, -85, 180, 85].forEach((degrees, at) => header.writeInt32LE(degrees * 1e7, 102 + at * 4));
  return Buffer.concat([header, directory, metadata, tile]);
}

const [out, cut = "0"] = process.argv.slice(2);
if (out) {
  const whole = tiles();
  writeFileSync(out, whole.subarray(0, whole.length - Number(cut)));
}
