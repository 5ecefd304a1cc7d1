// Node's Buffer, as far as codecs of vendors use it: ChirpStack and Node have it, the Things Stack has not.
(function () {
  const DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

  const utf8 = {
    encode: (text) => latin1.encode(unescape(encodeURIComponent(text.toWellFormed()))),
    decode(bytes) {
      let text = "";
      for (let at = 0; at < bytes.length; ) {
        const first = bytes[at++];
        const more = first < 0x80 ? 0 : first < 0xc2 ? -1 : first < 0xe0 ? 1 : first < 0xf0 ? 2 : first < 0xf5 ? 3 : -1;
        let point = more > 0 ? first & (0x3f >> more) : first;
        let left = more;
        for (; left > 0 && (bytes[at] & 0xc0) === 0x80; left--) point = (point << 6) | (bytes[at++] & 0x3f);
        const least = [0, 0x80, 0x800, 0x10000][more];
        const whole = left === 0 && point >= least && point < 0x110000 && (point & 0x1ff800) !== 0xd800;
        text += whole ? String.fromCodePoint(point) : "\ufffd";
      }
      return text;
    },
  };
  const latin1 = {
    encode: (text) => Array.from(text, (letter) => letter.charCodeAt(0) & 0xff),
    decode: (bytes) => Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""),
  };
  const ascii = { encode: latin1.encode, decode: (bytes) => latin1.decode(Array.from(bytes, (byte) => byte & 0x7f)) };
  const hex = {
    encode(text) {
      // As Node does, up to the first pair that is none.
      const pairs = /^([0-9a-f]{2})*/i.exec(text)[0].match(/../g) ?? [];
      return pairs.map((pair) => parseInt(pair, 16));
    },
    decode: (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join(""),
  };
  const base64 = {
    encode(text) {
      const digits = text.replace(/-/g, "+").replace(/_/g, "/").replace(/=.*$/s, "").replace(/[^A-Za-z0-9+/]/g, "");
      const bytes = [];
      let [bits, held] = [0, 0];
      for (const digit of digits) {
        held = ((held << 6) | DIGITS.indexOf(digit)) & 0xffff;
        bits += 6;
        if (bits >= 8) bytes.push((held >> (bits -= 8)) & 0xff);
      }
      return bytes;
    },
    decode(bytes) {
      let text = "";
      for (let at = 0; at < bytes.length; at += 3) {
        const three = (bytes[at] << 16) | (bytes[at + 1] << 8) | bytes[at + 2];
        for (let digit = 0; digit < 4; digit++) {
          text += at * 8 + digit * 6 < bytes.length * 8 ? DIGITS[(three >> (18 - digit * 6)) & 0x3f] : "=";
        }
      }
      return text;
    },
  };
  const base64url = {
    encode: base64.encode,
    decode: (bytes) => base64.decode(bytes).replace(/\+/g, "-").replace(/\//g, "_").replace(/=/g, ""),
  };
  const utf16le = {
    encode(text) {
      const byte = (_, at) => (text.charCodeAt(at >> 1) >> ((at & 1) * 8)) & 0xff;
      return Array.from({ length: text.length * 2 }, byte);
    },
    decode(bytes) {
      const letter = (_, at) => String.fromCharCode(bytes[2 * at] | (bytes[2 * at + 1] << 8));
      return Array.from({ length: bytes.length >> 1 }, letter).join("");
    },
  };
  const ENCODINGS = {
    __proto__: null, utf8, "utf-8": utf8, latin1, binary: latin1, ascii, hex, base64, base64url,
    utf16le, "utf-16le": utf16le, ucs2: utf16le, "ucs-2": utf16le,
  };
  const encoding = (name = "utf8") => {
    const found = ENCODINGS[String(name).toLowerCase()];
    if (!found) throw new TypeError(`Unknown encoding: ${name}`);
    return found;
  };

  // Old codecs say `new Buffer(...)`, or leave the `new` out.
  function Buffer(given, second, third) {
    const bytes = typeof given === "string" ? encoding(second).encode(given) : given;
    const place = given instanceof ArrayBuffer ? [bytes, second, third] : [bytes];
    return Reflect.construct(Uint8Array, place, new.target ?? Buffer);
  }
  Object.setPrototypeOf(Buffer, Uint8Array);
  Buffer.prototype = Object.create(Uint8Array.prototype);

  const method = (target, methods) => {
    for (const name of Object.keys(methods)) {
      Object.defineProperty(target, name, { value: methods[name], configurable: true, writable: true });
    }
  };
  const bytesOf = (given, name) => (typeof given === "string" ? encoding(name).encode(given) : given);

  method(Buffer, {
    from(given, second, third) {
      if (given == null || typeof given === "number") throw new TypeError(`Buffer.from cannot take ${given}`);
      return new Buffer(given.type === "Buffer" ? given.data : given, second, third);
    },
    alloc: (size, fill = 0, name) => new Buffer(size).fill(fill, 0, size, name),
    allocUnsafe: (size) => new Buffer(size),
    isBuffer: (given) => given instanceof Buffer,
    isEncoding: (name) => String(name).toLowerCase() in ENCODINGS,
    byteLength: (given, name) => (typeof given === "string" ? encoding(name).encode(given).length : given.byteLength),
    compare: (one, other) => new Buffer(one).compare(other),
    concat(list, length = list.reduce((sum, one) => sum + one.length, 0)) {
      const whole = Buffer.alloc(length);
      let at = 0;
      for (const one of list) {
        const fitting = Math.min(one.length, length - at);
        whole.set(fitting < one.length ? Array.from(one).slice(0, fitting) : one, at);
        at += fitting;
      }
      return whole;
    },
  });

  const search = (buffer, wanted, from, name) => {
    if (typeof wanted === "number") return Uint8Array.prototype.indexOf.call(buffer, wanted & 0xff, from);
    const bytes = bytesOf(wanted, name);
    for (let at = from < 0 ? Math.max(0, buffer.length + from) : from; at + bytes.length <= buffer.length; at++) {
      if (Array.prototype.every.call(bytes, (byte, i) => byte === buffer[at + i])) return at;
    }
    return -1;
  };

  method(Buffer.prototype, {
    constructor: Buffer,
    // Unlike that of a list, a slice shares its bytes.
    slice(start, end) { return this.subarray(start, end); },
    toString(name, start, end) { return encoding(name).decode(this.subarray(start, end)); },
    toJSON() { return { type: "Buffer", data: Array.from(this) }; },
    equals(other) { return this.compare(other) === 0; },
    compare(other) {
      const at = this.findIndex((byte, i) => byte !== other[i]);
      if (at < 0 || at >= other.length) return Math.sign(this.length - other.length);
      return Math.sign(this[at] - other[at]);
    },
    indexOf(wanted, from = 0, name) { return search(this, wanted, from, name); },
    includes(wanted, from = 0, name) { return search(this, wanted, from, name) >= 0; },
    copy(target, at = 0, start = 0, end = this.length) {
      const part = this.subarray(start, Math.min(end, start + target.length - at));
      target.set(part, at);
      return part.length;
    },
    fill(given, start = 0, end = this.length, name) {
      if (typeof given === "number") return Uint8Array.prototype.fill.call(this, given, start, end);
      const bytes = bytesOf(given, typeof start === "string" ? start : name);
      for (let at = +start || 0; at < end; at++) this[at] = bytes[(at - (+start || 0)) % bytes.length];
      return this;
    },
    write(text, start = 0, length = this.length - start, name) {
      if (typeof start === "string") return this.write(text, 0, this.length, start);
      if (typeof length === "string") return this.write(text, start, this.length - start, length);
      const bytes = encoding(name).encode(text).slice(0, Math.min(length, this.length - start));
      this.set(bytes, start);
      return bytes.length;
    },
  });

  const inside = (buffer, offset, size) => {
    if (!Number.isInteger(offset) || offset < 0 || offset + size > buffer.length) {
      throw new RangeError(`offset ${offset} and ${size} bytes lie outside of the ${buffer.length} bytes`);
    }
  };
  const fitting = (value, bits, signed) => {
    const least = signed ? -(2 ** (bits - 1)) : 0;
    if (value < least || value >= least + 2 ** bits) throw new RangeError(`${value} does not fit into ${bits} bits`);
    return value;
  };
  const view = (buffer) => new DataView(buffer.buffer, buffer.byteOffset, buffer.byteLength);

  // readUInt16LE and its kin. Node takes both `UInt` and `Uint`.
  const number = (word, type, size, check) => {
    for (const order of size === 1 ? [""] : ["LE", "BE"]) {
      const little = order === "LE";
      const read = function (offset = 0) {
        inside(this, offset, size);
        return view(this)[`get${type}`](offset, little);
      };
      const write = function (value, offset = 0) {
        inside(this, offset, size);
        view(this)[`set${type}`](offset, check(value), little);
        return offset + size;
      };
      for (const name of new Set([word, word.replace("UInt", "Uint")])) {
        method(Buffer.prototype, { [`read${name}${order}`]: read, [`write${name}${order}`]: write });
      }
    }
  };
  for (const bits of [8, 16, 32]) {
    number(`UInt${bits}`, `Uint${bits}`, bits / 8, (value) => fitting(value, bits, false));
    number(`Int${bits}`, `Int${bits}`, bits / 8, (value) => fitting(value, bits, true));
  }
  number("BigUInt64", "BigUint64", 8, (value) => value);
  number("BigInt64", "BigInt64", 8, (value) => value);
  number("Float", "Float32", 4, (value) => value);
  number("Double", "Float64", 8, (value) => value);

  // readUIntBE(offset, size) and its kin: one to six bytes.
  for (const [word, signed] of [["UInt", false], ["Uint", false], ["Int", true]]) {
    for (const order of ["LE", "BE"]) {
      const places = (offset, size) => {
        if (!(size >= 1 && size <= 6)) throw new RangeError(`a number of ${size} bytes; expected 1 to 6`);
        const rising = Array.from({ length: size }, (_, i) => offset + i);
        return order === "BE" ? rising : rising.reverse();
      };
      method(Buffer.prototype, {
        [`read${word}${order}`](offset, size) {
          inside(this, offset, size);
          const value = places(offset, size).reduce((sum, at) => sum * 256 + this[at], 0);
          return signed && value >= 2 ** (8 * size - 1) ? value - 2 ** (8 * size) : value;
        },
        [`write${word}${order}`](value, offset, size) {
          inside(this, offset, size);
          let rest = fitting(value, 8 * size, signed);
          if (rest < 0) rest += 2 ** (8 * size);
          for (const at of places(offset, size).reverse()) {
            this[at] = rest % 256;
            rest = Math.floor(rest / 256);
          }
          return offset + size;
        },
      });
    }
  }

  globalThis.Buffer = Buffer;
});
