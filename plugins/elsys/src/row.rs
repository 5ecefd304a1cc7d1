//! A payload and how far it has been read: the only place that looks at lengths.

use allting_plugin_sdk::Fault;

pub(crate) struct Row<'a> {
    payload: &'a [u8],
    at: usize,
    /// The field being read and where it began.
    field: (u8, usize),
}

impl<'a> Row<'a> {
    pub(crate) fn new(payload: &'a [u8]) -> Self {
        Self { payload, at: 0, field: (0, 0) }
    }

    /// The type of the next field; none at the end of the payload.
    pub(crate) fn next_field(&mut self) -> Option<u8> {
        let field = self.payload.get(self.at).copied()?;
        self.field = (field, self.at);
        self.at += 1;
        Some(field)
    }

    pub(crate) fn take<const N: usize>(&mut self) -> Result<[u8; N], Fault> {
        let rest = self.payload.get(self.at..).unwrap_or_default();
        let (bytes, _) = rest.split_first_chunk::<N>().ok_or_else(|| self.malformed("is cut short"))?;
        self.at += N;
        Ok(*bytes)
    }

    pub(crate) fn skip_rest(&mut self) {
        self.at = self.payload.len();
    }

    /// What is wrong with the field being read.
    pub(crate) fn malformed(&self, what: &str) -> Fault {
        let (field, start) = self.field;
        Fault::Malformed(format!("field 0x{field:02X} at byte {start} {what}"))
    }

    pub(crate) fn u8(&mut self) -> Result<u8, Fault> {
        self.take().map(|[byte]| byte)
    }

    pub(crate) fn i8(&mut self) -> Result<i8, Fault> {
        self.take().map(i8::from_be_bytes)
    }

    pub(crate) fn u16(&mut self) -> Result<u16, Fault> {
        self.take().map(u16::from_be_bytes)
    }

    pub(crate) fn u32(&mut self) -> Result<u32, Fault> {
        self.take().map(u32::from_be_bytes)
    }

    pub(crate) fn i32(&mut self) -> Result<i32, Fault> {
        self.take().map(i32::from_be_bytes)
    }

    /// A signed number of three bytes.
    pub(crate) fn i24(&mut self) -> Result<i32, Fault> {
        self.take().map(|[high, middle, low]| i32::from_be_bytes([high, middle, low, 0]) >> 8)
    }

    /// A signed number of two bytes in tenths.
    pub(crate) fn tenths(&mut self) -> Result<f64, Fault> {
        self.take().map(|bytes| f64::from(i16::from_be_bytes(bytes)) / 10.0)
    }
}
