use std::fmt;

use askama::filters::HtmlSafe;

use crate::asset::ICONS;

/// A symbol of the sprite, sized by the text beside it and hidden from screen readers.
#[derive(Debug, Clone, Copy)]
pub struct Icon<'a>(&'a str);

/// The symbol `name` of `static/icons.svg`; what cannot be a name shows the open book.
#[must_use]
pub fn icon(name: &str) -> Icon<'_> {
    // Not looked up: the sprite would travel in every component, and only the Portal serves it.
    let is_name = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    Icon(if is_name { name } else { "book-open" })
}

impl fmt::Display for Icon<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            formatter,
            "<svg class=\"icon\" aria-hidden=\"true\" focusable=\"false\"><use href=\"{ICONS}#{}\"/></svg>",
            self.0
        )
    }
}

// The name is of letters, digits and hyphens.
impl HtmlSafe for Icon<'_> {}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::asset::has_symbol;

    #[test]
    fn what_is_no_name_does_not_break_the_markup() {
        assert!(icon("search").to_string().contains("#search\""));
        assert!(icon("\"><script>").to_string().contains("#book-open\""));
    }

    #[test]
    fn every_icon_that_a_template_names_is_in_the_sprite() {
        let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
        let folders =
            ["templates", "../../components/portal/templates", "../../components/sign-in/templates"];
        let mut named = 0;
        for file in folders.iter().flat_map(|folder| std::fs::read_dir(root.join(folder)).unwrap()) {
            let template = std::fs::read_to_string(file.unwrap().path()).unwrap();
            for rest in template.split("screen::icon(\"").skip(1) {
                let name = rest.split('"').next().unwrap();
                assert!(has_symbol(name), "{name}");
                named += 1;
            }
        }
        assert!(named > 20, "{named}");
    }
}
