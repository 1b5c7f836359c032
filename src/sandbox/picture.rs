//! The demo studio's pictures: drawn, always the same for the same name, and of nobody.
use crate::kernel::secret::sha256;

/// Pixels of each side.
const SIDE: i32 = 96;
/// What a PNG file begins with (RFC 2083, 3.1).
const SIGNATURE: [u8; 8] = [0x89, b'P', b'N', b'G', 0x0d, 0x0a, 0x1a, 0x0a];
/// The most bytes of a stored block (RFC 1951, 3.2.4).
const BLOCK: usize = 65_535;

/// A landscape of three hills and a sun, in colours and shapes that follow from the name, as a PNG file.
#[must_use]
pub fn png(name: &str) -> Vec<u8> {
    let seed = sha256(name.as_bytes());
    let at = |place: usize| i32::from(seed.get(place).copied().unwrap_or_default());
    let (sky, land) = (at(0) * 360 / 256, at(1) * 360 / 256);
    let palette =
        [colour(sky, 60, 82), colour((sky + 180) % 360, 85, 70), colour(land, 45, 62), colour(land, 45, 46), colour(land, 45, 30)];
    let (sun_x, sun_y, sun) = (16 + at(2) / 4, 14 + at(3) / 8, 8 + at(4) / 32);
    let mut rows = Vec::new();
    for y in 0..SIDE {
        rows.push(0);
        for x in 0..SIDE {
            let in_sun = (x - sun_x).pow(2) + (y - sun_y).pow(2) < sun * sun;
            let hill = (0..3_u8).rev().find(|hill| y > crest(usize::from(*hill), x, &at));
            rows.push(hill.map_or(u8::from(in_sun), |hill| 2 + hill));
        }
    }
    file(&palette.concat(), &rows)
}

/// How far from the top a hill begins in a column.
fn crest(hill: usize, x: i32, at: &impl Fn(usize) -> i32) -> i32 {
    let (left, top, right) = (60 + at(5 + hill) / 12, 40 + at(8 + hill) / 6, 58 + at(11 + hill) / 10);
    // A quadratic curve through the three heights.
    let (t, u) = (x, SIDE - x);
    (left * u * u + 2 * top * t * u + right * t * t) / (SIDE * SIDE)
}

/// A colour by hue (degrees), saturation and lightness (per cent), as red, green and blue (CSS Color 4, 7.1).
fn colour(hue: i32, saturation: i32, lightness: i32) -> [u8; 3] {
    let most = saturation * lightness.min(100 - lightness) / 100;
    [0, 8, 4].map(|n| {
        let k = (n * 30 + hue) % 360;
        let step = ((k - 90).min(270 - k)).clamp(-30, 30);
        let part = lightness - most * step / 30;
        u8::try_from(part * 255 / 100).unwrap_or(u8::MAX)
    })
}

fn file(palette: &[u8], rows: &[u8]) -> Vec<u8> {
    let side = u32::try_from(SIDE).unwrap_or_default().to_be_bytes();
    // Eight bits a pixel, each the number of a colour.
    let head = [side.as_slice(), &side, &[8, 3, 0, 0, 0]].concat();
    let mut file = SIGNATURE.to_vec();
    for (kind, content) in [(b"IHDR", head.as_slice()), (b"PLTE", palette), (b"IDAT", &stored(rows)), (b"IEND", &[])] {
        let named = [kind.as_slice(), content].concat();
        file.extend(u32::try_from(content.len()).unwrap_or_default().to_be_bytes());
        file.extend(&named);
        file.extend(crc(&named).to_be_bytes());
    }
    file
}

/// Bytes as a zlib stream that compresses nothing (RFC 1950; RFC 1951, 3.2.4).
fn stored(bytes: &[u8]) -> Vec<u8> {
    let mut stream = vec![0x78, 0x01];
    let mut blocks = bytes.chunks(BLOCK).peekable();
    while let Some(block) = blocks.next() {
        let length = u16::try_from(block.len()).unwrap_or_default();
        stream.push(u8::from(blocks.peek().is_none()));
        stream.extend(length.to_le_bytes());
        stream.extend((!length).to_le_bytes());
        stream.extend(block);
    }
    let (low, high) = bytes.iter().fold((1_u32, 0_u32), |(low, high), byte| {
        let low = (low + u32::from(*byte)) % 65_521;
        (low, (high + low) % 65_521)
    });
    stream.extend((high << 16 | low).to_be_bytes());
    stream
}

/// The check of a chunk (RFC 2083, 3.4).
fn crc(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |sum, byte| {
        (0..8).fold(sum ^ u32::from(*byte), |sum, _| if sum & 1 == 1 { sum >> 1 ^ 0xedb8_8320 } else { sum >> 1 })
    })
}
