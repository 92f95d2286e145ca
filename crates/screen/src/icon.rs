use std::fmt;

use askama::filters::HtmlSafe;

use crate::asset::{ICONS, has_symbol};

/// A symbol of the sprite, sized by the text beside it and hidden from screen readers.
#[derive(Debug, Clone, Copy)]
pub struct Icon<'a>(&'a str);

/// The symbol `name` of `static/icons.svg`; a name that the sprite lacks shows the open book.
#[must_use]
pub fn icon(name: &str) -> Icon<'_> {
    Icon(if has_symbol(name) { name } else { "book-open" })
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

// The name is one of the sprite's own.
impl HtmlSafe for Icon<'_> {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_name_neither_breaks_the_page_nor_its_markup() {
        assert!(icon("search").to_string().contains("#search\""));
        assert!(icon("\"><script>").to_string().contains("#book-open\""));
    }

    #[test]
    fn every_icon_that_our_templates_name_is_in_the_sprite() {
        let templates = [
            include_str!("../templates/base.html"),
            include_str!("../templates/_ui.html"),
            include_str!("../templates/error.html"),
        ];
        for template in templates {
            for rest in template.split("screen::icon(\"").skip(1) {
                let name = rest.split('"').next().unwrap();
                assert!(has_symbol(name), "{name}");
            }
        }
    }
}
