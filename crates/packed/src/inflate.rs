//! Raw deflate (RFC 1951), unpacked.
//!
//! The crates that do this are made for megabytes in a moment, and would add 16 kB to the component `convert` for what
//! is a page of text at most. This one reads bit by bit, is built to be small, and is judged by one of them.

/// The longest code, in bits.
const LONGEST: usize = 15;
/// The order in which the lengths of the codes for lengths are written.
const ORDER: [u8; 19] = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];

/// What was packed; none if it is broken, or has more bytes than `limit`.
pub(crate) fn inflate(packed: &[u8], limit: usize) -> Option<Vec<u8>> {
    let mut bits = Bits { bytes: packed, at: 0 };
    let mut out = Vec::new();
    loop {
        let is_last = bits.take(1)? == 1;
        match bits.take(2)? {
            0 => stored(&mut bits, &mut out, limit)?,
            1 => {
                let mut lengths = [8; 288];
                lengths[144..256].fill(9);
                lengths[256..280].fill(7);
                coded(&mut bits, &mut out, limit, &Codes::of(&lengths)?, &Codes::of(&[5; 30])?)?;
            }
            2 => {
                let (symbols, distances) = codes_of_block(&mut bits)?;
                coded(&mut bits, &mut out, limit, &symbols, &distances)?;
            }
            _ => return None,
        }
        if is_last {
            return Some(out);
        }
    }
}

/// Bits of bytes, the least first.
struct Bits<'p> {
    bytes: &'p [u8],
    at: usize,
}

impl Bits<'_> {
    #[inline(never)]
    fn take(&mut self, count: usize) -> Option<usize> {
        let mut value = 0;
        for bit in 0..count {
            let byte = *self.bytes.get(self.at / 8)?;
            value |= usize::from(byte >> (self.at % 8) & 1) << bit;
            self.at += 1;
        }
        Some(value)
    }
}

/// Huffman codes, as how many there are of each length and their symbols in order.
struct Codes {
    counts: [u16; LONGEST + 1],
    symbols: [u16; 288],
}

impl Codes {
    /// The codes of these lengths, where zero is a symbol without one; none if there cannot be so many short ones.
    #[inline(never)]
    fn of(lengths: &[u8]) -> Option<Self> {
        let mut codes = Self { counts: [0; LONGEST + 1], symbols: [0; 288] };
        let mut at = 0;
        let mut free = 1;
        for wanted in 1..=LONGEST {
            let of_length = lengths.iter().enumerate().filter(|(_, length)| usize::from(**length) == wanted);
            let first = at;
            for (symbol, _) in of_length {
                *codes.symbols.get_mut(at)? = symbol as u16;
                at += 1;
            }
            free = (free * 2_usize).checked_sub(at - first)?;
            codes.counts[wanted] = (at - first) as u16;
        }
        Some(codes)
    }

    #[inline(never)]
    fn read(&self, bits: &mut Bits<'_>) -> Option<usize> {
        let (mut code, mut first, mut at) = (0, 0, 0);
        for count in &self.counts[1..] {
            let count = usize::from(*count);
            code += bits.take(1)?;
            if code < first + count {
                return self.symbols.get(at + code - first).map(|&symbol| usize::from(symbol));
            }
            at += count;
            first = (first + count) * 2;
            code *= 2;
        }
        None
    }
}

fn stored(bits: &mut Bits<'_>, out: &mut Vec<u8>, limit: usize) -> Option<()> {
    bits.at = bits.at.next_multiple_of(8);
    let length = bits.take(16)?;
    if bits.take(16)? != !length & 0xFFFF || out.len() + length > limit {
        return None;
    }
    let from = bits.at / 8;
    out.extend_from_slice(bits.bytes.get(from..from + length)?);
    bits.at += length * 8;
    Some(())
}

/// The codes for symbols and for distances that a block begins with.
fn codes_of_block(bits: &mut Bits<'_>) -> Option<(Codes, Codes)> {
    let symbols = 257 + bits.take(5)?;
    let distances = 1 + bits.take(5)?;
    let mut lengths = [0; 19];
    let written = 4 + bits.take(4)?;
    for &symbol in ORDER.iter().take(written) {
        lengths[usize::from(symbol)] = bits.take(3)? as u8;
    }
    let codes = Codes::of(&lengths)?;
    let mut lengths = [0; 286 + 32];
    let mut at = 0;
    while at < symbols + distances {
        let symbol = codes.read(bits)?;
        let (length, times) = match symbol {
            0..16 => (symbol as u8, 1),
            16 => (*lengths.get(at.checked_sub(1)?)?, 3 + bits.take(2)?),
            17 => (0, 3 + bits.take(3)?),
            _ => (0, 11 + bits.take(7)?),
        };
        lengths.get_mut(at..at + times)?.fill(length);
        at += times;
    }
    if at > symbols + distances {
        return None;
    }
    let (symbols, distances) = lengths.get(..at)?.split_at(symbols);
    Some((Codes::of(symbols)?, Codes::of(distances)?))
}

fn coded(
    bits: &mut Bits<'_>,
    out: &mut Vec<u8>,
    limit: usize,
    symbols: &Codes,
    distances: &Codes,
) -> Option<()> {
    loop {
        let symbol = symbols.read(bits)?;
        if symbol == 256 {
            return Some(());
        }
        if symbol < 256 {
            if out.len() >= limit {
                return None;
            }
            out.push(symbol as u8);
            continue;
        }
        let length = match symbol - 257 {
            28 => 258,
            step @ 0..28 => 3 + range(bits, step, 4)?,
            _ => return None,
        };
        let distance = match distances.read(bits)? {
            step @ 0..30 => 1 + range(bits, step, 2)?,
            _ => return None,
        };
        let from = out.len().checked_sub(distance)?;
        if out.len() + length > limit {
            return None;
        }
        // What is repeated may be longer than what there is yet.
        for at in from..from + length {
            out.push(out[at]);
        }
    }
}

/// A number of the range that a step stands for. There are `steps` ranges of each size, and each size is twice the one
/// before it; the first two sizes are one.
#[inline(never)]
fn range(bits: &mut Bits<'_>, step: usize, steps: usize) -> Option<usize> {
    match (step / steps).checked_sub(1) {
        None => Some(step),
        Some(more) => Some(((steps + step % steps) << more) + bits.take(more)?),
    }
}

#[cfg(test)]
mod tests {
    use miniz_oxide::{deflate::compress_to_vec, inflate::decompress_to_vec_with_limit};
    use proptest::prelude::*;

    use super::inflate;

    fn texts() -> impl Strategy<Value = Vec<u8>> {
        prop_oneof![
            prop::collection::vec(any::<u8>(), 0..2_000),
            prop::collection::vec("[a-c]{1,9}|%[0-9A-F]{2}|@startuml", 0..400)
                .prop_map(|words| words.concat().into_bytes()),
            ("[ -~]{1,40}", 1..2_000_usize).prop_map(|(piece, times)| piece.repeat(times).into_bytes()),
        ]
    }

    proptest! {
        #[test]
        fn whatever_is_packed_is_unpacked(bytes in texts(), level in 0..=10_u8) {
            let packed = compress_to_vec(&bytes, level);
            prop_assert_eq!(inflate(&packed, bytes.len()), Some(bytes.clone()));
            prop_assert_eq!(inflate(&packed, bytes.len().saturating_sub(1)).is_none(), !bytes.is_empty());
        }

        #[test]
        fn what_is_broken_is_read_as_others_read_it(
            bytes in texts(), level in 0..=10_u8, at in any::<prop::sample::Index>(), other in any::<u8>(),
        ) {
            let mut packed = compress_to_vec(&bytes, level);
            let at = at.index(packed.len());
            packed[at] = other;
            // Others refuse codes that leave some bits without a meaning; here they are read while none is met.
            if let Ok(theirs) = decompress_to_vec_with_limit(&packed, 100_000) {
                prop_assert_eq!(inflate(&packed, 100_000), Some(theirs));
            }
        }

        #[test]
        fn no_bytes_are_too_strange(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
            if let Ok(theirs) = decompress_to_vec_with_limit(&bytes, 10_000) {
                prop_assert_eq!(inflate(&bytes, 10_000), Some(theirs));
            } else {
                let _ = inflate(&bytes, 10_000);
            }
        }
    }
}
