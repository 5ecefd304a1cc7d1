// Calls whichever function the codec has: TS013 first, then those of older network servers.
(function (fPort, bytes, receivedAtMs, variables) {
  const lines = (said) => (said == null ? [] : [].concat(said).map(String));
  const answer = (data, said) => ({
    data: JSON.stringify(data == null ? {} : data),
    warnings: lines(said.warnings),
    errors: lines(said.errors),
  });
  if (typeof decodeUplink === "function") {
    const said = decodeUplink({ fPort, bytes, recvTime: new Date(receivedAtMs), variables });
    if (said === null || typeof said !== "object") {
      throw new TypeError("decodeUplink returned " + String(said) + ", not an object");
    }
    return answer(said.data, said);
  }
  if (typeof Decode === "function") return answer(Decode(fPort, bytes, variables), {});
  if (typeof Decoder === "function") return answer(Decoder(bytes, fPort), {});
  throw new ReferenceError("the codec has none of decodeUplink, Decode and Decoder");
});
