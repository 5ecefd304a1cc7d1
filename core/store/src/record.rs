//! How a row's value is laid out: a version byte, the body, and a CRC-32 over key, version and body. The key is in the
//! checksum because a row that a flipped bit moved to another datastream is as wrong as a flipped number.

/// A domain type and its bytes. Numbers are little-endian; the conversions stand in `stored`.
pub(crate) trait Stored: Sized {
    /// What [`write`](Self::write) writes today. [`read`](Self::read) knows this and every older version.
    const VERSION: u8;
    fn write(&self, out: &mut Writer);
    fn read(version: u8, input: &mut Reader<'_>) -> Option<Self>;
}

/// Most rows are shorter, and need no second piece of memory while they are written.
const USUAL_BYTES: usize = 64;

pub(crate) fn seal<V: Stored>(key: &[u8], value: &V) -> Vec<u8> {
    let mut out = Writer(Vec::with_capacity(USUAL_BYTES));
    out.u8(V::VERSION);
    value.write(&mut out);
    let crc = checksum(key, &out.0);
    out.u32(crc);
    out.0
}

/// The value, or none when it is not what [`seal`] wrote under this key.
pub(crate) fn unseal<V: Stored>(key: &[u8], sealed: &[u8]) -> Option<V> {
    let (version, body) = content(key, sealed)?.split_first()?;
    let mut input = Reader(body);
    let value = V::read(*version, &mut input)?;
    input.0.is_empty().then_some(value)
}

/// Whether a row of any table is what was written.
pub(crate) fn is_whole(key: &[u8], sealed: &[u8]) -> bool {
    content(key, sealed).is_some()
}

fn content<'a>(key: &[u8], sealed: &'a [u8]) -> Option<&'a [u8]> {
    let (content, crc) = sealed.split_last_chunk()?;
    (checksum(key, content) == u32::from_le_bytes(*crc)).then_some(content)
}

fn checksum(key: &[u8], content: &[u8]) -> u32 {
    let mut crc = crc32fast::Hasher::new();
    crc.update(key);
    crc.update(content);
    crc.finalize()
}

pub(crate) struct Writer(Vec<u8>);

impl Writer {
    pub(crate) fn array<const N: usize>(&mut self, bytes: [u8; N]) {
        self.0.extend_from_slice(&bytes);
    }

    pub(crate) fn u8(&mut self, n: u8) {
        self.0.push(n);
    }

    pub(crate) fn u16(&mut self, n: u16) {
        self.array(n.to_le_bytes());
    }

    pub(crate) fn u32(&mut self, n: u32) {
        self.array(n.to_le_bytes());
    }

    pub(crate) fn u64(&mut self, n: u64) {
        self.array(n.to_le_bytes());
    }

    pub(crate) fn i64(&mut self, n: i64) {
        self.array(n.to_le_bytes());
    }

    pub(crate) fn f32(&mut self, n: f32) {
        self.array(n.to_le_bytes());
    }

    pub(crate) fn f64(&mut self, n: f64) {
        self.array(n.to_le_bytes());
    }

    pub(crate) fn flag(&mut self, flag: bool) {
        self.u8(u8::from(flag));
    }

    /// Bytes under 4 GiB (redb takes no longer value), their length first.
    pub(crate) fn bytes(&mut self, bytes: &[u8]) {
        self.length(bytes.len());
        self.0.extend_from_slice(bytes);
    }

    pub(crate) fn text(&mut self, text: &str) {
        self.bytes(text.as_bytes());
    }

    pub(crate) fn option<T>(&mut self, value: Option<T>, write: impl FnOnce(&mut Self, T)) {
        self.flag(value.is_some());
        if let Some(value) = value {
            write(self, value);
        }
    }

    pub(crate) fn list<T>(&mut self, items: impl ExactSizeIterator<Item = T>, mut write: impl FnMut(&mut Self, T)) {
        self.length(items.len());
        items.for_each(|item| write(self, item));
    }

    fn length(&mut self, length: usize) {
        self.u32(u32::try_from(length).unwrap_or(u32::MAX));
    }

    /// To go on writing behind what is there.
    pub(crate) fn after(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }

    pub(crate) fn into_bytes(self) -> Vec<u8> {
        self.0
    }

    /// What was written, bare: for keys that are made of text.
    pub(crate) fn bare(write: impl FnOnce(&mut Self)) -> Vec<u8> {
        let mut out = Self(Vec::new());
        write(&mut out);
        out.0
    }
}

/// Takes bytes from the front; none when there are too few.
pub(crate) struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    pub(crate) fn over(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    pub(crate) fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (head, rest) = self.0.split_first_chunk()?;
        self.0 = rest;
        Some(*head)
    }

    pub(crate) fn u8(&mut self) -> Option<u8> {
        self.array().map(u8::from_le_bytes)
    }

    pub(crate) fn u16(&mut self) -> Option<u16> {
        self.array().map(u16::from_le_bytes)
    }

    pub(crate) fn u32(&mut self) -> Option<u32> {
        self.array().map(u32::from_le_bytes)
    }

    pub(crate) fn u64(&mut self) -> Option<u64> {
        self.array().map(u64::from_le_bytes)
    }

    pub(crate) fn i64(&mut self) -> Option<i64> {
        self.array().map(i64::from_le_bytes)
    }

    pub(crate) fn f32(&mut self) -> Option<f32> {
        self.array().map(f32::from_le_bytes)
    }

    pub(crate) fn f64(&mut self) -> Option<f64> {
        self.array().map(f64::from_le_bytes)
    }

    pub(crate) fn flag(&mut self) -> Option<bool> {
        match self.u8()? {
            0 => Some(false),
            1 => Some(true),
            _ => None,
        }
    }

    pub(crate) fn bytes(&mut self) -> Option<&'a [u8]> {
        let length = usize::try_from(self.u32()?).ok()?;
        let (head, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(head)
    }

    pub(crate) fn text(&mut self) -> Option<String> {
        String::from_utf8(self.bytes()?.to_vec()).ok()
    }

    /// The outer option is whether it could be read, the inner one is the value.
    #[expect(clippy::option_option, reason = "could it be read, and was there a value, are two questions")]
    pub(crate) fn option<T>(&mut self, read: impl FnOnce(&mut Self) -> Option<T>) -> Option<Option<T>> {
        if self.flag()? { read(self).map(Some) } else { Some(None) }
    }

    pub(crate) fn list<T, C: FromIterator<T>>(&mut self, mut read: impl FnMut(&mut Self) -> Option<T>) -> Option<C> {
        let length = self.u32()?;
        (0..length).map(|_| read(self)).collect()
    }
}
