//! Links, mentions, images and emoji of the storage format.

use std::borrow::Cow;

use super::{Reader, Step};
use crate::{
    article::{Origin, Outcome},
    markup::{NONE, NodeId, NodeKind},
    resource::Resource,
    tree::{Block, Inline, LinkId},
};

/// How many nodes are looked at to tell whether an element shows something.
const LOOK_AHEAD: usize = 64;

impl Reader<'_, '_, '_> {
    /// What an `ri:` element names.
    pub(super) fn resource(&self, node: NodeId) -> Option<Resource> {
        Some(match self.markup.name(node) {
            "ri:page" | "ri:blog-post" | "ri:content-entity" => Resource::Page {
                id: self.owned(node, "ri:content-id"),
                title: self.owned(node, "ri:content-title"),
                space_key: self.owned(node, "ri:space-key"),
                posting_day: self.owned(node, "ri:posting-day"),
            },
            "ri:attachment" => {
                let owner = self.markup.children(node).find(|&child| {
                    matches!(self.markup.name(child), "ri:page" | "ri:blog-post" | "ri:content-entity")
                });
                Resource::Attachment {
                    filename: self.owned(node, "ri:filename").unwrap_or_default(),
                    media_id: None,
                    // The owner of a file is a page, which owns nothing further.
                    page: owner.and_then(|owner| self.resource(owner)).map(Box::new),
                }
            }
            "ri:user" => Resource::User {
                account_id: self.owned(node, "ri:account-id"),
                user_key: self.owned(node, "ri:userkey"),
                username: self.owned(node, "ri:username"),
            },
            "ri:space" => Resource::Space { key: self.owned(node, "ri:space-key").unwrap_or_default() },
            "ri:url" => Resource::Url { address: self.owned(node, "ri:value").unwrap_or_default() },
            "ri:shortcut" => {
                let parts = [self.owned(node, "ri:key"), self.owned(node, "ri:parameter")];
                Resource::Shortcut { words: parts.into_iter().flatten().collect::<Vec<_>>().join("@") }
            }
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
            .find(|&child| matches!(self.markup.name(child), "ac:link-body" | "ac:plain-text-link-body"))
            .or_else(|| self.markup.children(node).any(|child| self.is_words(child)).then_some(node))
            .filter(|&body| self.shows_something(body));
        match resource {
            Some(resource) if self.markup.name(resource) == "ri:user" && body.is_none() => {
                self.user_mention(resource)
            }
            Some(resource) => self.resource_link(resource, body, anchor.as_deref()),
            None => match anchor {
                Some(anchor) => {
                    let link = self.cx.anchor_link(&anchor);
                    self.link_words(link, body, &anchor);
                }
                // A link whose target Confluence lost.
                None => self.children(body.unwrap_or(node)),
            },
        }
    }

    pub(super) fn resource_link(&mut self, node: NodeId, body: Option<NodeId>, anchor: Option<&str>) {
        let Some(resource) = self.resource(node) else {
            let name: String = self.markup.name(node).chars().take(60).collect();
            self.cx.builder.lose(&name, Origin::Markup, Outcome::Approximated, "");
            if let Some(body) = body {
                self.children(body);
            }
            return;
        };
        let (link, words) = self.cx.resolve(&resource, anchor);
        self.link_words(link, body, &words);
    }

    /// The words of a link: those of its body, else those given.
    fn link_words(&mut self, link: LinkId, body: Option<NodeId>, words: &str) {
        let style = self.cx.linked(link);
        match body {
            Some(body) => self.children_styled(body, style),
            None => self.cx.builder.text(words, style),
        }
    }

    /// `a`: a link that is written as an address; smart links are these too.
    pub(super) fn html_link(&mut self, node: NodeId) {
        let Some(address) = self.owned(node, "href") else {
            if let Some(anchor) = self.owned(node, "name").or_else(|| self.owned(node, "id")) {
                self.cx.builder.anchor(&anchor);
            }
            self.children(node);
            return;
        };
        let appearance = self.attribute(node, "data-card-appearance").unwrap_or_default();
        if appearance == "embed" {
            self.cx.builder.lose("embed", Origin::Native, Outcome::Linked, "");
        }
        // A smart link holds its own address as words, and Confluence shows the title of what is there.
        if !appearance.is_empty() && self.is_address(node, &address) {
            if appearance != "inline" {
                self.cx.builder.boundary();
            }
            self.cx.card(&address);
            if appearance != "inline" {
                self.cx.builder.boundary();
            }
        } else if self.shows_something(node) {
            let link = self.cx.url_link(&address);
            self.link_words(link, Some(node), "");
        }
    }

    /// Whether a smart link holds nothing but one text, which is its address.
    fn is_address(&self, node: NodeId, address: &str) -> bool {
        let mut children = self.markup.children(node);
        match (children.next(), children.next()) {
            (None, _) => true,
            (Some(only), None) => self.is_words(only) && self.markup.text(only).trim() == address.trim(),
            _ => false,
        }
    }

    /// Whether a node is text that shows something.
    pub(super) fn is_words(&self, node: NodeId) -> bool {
        self.markup.kind(node) != NodeKind::Element && !self.markup.raw(node).trim().is_empty()
    }

    /// Whether there are words, an image, an emoji, a person or a macro in a node; the first few elements tell.
    fn shows_something(&self, node: NodeId) -> bool {
        let mut stack = vec![self.markup.child(node)];
        let mut looked_at = 0;
        while let Some(at) = stack.pop() {
            if at == NONE {
                continue;
            }
            looked_at += 1;
            let shows = match self.markup.name(at) {
                "" => self.is_words(at),
                name => matches!(
                    name,
                    "ac:image"
                        | "img"
                        | "ac:emoticon"
                        | "ac:emoji"
                        | "ac:structured-macro"
                        | "time"
                        | "ri:user"
                ),
            };
            // Looking on at every level of a deep page would cost its length squared.
            if shows || looked_at > LOOK_AHEAD {
                return true;
            }
            stack.push(self.markup.next(at));
            stack.push(self.markup.child(at));
        }
        false
    }

    pub(super) fn user_mention(&mut self, node: NodeId) {
        if let Some(user) = self.resource(node) {
            self.cx.mention(&user, None);
        }
    }

    fn size(&self, node: NodeId, name: &str) -> Option<u32> {
        self.attribute(node, name).and_then(|size| size.trim().trim_end_matches("px").parse().ok())
    }

    /// `ac:image`.
    pub(super) fn image(&mut self, node: NodeId) {
        let resource = self.markup.children(node).find(|&child| self.markup.name(child).starts_with("ri:"));
        let resource = resource.and_then(|resource| self.resource(resource));
        let alt = self.owned(node, "ac:alt").or_else(|| self.owned(node, "ac:title"));
        let size = (self.size(node, "ac:width"), self.size(node, "ac:height"));
        let caption =
            self.markup.child_named(node, "ac:caption").filter(|&caption| self.shows_something(caption));
        let inline = self.attribute(node, "ac:inline").is_some_and(|inline| inline == "true");
        let picture = self.cx.picture(resource.as_ref(), alt.as_deref(), size);
        self.place_picture(picture, caption, inline);
    }

    pub(super) fn html_image(&mut self, node: NodeId) {
        let alt = self.owned(node, "alt").or_else(|| self.owned(node, "title"));
        let Some(address) = self.owned(node, "src") else {
            self.cx.text(alt.as_deref().unwrap_or_default());
            return;
        };
        let size = (self.size(node, "width"), self.size(node, "height"));
        let picture = self.cx.picture(Some(&Resource::Url { address }), alt.as_deref(), size);
        self.place_picture(picture, None, false);
    }

    /// An image is part of the line if there are words beside it, else it stands on its own.
    fn place_picture(&mut self, picture: u32, caption: Option<NodeId>, inline: bool) {
        if caption.is_none() && (inline || self.cx.builder.has_content() || self.words_follow()) {
            self.cx.builder.inline(Inline::Image(picture), self.cx.style);
            return;
        }
        let figure = self.cx.builder.open(Block::Figure(picture));
        match caption {
            Some(caption) => {
                self.push_step(Step::Close(figure));
                let token = self.cx.builder.open(Block::Caption);
                self.children_in(caption, token);
            }
            None => self.cx.builder.close(figure),
        }
    }

    /// Whether words come after this node in the same line of the source.
    fn words_follow(&self) -> bool {
        let Some(Step::Siblings(next)) = self.steps.last() else { return false };
        if !self.cx.builder.is_in_line() {
            return false;
        }
        let mut at = *next;
        for _ in 0..LOOK_AHEAD {
            if at == NONE {
                break;
            }
            let is_blank = match self.markup.kind(at) {
                NodeKind::Text | NodeKind::Verbatim => self.markup.text(at).chars().all(char::is_whitespace),
                NodeKind::Element => match self.markup.name(at) {
                    "ac:image" | "img" => true,
                    name => {
                        return matches!(
                            name,
                            "strong" | "b" | "em" | "i" | "code" | "span" | "a" | "ac:link" | "u"
                        );
                    }
                },
            };
            if !is_blank {
                return true;
            }
            at = self.markup.next(at);
        }
        false
    }

    pub(super) fn emoticon(&mut self, node: NodeId) {
        let short_name: Option<Cow<'_, str>> =
            self.attribute(node, "ac:emoji-shortname").or_else(|| self.attribute(node, "ac:shortcut"));
        let fallback = self.attribute(node, "ac:emoji-fallback");
        let id = self.attribute(node, "ac:emoji-id");
        let name = self.attribute(node, "ac:name");
        self.cx.emoji(fallback.as_deref(), id.as_deref(), short_name.as_deref(), name.as_deref());
    }
}
