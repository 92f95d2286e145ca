//! The source of a diagram as the app PlantUML for Confluence Cloud keeps it: base64 of raw deflate of percent-encoding.

mod inflate;

use inflate::inflate;

/// How many times as long as what is packed a source may be. Diagrams come to ten times; what goes far beyond was made
/// to use up memory.
const MOST_TIMES: usize = 32;
/// How long any source may be, in bytes.
const ALLOWANCE: usize = 1 << 10;

/// The source, if it is one and has no more bytes than `room`.
#[inline(never)]
pub fn unpacked(data: &str, room: usize) -> Option<String> {
    let limit = room.min(ALLOWANCE + MOST_TIMES * data.len());
    let encoded = inflate(&bytes_of_base64(data)?, limit)?;
    let source = String::from_utf8(percent_encoding::percent_decode(&encoded).collect()).ok()?;
    // What happens to unpack without being a source is no text either.
    let is_text = source.bytes().all(|byte| byte >= b' ' || matches!(byte, b'\n' | b'\r' | b'\t'));
    let says_something = source.bytes().any(|byte| byte > b' ');
    (is_text && says_something).then_some(source)
}

/// What base64 stands for; white space and the filling at the end do not count.
fn bytes_of_base64(data: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(data.len() / 4 * 3);
    let (mut bits, mut count) = (0_u32, 0);
    for byte in data.bytes() {
        let six = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' | b'-' => 62,
            b'/' | b'_' => 63,
            b'=' | b' ' | b'\t' | b'\n' | b'\r' => continue,
            _ => return None,
        };
        bits = bits << 6 | u32::from(six);
        count += 6;
        if count >= 8 {
            count -= 8;
            bytes.push((bits >> count) as u8);
        }
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::{bytes_of_base64, unpacked};

    /// `@startuml\nA -> B : Größe\n@enduml`, packed as the app does it.
    const PACKED: &str = "UzUxKC5JLCopzc1RNXB0VDUy0FU1dgVSTkCsagwScC9SdTZWdTIDkZZuqUBlqiYGqXkpQC0A";

    #[test]
    fn a_source_is_unpacked_if_there_is_room_for_it() {
        assert_eq!(unpacked(PACKED, 1_000).as_deref(), Some("@startuml\nA -> B : Größe\n@enduml"));
        assert_eq!(unpacked(PACKED, 20), None);
    }

    #[test]
    fn what_is_no_packed_source_is_none() {
        for data in ["", "=", "?", "AAAA", "eJxLzi8FAAKTAQQ=", "not base64!", &PACKED[..20]] {
            assert_eq!(unpacked(data, 1_000), None, "{data}");
        }
    }

    #[test]
    fn what_unpacks_to_very_much_is_none() {
        // A hundred thousand times the letter `a`.
        assert_eq!(
            unpacked(
                "7cExAQAAAMKgrOtfwhoeQAEAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAACvBg==",
                usize::MAX
            ),
            None
        );
    }

    #[test]
    fn base64_is_read_with_and_without_its_ending() {
        for (data, expected) in [("YQ==", "a"), ("YWI", "ab"), ("YWJj", "abc"), ("Y\nWJ j", "abc")] {
            assert_eq!(bytes_of_base64(data).as_deref(), Some(expected.as_bytes()), "{data}");
        }
    }
}
