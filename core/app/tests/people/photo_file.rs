//! A photo file of one colour, made by hand: a PNG whose data is stored and not pressed (RFC 1950, RFC 2083).

pub(crate) fn png(width: u32, height: u32, colour: [u8; 3]) -> Vec<u8> {
    let line: Vec<u8> = std::iter::once(0).chain((0..width).flat_map(|_| colour)).collect();
    let data = line.repeat(height as usize);
    let mut pressed = vec![0x78, 0x01];
    let blocks: Vec<&[u8]> = data.chunks(0xffff).collect();
    for (at, block) in blocks.iter().enumerate() {
        let length = u16::try_from(block.len()).unwrap_or(u16::MAX);
        pressed.push(u8::from(at + 1 == blocks.len()));
        pressed.extend_from_slice(&length.to_le_bytes());
        pressed.extend_from_slice(&(!length).to_le_bytes());
        pressed.extend_from_slice(block);
    }
    let (mut low, mut high) = (1_u32, 0_u32);
    for byte in &data {
        low = (low + u32::from(*byte)) % 65521;
        high = (high + low) % 65521;
    }
    pressed.extend_from_slice(&(high << 16 | low).to_be_bytes());
    let head = [&width.to_be_bytes()[..], &height.to_be_bytes(), &[8, 2, 0, 0, 0]].concat();
    [b"\x89PNG\r\n\x1a\n".to_vec(), chunk(b"IHDR", &head), chunk(b"IDAT", &pressed), chunk(b"IEND", &[])].concat()
}

fn chunk(name: &[u8], body: &[u8]) -> Vec<u8> {
    let named = [name, body].concat();
    let crc = !named
        .iter()
        .fold(!0_u32, |crc, byte| (0..8).fold(crc ^ u32::from(*byte), |crc, _| (crc >> 1) ^ (0xedb8_8320 * (crc & 1))));
    [&u32::try_from(body.len()).unwrap_or(u32::MAX).to_be_bytes()[..], &named, &crc.to_be_bytes()].concat()
}
