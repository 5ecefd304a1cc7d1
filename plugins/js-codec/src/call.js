// What stands between the box and a codec: finds the codec's function, of whichever age, calls it, and reads what it says.
// Runs before the codec, and takes what it needs then: old codecs bring polyfills that replace it.
(function () {
  const { stringify, parse } = JSON;
  const { isArray, from } = Array;
  const [evaluate, text, Time] = [eval, String, Date];
  const quiet = () => {};

  // Codecs are tested with Node, and end with `module.exports = { decodeUplink }`.
  const module = { exports: {} };
  Object.assign(globalThis, { module, exports: module.exports });
  globalThis.console = { log: quiet, debug: quiet, info: quiet, warn: quiet, error: quiet, trace: quiet };

  // The name may belong to a `const`, which is no property of anything.
  const find = (name) => {
    const named = evaluate(`typeof ${name} === "function" ? ${name} : undefined`);
    const exported = module.exports?.[name];
    return named ?? (typeof exported === "function" ? exported : undefined);
  };
  const none = (...names) => {
    throw new ReferenceError(`the codec has none of ${names.join(", ")}`);
  };
  const lines = (said) => (said == null ? [] : isArray(said) ? from(said, text) : [text(said)]);
  const object = (said, who) => {
    if (said === null || typeof said !== "object") throw new TypeError(`${who} returned ${text(said)}, not an object`);
    return said;
  };
  const json = (data, who) => {
    const written = stringify(data ?? {});
    if (typeof written !== "string") throw new TypeError(`${who} gave data that is a ${typeof data}`);
    return written;
  };
  const answer = (data, said, who) => {
    const [warnings, errors] = [lines(said.warnings), lines(said.errors)];
    // What comes with errors is no data: nobody reads it, so nothing in it can go wrong.
    return { data: errors.length > 0 ? "{}" : json(data, who), warnings, errors };
  };

  const decoded = (fPort, bytes, receivedAtMs, variables) => {
    const [decodeUplink, Decode, Decoder] = ["decodeUplink", "Decode", "Decoder"].map(find);
    if (decodeUplink) {
      const input = { fPort, bytes, recvTime: new Time(receivedAtMs), variables };
      const said = object(decodeUplink(input), "decodeUplink");
      return answer(said.data, said, "decodeUplink");
    }
    if (Decode) return answer(Decode(fPort, bytes, variables), {}, "Decode");
    if (Decoder) return answer(Decoder(bytes, fPort), {}, "Decoder");
    return none("decodeUplink", "Decode", "Decoder");
  };

  const normalized = ({ data, warnings, errors }) => {
    const normalizeUplink = find("normalizeUplink");
    if (!normalizeUplink || errors.length > 0) return undefined;
    const said = object(normalizeUplink({ data: parse(data), warnings: from(warnings) }), "normalizeUplink");
    return answer(said.data, said, "normalizeUplink");
  };

  const sent = (fPort, said, who) => {
    const { bytes, warnings, errors } = said;
    if (lines(errors).length > 0) return { errors: lines(errors), warnings: [], bytes: [] };
    if (bytes === null || typeof bytes !== "object") {
      throw new TypeError(`${who} gave ${text(bytes)}, not a list of bytes`);
    }
    return { fPort: said.fPort ?? fPort, bytes: from(bytes, Number), warnings: lines(warnings), errors: [] };
  };

  return {
    decode(fPort, bytes, receivedAtMs, variables, normalize) {
      const said = decoded(fPort, bytes, receivedAtMs, variables);
      return { said, normalized: normalize ? normalized(said) : undefined };
    },
    encode(data, fPort, variables) {
      const [encodeDownlink, Encode, Encoder] = ["encodeDownlink", "Encode", "Encoder"].map(find);
      if (encodeDownlink) {
        return sent(fPort, object(encodeDownlink({ data, fPort, variables }), "encodeDownlink"), "encodeDownlink");
      }
      if (Encode) return sent(fPort, { bytes: Encode(fPort, data, variables) }, "Encode");
      if (Encoder) return sent(fPort, { bytes: Encoder(data, fPort) }, "Encoder");
      return none("encodeDownlink", "Encode", "Encoder");
    },
    decodeDownlink(fPort, bytes, variables) {
      const decodeDownlink = find("decodeDownlink") ?? none("decodeDownlink");
      const said = object(decodeDownlink({ fPort, bytes, variables }), "decodeDownlink");
      return answer(said.data, said, "decodeDownlink");
    },
  };
});
