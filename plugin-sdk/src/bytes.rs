use crate::Fault;

/// A payload and how far it has been read: the only place of a decoder that looks at lengths.
///
/// ```
/// use allting_plugin_sdk::Bytes;
///
/// let mut bytes = Bytes::new(&[0x03, 0x67, 0x0C, 0x01, 0x04, 0x68]);
/// assert_eq!(bytes.field(), Ok(Some([0x03, 0x67])));
/// assert_eq!(bytes.i16_le(), Ok(268));
/// assert_eq!(bytes.field(), Ok(Some([0x04, 0x68])));
/// let fault = format!("{:?}", bytes.u8().unwrap_err());
/// assert!(fault.contains("field 0x04 0x68 at byte 4 is cut short"), "{fault}");
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Bytes<'a> {
    payload: &'a [u8],
    at: usize,
    /// What the field being read is called by the device, and where it begins. Empty outside of fields.
    name: &'a [u8],
    start: usize,
}

impl<'a> Bytes<'a> {
    /// A payload of which nothing has been read.
    pub fn new(payload: &'a [u8]) -> Self {
        Self { payload, at: 0, name: &[], start: 0 }
    }

    /// Begins a field: the `N` bytes that say which it is. None at the end of the payload.
    pub fn field<const N: usize>(&mut self) -> Result<Option<[u8; N]>, Fault> {
        if self.is_empty() {
            return Ok(None);
        }
        let rest = self.rest();
        (self.start, self.name) = (self.at, rest.get(..N).unwrap_or(rest));
        self.take().map(Some)
    }

    /// Whether everything has been read.
    pub fn is_empty(&self) -> bool {
        self.rest().is_empty()
    }

    /// What has not been read.
    pub fn rest(&self) -> &'a [u8] {
        self.payload.get(self.at..).unwrap_or_default()
    }

    /// The next `N` bytes.
    pub fn take<const N: usize>(&mut self) -> Result<[u8; N], Fault> {
        let (bytes, _) = self.rest().split_first_chunk::<N>().ok_or_else(|| self.malformed("is cut short"))?;
        self.at += N;
        Ok(*bytes)
    }

    /// Passes over `count` bytes.
    pub fn skip(&mut self, count: usize) -> Result<(), Fault> {
        if self.rest().len() < count {
            return Err(self.malformed("is cut short"));
        }
        self.at += count;
        Ok(())
    }

    /// Passes over everything that has not been read.
    pub fn skip_rest(&mut self) {
        self.at = self.payload.len();
    }

    /// What is wrong with the field being read, or with the frame when there are no fields.
    pub fn malformed(&self, what: &str) -> Fault {
        if self.name.is_empty() {
            return Fault::Malformed(format!("the frame of {} bytes {what}", self.payload.len()));
        }
        let name: Vec<String> = self.name.iter().map(|byte| format!("0x{byte:02X}")).collect();
        Fault::Malformed(format!("field {} at byte {} {what}", name.join(" "), self.start))
    }

    /// A byte.
    pub fn u8(&mut self) -> Result<u8, Fault> {
        self.take().map(|[byte]| byte)
    }

    /// A signed byte.
    pub fn i8(&mut self) -> Result<i8, Fault> {
        self.take().map(i8::from_be_bytes)
    }

    /// Two bytes, the high one first.
    pub fn u16_be(&mut self) -> Result<u16, Fault> {
        self.take().map(u16::from_be_bytes)
    }

    /// Two bytes, the low one first.
    pub fn u16_le(&mut self) -> Result<u16, Fault> {
        self.take().map(u16::from_le_bytes)
    }

    /// Two bytes, signed, the high one first.
    pub fn i16_be(&mut self) -> Result<i16, Fault> {
        self.take().map(i16::from_be_bytes)
    }

    /// Two bytes, signed, the low one first.
    pub fn i16_le(&mut self) -> Result<i16, Fault> {
        self.take().map(i16::from_le_bytes)
    }

    /// Three bytes, the highest first.
    pub fn u24_be(&mut self) -> Result<u32, Fault> {
        self.take().map(|[high, middle, low]| u32::from_be_bytes([0, high, middle, low]))
    }

    /// Three bytes, signed, the highest first.
    pub fn i24_be(&mut self) -> Result<i32, Fault> {
        self.take().map(|[high, middle, low]| i32::from_be_bytes([high, middle, low, 0]) >> 8)
    }

    /// Four bytes, the highest first.
    pub fn u32_be(&mut self) -> Result<u32, Fault> {
        self.take().map(u32::from_be_bytes)
    }

    /// Four bytes, the lowest first.
    pub fn u32_le(&mut self) -> Result<u32, Fault> {
        self.take().map(u32::from_le_bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_come_in_both_orders_and_keep_their_sign() {
        let payload = [0x01, 0x02, 0x01, 0x02, 0xFF, 0xFE, 0xFE, 0xFF, 0xFF, 0xFF, 0xFE, 0x80];
        let mut bytes = Bytes::new(&payload);
        assert_eq!((bytes.u16_be(), bytes.u16_le()), (Ok(0x0102), Ok(0x0201)));
        assert_eq!((bytes.i16_be(), bytes.i16_le()), (Ok(-2), Ok(-2)));
        assert_eq!((bytes.i24_be(), bytes.i8()), (Ok(-2), Ok(-128)));
        assert!(bytes.is_empty());
    }

    #[test]
    fn a_fault_says_which_field_and_where_it_begins() {
        let mut bytes = Bytes::new(&[0x01, 0x75, 0x64, 0x03]);
        assert_eq!(bytes.field(), Ok(Some([0x01, 0x75])));
        assert_eq!(bytes.u8(), Ok(100));
        let half = Fault::Malformed("field 0x03 at byte 3 is cut short".into());
        assert_eq!(bytes.field::<2>(), Err(half));
    }

    #[test]
    fn without_fields_the_whole_frame_is_blamed() {
        let mut bytes = Bytes::new(&[1, 2, 3]);
        let short = Fault::Malformed("the frame of 3 bytes is cut short".into());
        assert_eq!(bytes.skip(4), Err(short.clone()));
        assert_eq!(bytes.u32_be(), Err(short));
        assert_eq!(bytes.u24_be(), Ok(0x0001_0203));
    }
}
