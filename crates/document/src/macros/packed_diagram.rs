//! The source of a diagram as the app PlantUML for Confluence Cloud keeps it: base64 of raw deflate of percent-encoding.

use base64::Engine;
use base64::alphabet::{STANDARD, URL_SAFE};
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use zune_inflate::{DeflateDecoder, DeflateOptions};

/// How many times as long as what is packed a source may be. Diagrams come to ten times; what goes far beyond was made
/// to use up memory.
const MOST_TIMES: usize = 32;
/// How long any source may be, in bytes.
const ALLOWANCE: usize = 1 << 10;
const CONFIGURATION: GeneralPurposeConfig =
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);

/// The source, if it is one and has no more bytes than `room`.
pub(super) fn unpacked(data: &str, room: usize) -> Option<String> {
    let limit = room.min(ALLOWANCE + MOST_TIMES * data.len());
    let packed: String = data.split_ascii_whitespace().collect();
    let alphabet = if packed.contains(['-', '_']) { URL_SAFE } else { STANDARD };
    let packed = GeneralPurpose::new(&alphabet, CONFIGURATION).decode(packed).ok()?;
    let options = DeflateOptions::default().set_limit(limit).set_size_hint(limit.min(packed.len() * 4));
    let encoded = DeflateDecoder::new_with_options(&packed, options).decode_deflate().ok()?;
    if encoded.len() > limit {
        return None;
    }
    let source = String::from_utf8(percent_encoding::percent_decode(&encoded).collect()).ok()?;
    // What happens to unpack without being a source is no text either.
    let is_text = source.bytes().all(|byte| byte >= b' ' || matches!(byte, b'\n' | b'\r' | b'\t'));
    let says_something = source.bytes().any(|byte| byte > b' ');
    (is_text && says_something).then_some(source)
}

#[cfg(test)]
mod tests {
    use super::unpacked;

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
    fn white_space_and_a_missing_end_do_not_count() {
        let broken = format!("{}\n {}", &PACKED[..10], &PACKED[10..]);
        assert_eq!(unpacked(&broken, 1_000), unpacked(PACKED, 1_000));
        assert_eq!(unpacked(&format!("{PACKED}="), 1_000).is_some(), PACKED.len() % 4 == 3);
    }
}
