//! What is known of an element by its name.

/// HTML's elements that never have an end tag.
pub(super) fn is_void(name: &str) -> bool {
    matches!(
        name,
        "br" | "hr"
            | "img"
            | "col"
            | "wbr"
            | "input"
            | "area"
            | "base"
            | "link"
            | "meta"
            | "embed"
            | "source"
            | "track"
    )
}

/// Elements whose text nobody reads.
pub(super) fn is_hidden(name: &str) -> bool {
    matches!(
        name,
        "ac:parameter"
            | "ac:default-parameter"
            | "ac:task-id"
            | "ac:task-uuid"
            | "ac:task-status"
            | "ac:adf-attribute"
            | "ac:adf-parameter"
    ) || name.starts_with("fab:")
}

/// Elements that may be a part of a word.
pub(super) fn is_phrase(name: &str) -> bool {
    matches!(
        name,
        "strong"
            | "b"
            | "em"
            | "i"
            | "u"
            | "ins"
            | "s"
            | "del"
            | "strike"
            | "sub"
            | "sup"
            | "small"
            | "big"
            | "code"
            | "tt"
            | "a"
            | "span"
            | "font"
            | "ac:inline-comment-marker"
    )
}

/// Elements that are a block of the article as a rule.
pub(super) fn is_block(name: &str) -> bool {
    matches!(
        name,
        "p" | "li"
            | "td"
            | "th"
            | "tr"
            | "ul"
            | "ol"
            | "table"
            | "h1"
            | "h2"
            | "h3"
            | "h4"
            | "h5"
            | "h6"
            | "blockquote"
            | "dl"
            | "dt"
            | "dd"
            | "hr"
            | "pre"
            | "details"
            | "ac:structured-macro"
            | "ac:task-list"
            | "ac:task"
            | "ac:image"
    )
}
