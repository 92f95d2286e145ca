use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// What stays as it is in a query or a path segment (RFC 3986 §2.3).
const UNRESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

fn encode(text: &str) -> impl std::fmt::Display + '_ {
    utf8_percent_encode(text, UNRESERVED)
}

/// Where a file of a page is opened, without the host. The name keeps the address when the file is replaced.
#[must_use]
pub fn address(connection: i64, page_id: &str, name: &str) -> String {
    format!("/files/{connection}/{}/{}", encode(page_id), segment(name))
}

/// The same for a page that is known by its title alone.
#[must_use]
pub fn address_by_title(connection: i64, space_key: &str, title: &str, name: &str) -> String {
    format!(
        "/files/{connection}/by-title/{}?space={}&title={}",
        segment(name),
        encode(space_key),
        encode(title)
    )
}

/// A name as a segment of a path: one of dots alone would be taken for a way up.
fn segment(name: &str) -> String {
    let encoded = encode(name).to_string();
    if encoded.bytes().all(|byte| byte == b'.') { encoded.replace('.', "%2E") } else { encoded }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_stays_one_segment() {
        assert_eq!(address(1, "42", "Netzwerk plan/2026?.png"), "/files/1/42/Netzwerk%20plan%2F2026%3F.png");
        assert_eq!(address(1, "42", ".."), "/files/1/42/%2E%2E");
        assert_eq!(
            address_by_title(3, "~ada", "A & B", "x.pdf"),
            "/files/3/by-title/x.pdf?space=~ada&title=A%20%26%20B"
        );
    }
}
