use ego_tree::NodeRef;
use ego_tree::iter::Edge;
use scraper::{ElementRef, Html, Node, Selector};
use url::Url;

/// A page as it came, read the way a person without scripts would.
#[derive(Debug, Clone)]
pub struct Page {
    pub url: Url,
    pub status: u16,
    pub headers: ureq::http::HeaderMap,
    pub html: String,
}

/// What a form would send.
pub(crate) struct Submission {
    pub method: String,
    pub action: Url,
    pub fields: Vec<(String, String)>,
}

impl Page {
    /// The words on the page, white space folded.
    #[must_use]
    pub fn text(&self) -> String {
        words(Html::parse_document(&self.html).root_element())
    }

    /// The text of each element that `selector` finds.
    #[must_use]
    pub fn all(&self, selector: &str) -> Vec<String> {
        let document = Html::parse_document(&self.html);
        document.select(&parsed(selector)).map(words).collect()
    }

    /// An attribute of the first element that `selector` finds.
    #[must_use]
    pub fn attribute(&self, selector: &str, name: &str) -> Option<String> {
        let document = Html::parse_document(&self.html);
        document.select(&parsed(selector)).next()?.attr(name).map(str::to_owned)
    }

    /// The page's main heading.
    #[must_use]
    pub fn heading(&self) -> String {
        self.all("h1").into_iter().next().unwrap_or_default()
    }

    /// Where the link with this text (or the start of it) leads.
    #[must_use]
    pub fn link(&self, text: &str) -> Option<Url> {
        let document = Html::parse_document(&self.html);
        let selector = parsed("a[href]");
        let links: Vec<ElementRef<'_>> = document.select(&selector).collect();
        let exact = links.iter().find(|link| words(**link) == text);
        let found = exact.or_else(|| links.iter().find(|link| words(**link).starts_with(text)))?;
        self.url.join(found.attr("href")?).ok()
    }

    /// The fields that the form with this button would send, with `filled` by label put in.
    pub(crate) fn submission(&self, button: &str, filled: &[(String, Filling)]) -> Option<Submission> {
        let document = Html::parse_document(&self.html);
        let button = {
            let selector = parsed("button");
            let mut exact = document.select(&selector).filter(|found| words(*found) == button);
            let starting = || document.select(&selector).find(|found| words(*found).starts_with(button));
            exact.next().or_else(starting)?
        };
        let form = match button.attr("form") {
            Some(id) => document.select(&parsed(&format!("form[id='{id}']"))).next()?,
            None => button
                .ancestors()
                .filter_map(ElementRef::wrap)
                .find(|above| above.value().name() == "form")?,
        };
        let mut fields: Vec<(String, String)> = Vec::new();
        let id = form.attr("id").unwrap_or("\u{0}");
        for field in document.select(&parsed("input[name], select[name], textarea[name]")) {
            let inside = field.ancestors().any(|above| above.id() == form.id());
            if !(inside || field.attr("form") == Some(id)) || field.attr("disabled").is_some() {
                continue;
            }
            if let Some(value) = self.value_of(&document, field, filled) {
                let name = field.attr("name").unwrap_or_default();
                if field.attr("type") == Some("radio") && fields.iter().any(|(other, _)| other == name) {
                    // Of a group of radio buttons one is sent: the one that the person ticked.
                    if !ticked(&label_of(&document, field), filled) {
                        continue;
                    }
                    fields.retain(|(other, _)| other != name);
                }
                fields.push((name.to_owned(), value));
            }
        }
        if let Some(name) = button.attr("name") {
            fields.push((name.to_owned(), button.attr("value").unwrap_or_default().to_owned()));
        }
        let attribute = |own: &str, of_form: &str| button.attr(own).or_else(|| form.attr(of_form));
        let action = self.url.join(attribute("formaction", "action").unwrap_or_default()).ok()?;
        let method = attribute("formmethod", "method").unwrap_or("get").to_uppercase();
        Some(Submission { method, action, fields })
    }

    fn value_of(
        &self,
        document: &Html,
        field: ElementRef<'_>,
        filled: &[(String, Filling)],
    ) -> Option<String> {
        let label = label_of(document, field);
        let filling =
            filled.iter().rev().find(|(name, _)| label == *name || label.starts_with(name.as_str()));
        let own = field.attr("value");
        match (field.value().name(), field.attr("type").unwrap_or("text")) {
            ("input", "checkbox" | "radio") => {
                let checked = match filling {
                    Some((_, Filling::Checked(checked))) => *checked,
                    _ => field.attr("checked").is_some(),
                };
                checked.then(|| own.unwrap_or("on").to_owned())
            }
            ("input", "submit" | "button" | "image" | "file") => None,
            ("select", _) => {
                let options: Vec<ElementRef<'_>> = field.select(&parsed("option")).collect();
                let wanted = match filling {
                    Some((_, Filling::Text(text))) => options.iter().find(|option| words(**option) == *text),
                    _ => options.iter().find(|option| option.attr("selected").is_some()).or(options.first()),
                }?;
                Some(wanted.attr("value").map_or_else(|| words(*wanted), str::to_owned))
            }
            (name, _) => Some(match filling {
                Some((_, Filling::Text(text))) => text.clone(),
                _ if name == "textarea" => field.text().collect(),
                _ => own.unwrap_or_default().to_owned(),
            }),
        }
    }
}

fn ticked(label: &str, filled: &[(String, Filling)]) -> bool {
    filled
        .iter()
        .any(|(name, filling)| matches!(filling, Filling::Checked(true)) && label.starts_with(name.as_str()))
}

/// What a person put into a field.
#[derive(Debug, Clone)]
pub(crate) enum Filling {
    Text(String),
    Checked(bool),
}

fn label_of(document: &Html, field: ElementRef<'_>) -> String {
    if let Some(label) = field.attr("aria-label") {
        return folded(label);
    }
    if let Some(id) = field.attr("id")
        && let Some(label) = document.select(&parsed(&format!("label[for='{id}']"))).next()
    {
        return words(label);
    }
    let around = field.ancestors().filter_map(ElementRef::wrap).find(|above| above.value().name() == "label");
    around.map(words).unwrap_or_default()
}

/// The words inside an element: what stands in a line stays together, as it does on the screen.
fn words(element: ElementRef<'_>) -> String {
    const INLINE: [&str; 12] =
        ["a", "b", "bdi", "code", "em", "i", "kbd", "mark", "s", "strong", "time", "u"];
    let mut text = String::new();
    for edge in element.traverse() {
        let (node, opens) = match edge {
            Edge::Open(node) => (node, true),
            Edge::Close(node) => (node, false),
        };
        match node.value() {
            Node::Text(part) if opens && !is_unseen(node) => text.push_str(part),
            Node::Element(element) if !INLINE.contains(&element.name()) => text.push(' '),
            _ => {}
        }
    }
    folded(&text)
}

fn is_unseen(node: NodeRef<'_, Node>) -> bool {
    let unseen = |name: &str| matches!(name, "script" | "style" | "template" | "head");
    node.ancestors().filter_map(|above| above.value().as_element()).any(|above| unseen(above.name()))
}

fn folded(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn parsed(selector: &str) -> Selector {
    Selector::parse(selector).unwrap_or_else(|error| panic!("the selector {selector}: {error}"))
}
