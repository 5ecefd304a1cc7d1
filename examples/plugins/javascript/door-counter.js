// A door counter: two bytes in, two bytes out, on port 2.

const count = (property, n) => ({
  property,
  value: { tag: "integer", val: n },
  unit: "1",
  ageS: 0,
  part: undefined,
  extra: [],
});

const decoded = (observations) => ({ observations, warnings: [], raw: undefined, extra: [] });

const uplink = (bytes) => ({
  fPort: 2,
  payload: Uint8Array.from(bytes),
  receivedAtMs: 1767225600000,
  settings: "{}",
  extra: [],
});

export const decoding = {
  describe() {
    return {
      id: "door-counter-js",
      version: "0.1.0",
      title: [["en", "Door counter"]],
      help: [["en", "Counts people in and out since the last report."]],
      schema: '{"type":"object","additionalProperties":false}',
      commands: [],
      examples: [
        {
          title: "three in, one out",
          uplink: uplink([0, 3, 0, 1]),
          gives: { tag: "ok", val: decoded([count("people-in", 3), count("people-out", 1)]) },
        },
        {
          title: "cut short",
          uplink: uplink([0, 3]),
          gives: { tag: "err", val: { tag: "malformed", val: "2 bytes, expected 4" } },
        },
      ],
      extra: [],
    };
  },

  decode({ fPort, payload }) {
    if (fPort !== 2) throw { tag: "unsupported-port", val: fPort };
    if (payload.length !== 4) throw { tag: "malformed", val: `${payload.length} bytes, expected 4` };
    const number = (at) => payload[at] * 256 + payload[at + 1];
    return decoded([count("people-in", number(0)), count("people-out", number(2))]);
  },

  encode({ name }) {
    throw { tag: "unsupported-command", val: name };
  },

  decodeDownlink({ fPort }) {
    throw { tag: "unsupported-port", val: fPort };
  },
};
