use crate::extension;

/// What a file is, in words for people. The name is believed first, for Confluence often knows no better type than
/// "some bytes".
#[must_use]
pub fn kind(name: &str, media_type: &str) -> &'static str {
    match &*extension(name) {
        "pdf" => "PDF document",
        "doc" | "docx" | "odt" | "rtf" | "pages" => "Text document",
        "xls" | "xlsx" | "ods" | "numbers" => "Spreadsheet",
        "csv" | "tsv" => "Table",
        "ppt" | "pptx" | "odp" | "key" => "Presentation",
        "txt" | "md" | "log" => "Text",
        "zip" | "7z" | "rar" | "tar" | "gz" | "tgz" => "Archive",
        "svg" | "png" | "jpg" | "jpeg" | "jfif" | "gif" | "webp" | "avif" | "bmp" | "tif" | "tiff"
        | "heic" => "Image",
        "mp4" | "mov" | "webm" | "avi" | "mkv" => "Video",
        "mp3" | "wav" | "ogg" | "m4a" | "flac" => "Audio",
        "drawio" | "vsd" | "vsdx" => "Diagram",
        "json" | "xml" | "yaml" | "yml" | "html" | "htm" => "Data",
        _ => match media_type.split('/').next() {
            Some("image") => "Image",
            Some("video") => "Video",
            Some("audio") => "Audio",
            Some("text") => "Text",
            _ => "File",
        },
    }
}

/// A size in words for people.
#[must_use]
#[expect(clippy::cast_precision_loss, reason = "a size for people")]
pub fn size(bytes: i64) -> String {
    match bytes {
        ..1_000 => format!("{bytes} bytes"),
        1_000..1_000_000 => format!("{} KB", (bytes + 500) / 1_000),
        1_000_000..1_000_000_000 => format!("{:.1} MB", bytes as f64 / 1e6),
        _ => format!("{:.1} GB", bytes as f64 / 1e9),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_told_by_its_name_and_else_by_its_type() {
        assert_eq!(kind("Policy.PDF", "application/octet-stream"), "PDF document");
        assert_eq!(kind("shot", "image/png"), "Image");
        assert_eq!(kind("thing.qqq", "application/octet-stream"), "File");
    }

    #[test]
    fn sizes_are_short() {
        let told: Vec<String> = [0, 999, 1_000, 48_400, 5_240_000, 2_000_000_000].map(size).to_vec();
        assert_eq!(told, ["0 bytes", "999 bytes", "1 KB", "48 KB", "5.2 MB", "2.0 GB"]);
    }
}
