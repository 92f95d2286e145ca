//! Links, mentions, images and emoji.

use std::borrow::Cow;

use super::Reader;
use crate::{
    article::{Dependency, DependencyKind, LinkKind, Origin, Outcome},
    emoji,
    markup::{NodeId, NodeKind},
    source::{AttachmentTarget, ImageAddress, ImageTarget, PageTarget, UserTarget},
    tree::{Block, Inline, Leaf, LinkId, Picture, Style, anchor_of},
};

/// What an `ri:` element names, with its strings kept.
#[derive(Clone, Debug)]
pub(super) enum Resource {
    Page { id: Option<String>, title: Option<String>, space_key: Option<String>, posting_day: Option<String> },
    Attachment { filename: String, page: Box<Option<Resource>> },
    User { account_id: Option<String>, user_key: Option<String>, username: Option<String> },
    Space { key: String },
    Url { address: String },
    Shortcut { words: String },
}

impl Resource {
    pub(super) fn page_target(&self) -> PageTarget<'_> {
        match self {
            Self::Page { id, title, space_key, posting_day } => PageTarget {
                id: id.as_deref(),
                title: title.as_deref(),
                space_key: space_key.as_deref(),
                posting_day: posting_day.as_deref(),
            },
            _ => PageTarget::default(),
        }
    }
}

impl Reader<'_, '_> {
    fn owned(&self, node: NodeId, name: &str) -> Option<String> {
        self.attribute(node, name).map(Cow::into_owned).filter(|value| !value.is_empty())
    }

    pub(super) fn resource(&self, node: NodeId) -> Option<Resource> {
        Some(match self.markup.name(node) {
            "ri:page" | "ri:blog-post" => Resource::Page {
                id: self.owned(node, "ri:content-id"),
                title: self.owned(node, "ri:content-title"),
                space_key: self.owned(node, "ri:space-key"),
                posting_day: self.owned(node, "ri:posting-day"),
            },
            "ri:content-entity" => Resource::Page {
                id: self.owned(node, "ri:content-id"),
                title: None,
                space_key: None,
                posting_day: None,
            },
            "ri:attachment" => {
                let owner = self.markup.children(node).find(|&child| {
                    matches!(self.markup.name(child), "ri:page" | "ri:blog-post" | "ri:content-entity")
                });
                Resource::Attachment {
                    filename: self.owned(node, "ri:filename").unwrap_or_default(),
                    page: Box::new(owner.and_then(|owner| self.resource(owner))),
                }
            }
            "ri:user" => Resource::User {
                account_id: self.owned(node, "ri:account-id"),
                user_key: self.owned(node, "ri:userkey"),
                username: self.owned(node, "ri:username"),
            },
            "ri:space" => Resource::Space { key: self.owned(node, "ri:space-key").unwrap_or_default() },
            "ri:url" => Resource::Url { address: self.owned(node, "ri:value").unwrap_or_default() },
            "ri:shortcut" => Resource::Shortcut {
                words: [self.owned(node, "ri:key"), self.owned(node, "ri:parameter")]
                    .into_iter()
                    .flatten()
                    .collect::<Vec<_>>()
                    .join("@"),
            },
            _ => return None,
        })
    }

    /// `ac:link`: a link to something in Confluence, by what it is rather than by address.
    pub(super) fn link(&mut self, node: NodeId) {
        let anchor = self.owned(node, "ac:anchor");
        let resource = self.markup.children(node).find(|&child| self.markup.name(child).starts_with("ri:"));
        let body = self
            .markup
            .children(node)
            .find(|&child| matches!(self.markup.name(child), "ac:link-body" | "ac:plain-text-link-body"));
        let has_words = body.is_some_and(|body| {
            let mut words = String::new();
            self.markup.words_into(body, &mut words);
            !words.is_empty() || self.resource_in(body).is_some()
        });
        if resource.is_some_and(|resource| self.markup.name(resource) == "ri:user") && !has_words {
            if let Some(resource) = resource {
                self.user_mention(resource);
            }
            return;
        }
        match resource {
            Some(resource) => {
                let style = self.style;
                let body = if has_words { body } else { None };
                self.resource_link_to(resource, body, anchor.as_deref(), style);
            }
            None => {
                let Some(anchor) = anchor else {
                    // A link to the page itself, or one whose target Confluence lost.
                    if let Some(body) = body {
                        self.children(body);
                    } else {
                        self.children(node);
                    }
                    return;
                };
                let address = format!("#{}", crate::html::fragment(&anchor_of(&anchor)));
                let link = self.builder.link(LinkKind::Anchor, &address);
                self.link_words(link, if has_words { body } else { None }, &anchor);
            }
        }
    }

    pub(super) fn resource_link(&mut self, resource: NodeId, body: Option<NodeId>, style: Style) {
        self.resource_link_to(resource, body, None, style);
    }

    fn resource_link_to(&mut self, node: NodeId, body: Option<NodeId>, anchor: Option<&str>, _style: Style) {
        let Some(resource) = self.resource(node) else {
            let name = self.markup.name(node).to_owned();
            self.builder.lose(&name, Origin::Markup, Outcome::Approximated, "");
            if let Some(body) = body {
                self.children(body);
            }
            return;
        };
        let (link, words) = self.resolve(&resource, anchor);
        self.link_words(link, body, &words);
    }

    /// The link to a resource, and the words for it where the page gives none.
    pub(super) fn resolve(&mut self, resource: &Resource, anchor: Option<&str>) -> (LinkId, String) {
        let addresses = self.options.addresses;
        match resource {
            Resource::Page { id, title, space_key, .. } => {
                let target = resource.page_target();
                let mut dependency_kind = LinkKind::Page;
                if target.id.is_none() && target.title.is_none() {
                    dependency_kind = LinkKind::Anchor;
                } else {
                    self.builder.depend(Dependency {
                        kind: DependencyKind::Page,
                        name: title.clone().unwrap_or_default(),
                        id: id.clone(),
                        space_key: space_key.clone(),
                    });
                }
                let words = title
                    .clone()
                    .or_else(|| self.options.resolver.page_title(&target))
                    .or_else(|| anchor.map(str::to_owned))
                    .unwrap_or_else(|| "Page in Confluence".to_owned());
                let mut address = addresses.page(&target);
                if let (Some(address), Some(anchor)) = (&mut address, anchor) {
                    address.push('#');
                    address.push_str(&crate::html::fragment(&anchor_of(anchor)));
                }
                (self.link_if(dependency_kind, address), words)
            }
            Resource::Attachment { filename, page } => {
                let owner = (**page).clone();
                let target = AttachmentTarget {
                    filename: Some(filename),
                    media_id: None,
                    page: owner.as_ref().map(Resource::page_target).unwrap_or_default(),
                };
                self.depend_on_attachment(filename, None);
                let address = addresses.attachment(&target);
                (self.link_if(LinkKind::Attachment, address), filename.clone())
            }
            Resource::User { .. } => {
                let name = self.user_name(resource);
                let address = user_target(resource).and_then(|user| addresses.user(&user));
                (self.link_if(LinkKind::User, address), name)
            }
            Resource::Space { key } => {
                self.builder.depend(Dependency {
                    kind: DependencyKind::Space,
                    name: key.clone(),
                    id: None,
                    space_key: Some(key.clone()),
                });
                let address = addresses.space(key);
                (self.link_if(LinkKind::Space, address), key.clone())
            }
            Resource::Url { address } => {
                let link = self.url_link(address);
                (link, address.clone())
            }
            Resource::Shortcut { words } => {
                self.builder.lose("ri:shortcut", Origin::Native, Outcome::Approximated, "");
                (LinkId::NONE, words.clone())
            }
        }
    }

    fn link_if(&mut self, kind: LinkKind, address: Option<String>) -> LinkId {
        address.map_or(LinkId::NONE, |address| self.builder.link(kind, &address))
    }

    /// A link to an address that the page spells out.
    pub(super) fn url_link(&mut self, address: &str) -> LinkId {
        if let Some(known) = self.options.addresses.url(address) {
            return self.builder.link(LinkKind::Page, &known);
        }
        let kind = if address.trim_start().starts_with('#') { LinkKind::Anchor } else { LinkKind::External };
        self.builder.link(kind, address)
    }

    pub(super) fn depend_on_attachment(&mut self, filename: &str, id: Option<String>) {
        self.builder.depend(Dependency {
            kind: DependencyKind::Attachment,
            name: filename.to_owned(),
            id,
            space_key: None,
        });
    }

    /// The words of a link: those of its body, else those given.
    fn link_words(&mut self, link: LinkId, body: Option<NodeId>, words: &str) {
        // A link inside of a link keeps the outer one.
        let link = if self.style.link == LinkId::NONE { link } else { self.style.link };
        let style = Style { link, ..self.style };
        match body {
            Some(body) => self.children_styled(body, style),
            None => self.builder.text(words, style),
        }
    }

    /// `a`: a link that is written as an address; smart links are these too.
    pub(super) fn html_link(&mut self, node: NodeId) {
        for name in ["name", "id"] {
            if let Some(anchor) = self.owned(node, name)
                && self.attribute(node, "href").is_none()
            {
                self.builder.anchor(&anchor);
                break;
            }
        }
        let Some(address) = self.owned(node, "href") else {
            self.children(node);
            return;
        };
        let embedded = self.attribute(node, "data-card-appearance").is_some_and(|look| look == "embed");
        let link = self.url_link(&address);
        if embedded {
            self.builder.lose("embed", Origin::Native, Outcome::Linked, "");
        }
        let mut words = String::new();
        self.markup.words_into(node, &mut words);
        let body = if words.is_empty() && !self.holds_image(node) { None } else { Some(node) };
        self.link_words(link, body, &address);
    }

    fn holds_image(&self, node: NodeId) -> bool {
        let mut stack: Vec<_> = self.markup.children(node).collect();
        while let Some(at) = stack.pop() {
            if self.markup.kind(at) == NodeKind::Element {
                if matches!(self.markup.name(at), "ac:image" | "img" | "ac:emoticon" | "ac:structured-macro" | "br") {
                    return true;
                }
                stack.extend(self.markup.children(at));
            }
        }
        false
    }

    pub(super) fn user_name(&mut self, resource: &Resource) -> String {
        let Some(target) = user_target(resource) else { return "someone".to_owned() };
        let id = target.account_id.or(target.user_key).or(target.username).unwrap_or_default().to_owned();
        self.builder.depend(Dependency { kind: DependencyKind::User, name: id, id: None, space_key: None });
        match self.options.resolver.user_name(&target) {
            Some(name) => name,
            None => {
                self.builder.lose("ri:user", Origin::Native, Outcome::Approximated, "");
                "someone".to_owned()
            }
        }
    }

    pub(super) fn user_mention(&mut self, node: NodeId) {
        let Some(resource) = self.resource(node) else { return };
        let name = self.user_name(&resource);
        let span = self.builder.keep_line(&format!("@{}", name.trim_start_matches('@')));
        let address = user_target(&resource).and_then(|user| self.options.addresses.user(&user));
        let link = self.link_if(LinkKind::User, address);
        let style = Style { link: if self.style.link == LinkId::NONE { link } else { self.style.link }, ..self.style };
        self.builder.inline(Inline::Mention(span), style);
    }

    /// `ac:image`.
    pub(super) fn image(&mut self, node: NodeId) {
        let resource = self.markup.children(node).find(|&child| self.markup.name(child).starts_with("ri:"));
        let resource = resource.and_then(|resource| self.resource(resource));
        let alt = self.owned(node, "ac:alt").or_else(|| self.owned(node, "ac:title"));
        let caption = self.markup.child_named(node, "ac:caption");
        let size = |name| self.attribute(node, name).and_then(|size| size.trim_end_matches("px").parse().ok());
        let (width, height) = (size("ac:width"), size("ac:height"));
        let inline = self.attribute(node, "ac:inline").is_some_and(|inline| inline == "true");
        let picture = self.picture(resource, alt, width, height);
        self.place_picture(picture, caption, inline);
    }

    pub(super) fn html_image(&mut self, node: NodeId) {
        let Some(address) = self.owned(node, "src") else {
            if let Some(alt) = self.owned(node, "alt") {
                self.builder.text(&alt, self.style);
            }
            return;
        };
        let alt = self.owned(node, "alt").or_else(|| self.owned(node, "title"));
        let size = |name| self.attribute(node, name).and_then(|size| size.trim_end_matches("px").parse().ok());
        let (width, height) = (size("width"), size("height"));
        let picture = self.picture(Some(Resource::Url { address }), alt, width, height);
        self.place_picture(picture, None, false);
    }

    pub(super) fn picture(
        &mut self,
        resource: Option<Resource>,
        alt: Option<String>,
        width: Option<u32>,
        height: Option<u32>,
    ) -> u32 {
        let addresses = self.options.addresses;
        let (address, name) = match &resource {
            Some(Resource::Attachment { filename, page }) => {
                self.depend_on_attachment(filename, None);
                let target = AttachmentTarget {
                    filename: Some(filename),
                    media_id: None,
                    page: page.as_ref().as_ref().map(Resource::page_target).unwrap_or_default(),
                };
                (addresses.image(&ImageTarget::Attachment(target)), filename.clone())
            }
            Some(Resource::Url { address }) => {
                let name = address.rsplit(['/', '\\']).next().unwrap_or_default();
                let name = name.split(['?', '#']).next().unwrap_or_default();
                let name = if address.trim_start().starts_with("data:") { "" } else { name };
                (addresses.image(&ImageTarget::External(address)), name.to_owned())
            }
            _ => (ImageAddress::Unknown, String::new()),
        };
        self.builder.checked_picture(Picture {
            label: alt.unwrap_or(name),
            address,
            width,
            height,
        })
    }

    /// An image is part of the line if there are words beside it, else it stands on its own.
    pub(super) fn place_picture(&mut self, picture: u32, caption: Option<NodeId>, inline: bool) {
        if caption.is_none() && (inline || self.builder.has_content() || self.words_follow()) {
            self.builder.inline(Inline::Image(picture), self.style);
            return;
        }
        let figure = self.builder.open(Block::Figure(picture));
        match caption {
            Some(caption) => {
                self.steps.push(super::Step::Close(figure));
                let token = self.builder.open(Block::Caption);
                self.children_in(caption, token);
            }
            None => self.builder.close(figure),
        }
    }

    /// Whether words come after this node in the same line of the source.
    fn words_follow(&self) -> bool {
        if !self.builder.is_in_line() {
            return false;
        }
        let Some(super::Step::Siblings(next)) = self.steps.last() else { return false };
        let mut at = *next;
        while at != crate::markup::NONE {
            match self.markup.kind(at) {
                NodeKind::Text | NodeKind::Verbatim => {
                    if self.markup.text(at).chars().any(|c| !c.is_whitespace()) {
                        return true;
                    }
                }
                NodeKind::Element => match self.markup.name(at) {
                    "ac:image" | "img" => {}
                    "br" => return false,
                    "strong" | "b" | "em" | "i" | "code" | "span" | "a" | "ac:link" | "u" => return true,
                    _ => return false,
                },
            }
            at = self.markup.next(at);
        }
        false
    }

    pub(super) fn emoticon(&mut self, node: NodeId) {
        let emoji = emoji::from_parts(
            self.attribute(node, "ac:emoji-fallback").as_deref(),
            self.attribute(node, "ac:emoji-id").as_deref(),
            self.attribute(node, "ac:emoji-shortname").or_else(|| self.attribute(node, "ac:shortcut")).as_deref(),
            self.attribute(node, "ac:name").as_deref(),
        );
        self.builder.text(&emoji, self.style);
    }

    /// Puts a line in the place of something that is shown in Confluence only.
    pub(super) fn notice_link(&mut self, name: &str, origin: Origin, words: &str, kind: LinkKind, address: &str) {
        let link = match self.options.addresses.url(address) {
            Some(known) => self.builder.link(LinkKind::Page, &known),
            None => self.builder.link(kind, address),
        };
        let outcome = if link == LinkId::NONE { Outcome::Approximated } else { Outcome::Linked };
        self.builder.lose(name, origin, outcome, "");
        let text = self.builder.keep_line(words);
        self.builder.leaf(Leaf::Notice { text, link });
    }
}

pub(super) fn user_target(resource: &Resource) -> Option<UserTarget<'_>> {
    match resource {
        Resource::User { account_id, user_key, username } => Some(UserTarget {
            account_id: account_id.as_deref(),
            user_key: user_key.as_deref(),
            username: username.as_deref(),
        }),
        _ => None,
    }
}
