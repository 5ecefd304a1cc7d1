// Car park with one receiver for all bays. Written for this example; the device is invented.
//
// Port 10, 4 bytes:
//   0     number of bays, 1 to 16
//   1-2   one bit for each bay, big-endian, bay 1 is the lowest bit; 1 = taken
//   3     battery, tenths of a volt
//
// Interface: LoRa Alliance TS013, decodeUplink.

function decodeUplink(input) {
  if (input.fPort !== 10) {
    return { errors: ["expected port 10, found " + input.fPort] };
  }
  var bytes = input.bytes;
  if (bytes.length !== 4 || bytes[0] < 1 || bytes[0] > 16) {
    return { errors: ["expected 4 bytes, the first from 1 to 16"] };
  }
  var bits = bytes[1] * 256 + bytes[2];
  var bays = [];
  for (var bay = 0; bay < bytes[0]; bay++) {
    bays.push(((bits >> bay) & 1) === 1);
  }
  return { data: { bays: bays, battery: bytes[3] / 10 } };
}
