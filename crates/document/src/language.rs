//! The languages that Confluence names in its code macro, as the names that highlighters know.

/// The class of a language: its usual name in lower case; empty if there is none.
pub(crate) fn class_of(language: &str) -> String {
    let language = language.trim();
    if language.is_empty() {
        return String::new();
    }
    let name = language.to_ascii_lowercase();
    let usual = match name.as_str() {
        "" | "none" | "plain" | "text" | "plaintext" | "plain text" => "",
        "js" | "javascript" => "javascript",
        "c#" | "csharp" | "c-sharp" => "csharp",
        "c++" | "cpp" => "cpp",
        "f#" => "fsharp",
        "py" | "python" => "python",
        "html/xml" | "html and xml" | "xml" => "xml",
        "actionscript3" | "actionscript 3.0" => "actionscript",
        "objective-c" | "objc" => "objectivec",
        "visual basic" | "vb" | "vbnet" => "vb",
        "shell" | "sh" => "bash",
        "yml" => "yaml",
        "rb" => "ruby",
        "javafx" => "java",
        other => other,
    };
    usual
        .chars()
        .filter(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '+'))
        .take(40)
        .collect()
}
