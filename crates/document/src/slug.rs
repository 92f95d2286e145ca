use unicode_normalization::char::decompose_canonical;

/// The longest slug; addresses are to be read by people.
const LONGEST: usize = 80;

/// A title in plain letters, as an address shows it: `uber-die-strasse`. Empty where no letter is left.
#[must_use]
pub fn slug(title: &str) -> String {
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
    slug.trim_matches('-').to_owned()
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
            ("🚀🔥", ""),
            ("دليل الموظف", ""),
            ("../../etc/passwd", "etc-passwd"),
            ("", ""),
        ] {
            assert_eq!(slug(title), expected, "{title}");
        }
        let long = slug(&"word ".repeat(60));
        assert!(long.len() <= LONGEST && long.ends_with("word"), "{long}");
    }
}
