//! Compression to the very bytes that Go makes at its default level, so that `base64gzip` gives what
//! Terraform gives.

mod block;
mod huffman;
mod matches;

/// The bytes as a gzip file without a name or time.
pub(super) fn compress(bytes: &[u8]) -> Vec<u8> {
    let mut writer = block::Writer::default();
    writer.bytes.extend([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff]);
    matches::compress(bytes, &mut writer);
    // Terraform flushes before it ends the file.
    writer.stored(&[], false);
    writer.stored(&[], true);
    let mut out = writer.bytes;
    out.extend(checksum(bytes).to_le_bytes());
    // Of longer text the file only has the length's last 32 bits.
    let length = u32::try_from(bytes.len() & 0xffff_ffff).unwrap_or_default();
    out.extend(length.to_le_bytes());
    out
}

/// CRC-32 as in ISO 3309.
fn checksum(bytes: &[u8]) -> u32 {
    let step = |crc: u32, _| if crc & 1 == 1 { crc >> 1 ^ 0xedb8_8320 } else { crc >> 1 };
    !bytes.iter().fold(u32::MAX, |crc, byte| (0..8).fold(crc ^ u32::from(*byte), step))
}

#[cfg(test)]
mod tests;
