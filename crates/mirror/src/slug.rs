use unicode_normalization::char::decompose_canonical;

/// The longest slug; addresses are to be read by people.
const LONGEST: usize = 80;

/// The readable part of an article's address: the title in plain letters, or the page's id where none are left.
pub(crate) fn slug(title: &str, page_id: &str) -> String {
    let mut plain = String::with_capacity(title.len());
    for letter in title.chars().flat_map(char::to_lowercase) {
        // Canonical alone: the tables of compatibility would be a tenth of the component.
        decompose_canonical(letter, |part| plain.push(part));
    }
    let mut slug = String::with_capacity(plain.len());
    for letter in plain.chars() {
        let folded: &str = match letter {
            'a'..='z' | '0'..='9' => {
                slug.push(letter);
                continue;
            }
            // Letters that no decomposition makes plain.
            'ß' => "ss",
            'æ' => "ae",
            'œ' => "oe",
            'ø' => "o",
            'đ' | 'ð' => "d",
            'ł' => "l",
            'ı' => "i",
            'þ' => "th",
            // Apostrophes join what they stand between; accents were split off by the decomposition.
            '\'' | '’' | '\u{300}'..='\u{36f}' => "",
            _ if slug.is_empty() || slug.ends_with('-') => "",
            _ => "-",
        };
        slug.push_str(folded);
    }
    if slug.len() > LONGEST {
        let cut = slug[..LONGEST].rfind('-').unwrap_or(LONGEST);
        slug.truncate(cut);
    }
    let slug = slug.trim_matches('-');
    if slug.is_empty() { page_id.to_ascii_lowercase() } else { slug.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_of_every_script_have_an_address() {
        for (title, expected) in [
            ("How do I request VPN access?", "how-do-i-request-vpn-access"),
            ("  Über die Straße – Ølandsvej № 5 ", "uber-die-strasse-olandsvej-5"),
            ("What's new: don’t panic", "whats-new-dont-panic"),
            ("Zażółć gęślą jaźń", "zazolc-gesla-jazn"),
            ("🚀 Launch 🚀", "launch"),
            ("🚀🔥", "4711"),
            ("دليل الموظف", "4711"),
            ("../../etc/passwd", "etc-passwd"),
            ("", "4711"),
        ] {
            assert_eq!(slug(title, "4711"), expected, "{title}");
        }
        let long = slug(&"word ".repeat(60), "1");
        assert!(long.len() <= LONGEST && long.ends_with("word"), "{long}");
    }
}
