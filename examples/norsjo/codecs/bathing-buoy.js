// Buoy with a thermometer below and one above the water. Written for this example; the device is invented.
//
// Port 1, 5 bytes, temperatures in hundredths of a degree Celsius, big-endian, two's complement:
//   0-1   water
//   2-3   air
//   4     battery, tenths of a volt
//
// Interface: LoRa Alliance TS013, decodeUplink.

function decodeUplink(input) {
  if (input.fPort !== 1) {
    return { errors: ["expected port 1, found " + input.fPort] };
  }
  var bytes = input.bytes;
  if (bytes.length !== 5) {
    return { errors: ["expected 5 bytes, found " + bytes.length] };
  }
  return { data: { water: celsius(bytes, 0), air: celsius(bytes, 2), battery: bytes[4] / 10 } };
}

function celsius(bytes, at) {
  var raw = bytes[at] * 256 + bytes[at + 1];
  return (raw < 0x8000 ? raw : raw - 0x10000) / 100;
}
