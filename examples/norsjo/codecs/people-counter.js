// Counter of people above a door. Written for this example; the device is invented.
//
// Port 2, 8 bytes, numbers big-endian:
//   0     kind of message, 1 = report
//   1-2   people inside now
//   3-4   came in since the last report
//   5-6   went out since the last report
//   7     battery, tenths of a volt
//
// Interface: LoRa Alliance TS013, decodeUplink.

function decodeUplink(input) {
  if (input.fPort !== 2) {
    return { errors: ["expected port 2, found " + input.fPort] };
  }
  var bytes = input.bytes;
  if (bytes.length !== 8 || bytes[0] !== 1) {
    return { errors: ["expected a report of 8 bytes that begins with 1"] };
  }
  var data = {
    people: word(bytes, 1),
    in: word(bytes, 3),
    out: word(bytes, 5),
    battery: bytes[7] / 10,
  };
  return { data: data, warnings: data.battery < 3 ? ["the battery is low"] : [] };
}

function word(bytes, at) {
  return bytes[at] * 256 + bytes[at + 1];
}
