//! Emoji: Confluence writes a name, a code point and, on newer pages, the character itself.

/// The emoji as text: the given character, else the code point, else the character for the name, else the name.
pub(crate) fn from_parts(
    fallback: Option<&str>,
    id: Option<&str>,
    short_name: Option<&str>,
    name: Option<&str>,
) -> String {
    // A fallback of `:name:` says no more than the short name does.
    if let Some(fallback) = fallback
        && !fallback.is_empty()
        && !fallback.starts_with(':')
    {
        return fallback.to_owned();
    }
    if let Some(emoji) = id.and_then(from_code_points) {
        return emoji;
    }
    // Confluence writes `blue-star` as the name of every emoji that it had none for.
    let named = name.filter(|&name| name != "blue-star" || short_name.is_none()).and_then(from_name);
    if let Some(emoji) = named {
        return emoji.to_owned();
    }
    if let Some(emoji) = short_name.and_then(|short_name| from_name(short_name.trim_matches(':'))) {
        return emoji.to_owned();
    }
    match (fallback, short_name, name) {
        (Some(name), _, _) | (_, Some(name), _) if name.starts_with(':') => name.to_owned(),
        (_, Some(name), _) | (_, _, Some(name)) => format!(":{name}:"),
        (Some(fallback), _, _) => fallback.to_owned(),
        _ => String::new(),
    }
}

/// `1f642` or `1f468-200d-1f4bb` as characters.
fn from_code_points(id: &str) -> Option<String> {
    if id.is_empty() {
        return None;
    }
    id.split('-')
        .map(|code| u32::from_str_radix(code, 16).ok().filter(|&code| code > 0xA8).and_then(char::from_u32))
        .collect()
}

/// The official map of the names that Confluence had before emoji (`acNameToEmojiMap` of `@atlaskit/adf-schema`).
fn from_name(name: &str) -> Option<&'static str> {
    Some(match name {
        "smile" | "slight_smile" => "🙂",
        "sad" | "disappointed" => "🙁",
        "cheeky" | "stuck_out_tongue" => "😛",
        "laugh" | "grinning" => "😀",
        "wink" => "😉",
        "information" | "info" => "ℹ️",
        "tick" | "check_mark" | "white_check_mark" => "✅",
        "cross" | "cross_mark" | "x" => "❌",
        "warning" => "⚠️",
        "plus" => "➕",
        "minus" => "➖",
        "question" => "❓",
        "thumbs-up" | "thumbsup" => "👍",
        "thumbs-down" | "thumbsdown" => "👎",
        "light-on" | "bulb" => "💡",
        "light-off" => "🚫",
        "yellow-star" | "star" => "⭐",
        "red-star" | "heart" => "❤️",
        "green-star" => "💚",
        "blue-star" => "💙",
        "broken-heart" => "💔",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::from_parts;

    #[test]
    fn the_character_comes_before_the_name() {
        assert_eq!(from_parts(Some("🚀"), Some("1f680"), Some(":rocket:"), Some("blue-star")), "🚀");
        assert_eq!(from_parts(Some(":rocket:"), Some("1f680"), Some(":rocket:"), Some("blue-star")), "🚀");
        assert_eq!(from_parts(None, None, None, Some("tick")), "✅");
        assert_eq!(from_parts(None, None, Some(":our_logo:"), Some("blue-star")), ":our_logo:");
        assert_eq!(from_parts(None, Some("uuid-like-id"), Some("party"), None), ":party:");
    }
}
