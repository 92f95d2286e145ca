//! What both readers share: the tree being built, the options, the style of the text, and how links, images and
//! mentions are resolved.

use std::borrow::Cow;

use crate::{
    article::{Dependency, DependencyKind, LinkKind, Origin, Outcome},
    emoji,
    html::fragment,
    language,
    resource::Resource,
    source::{
        AttachmentTarget, ConversionError, Format, FoundPage, ImageAddress, ImageTarget, Included, Options,
        Owner, PageTarget, Resolver,
    },
    tree::{Block, Builder, Colour, Inline, Leaf, LinkId, Style, anchor_of},
};

/// What an entry of a list costs besides its words, in bytes of storage format.
const ENTRY: usize = 64;

/// The state of a conversion, whatever the format that is read.
pub(crate) struct Context<'o> {
    pub(crate) builder: Builder,
    pub(crate) options: &'o Options<'o>,
    pub(crate) style: Style,
    /// The bodies that are being read, one inside the other: the guard against pages that include each other.
    pub(crate) including: Vec<String>,
    /// The page whose included body is being read; none while it is the page itself.
    pub(crate) owner: Option<Owner>,
    /// How many bytes may still be brought in; none if something did not fit. See [`crate::Limits::included`].
    included_left: Option<usize>,
    /// How many steps may still be taken; none if more were needed. See [`crate::Limits::steps`].
    steps_left: Option<u64>,
}

impl<'o> Context<'o> {
    pub(crate) fn new(body: &str, options: &'o Options<'o>) -> Self {
        Self {
            builder: Builder::new(options.limits.depth, options.reserved_anchors, body.len()),
            options,
            style: Style::default(),
            including: Vec::new(),
            owner: None,
            included_left: Some(options.limits.included),
            steps_left: Some(options.limits.steps),
        }
    }

    /// Takes some steps. Whether there were as many left; if not, none are from here on.
    pub(crate) fn spend(&mut self, steps: usize) -> bool {
        self.steps_left = self.steps_left.and_then(|left| left.checked_sub(steps as u64));
        self.steps_left.is_some()
    }

    /// The error, if there were not steps enough.
    pub(crate) fn check_steps(&self) -> Result<(), ConversionError> {
        let limit = self.options.limits.steps;
        self.steps_left.map(|_| ()).ok_or(ConversionError::TooMuchWork { limit })
    }

    /// What the resolver has, if it still fits into the article. A body counts also if it is not shown in the end:
    /// the resolver made it all the same.
    pub(crate) fn bring<T>(
        &mut self,
        ask: impl FnOnce(&dyn Resolver) -> Option<T>,
        bytes: impl FnOnce(&T) -> usize,
    ) -> Option<T> {
        let left = self.included_left?;
        let found = ask(self.options.resolver)?;
        self.included_left = left.checked_sub(bytes(&found));
        self.included_left.map(|_| found)
    }

    /// The body of a page, if it may be shown here, and what tells this inclusion from others.
    pub(crate) fn included(
        &mut self,
        target: &PageTarget<'_>,
        excerpt: Option<&Option<String>>,
    ) -> Option<(Included, String)> {
        if self.including.len() >= self.options.limits.includes {
            return None;
        }
        let body = self.bring(|resolver| resolver.included(target), |body| body.body.len())?;
        // The page, however it is named, and the part of it.
        let key = match &body.owner {
            Some(owner) => format!("{}{excerpt:?}", owner.page_id),
            None => format!("{target:?}{excerpt:?}"),
        };
        (!self.including.contains(&key)).then_some((body, key))
    }

    /// Pages that the resolver lists.
    pub(crate) fn pages(
        &mut self,
        ask: impl FnOnce(&dyn Resolver) -> Option<Vec<FoundPage>>,
    ) -> Option<Vec<FoundPage>> {
        self.bring(ask, |pages| pages.iter().map(|page| ENTRY + page.id.len() + page.title.len()).sum())
    }

    /// Names that the resolver lists.
    pub(crate) fn names(
        &mut self,
        ask: impl FnOnce(&dyn Resolver) -> Option<Vec<String>>,
    ) -> Option<Vec<String>> {
        self.bring(ask, |names| names.iter().map(|name| ENTRY + name.len()).sum())
    }

    /// Shows another body inside this one.
    pub(crate) fn include(&mut self, body: &Included, key: String, excerpt: Option<Option<String>>) {
        if !self.spend(body.body.len()) {
            return;
        }
        self.including.push(key);
        self.builder.make_room_for(body.body.len());
        self.builder.boundary();
        let style = std::mem::take(&mut self.style);
        let owner = self.owner.clone();
        if body.owner.is_some() {
            self.owner.clone_from(&body.owner);
        }
        let read = match (body.format, &excerpt) {
            (Format::Storage, Some(name)) => crate::storage::read_excerpt(self, &body.body, name.as_deref()),
            (Format::AtlasDocFormat, Some(name)) => {
                crate::adf::read_excerpt(self, &body.body, name.as_deref())
            }
            _ => crate::read(self, body.format, &body.body),
        };
        if read.is_err() {
            self.builder.lose("include", Origin::Native, Outcome::Dropped, "");
        }
        self.style = style;
        self.owner = owner;
        self.builder.boundary();
        self.including.pop();
    }

    /// A resource with the page or the space that it leaves out, where that is not the page itself's.
    pub(crate) fn at_home<'r>(&self, resource: &'r Resource) -> Cow<'r, Resource> {
        let Some(owner) = &self.owner else { return Cow::Borrowed(resource) };
        match resource {
            Resource::Page { id: None, title: Some(_), space_key: None, .. } => {
                let mut resource = resource.clone();
                if let Resource::Page { space_key, .. } = &mut resource {
                    *space_key = Some(owner.space_key.clone());
                }
                Cow::Owned(resource)
            }
            Resource::Attachment { filename, media_id, page } => Cow::Owned(Resource::Attachment {
                filename: filename.clone(),
                media_id: media_id.clone(),
                page: Some(Box::new(match page {
                    Some(page) => self.at_home(page).into_owned(),
                    None => owner.page(),
                })),
            }),
            _ => Cow::Borrowed(resource),
        }
    }

    // Links

    /// The style of text under a link. A link inside of a link keeps the outer one.
    pub(crate) fn linked(&self, link: LinkId) -> Style {
        Style { link: if self.style.link == LinkId::NONE { link } else { self.style.link }, ..self.style }
    }

    /// The link to a resource, and the words for it where the page gives none.
    pub(crate) fn resolve(&mut self, resource: &Resource, anchor: Option<&str>) -> (LinkId, String) {
        let addresses = self.options.addresses;
        let resource = &*self.at_home(resource);
        match resource {
            Resource::Page { id, title, space_key, .. } => {
                let target = resource.page_target();
                if target.id.is_none() && target.title.is_none() {
                    let words = anchor.unwrap_or_default().to_owned();
                    return (self.anchor_link(anchor.unwrap_or_default()), words);
                }
                self.depend(DependencyKind::Page, title.as_deref(), id.as_deref(), space_key.as_deref());
                let words = title
                    .clone()
                    .or_else(|| self.options.resolver.page_title(&target))
                    .unwrap_or_else(|| "Page in Confluence".to_owned());
                let mut address = addresses.page(&target);
                if let (Some(address), Some(anchor)) = (&mut address, anchor) {
                    address.push('#');
                    address.push_str(&fragment(&anchor_of(anchor)));
                }
                (self.link_if(LinkKind::Page, address), words)
            }
            Resource::Attachment { filename, media_id, page } => {
                self.depend(DependencyKind::Attachment, Some(filename), media_id.as_deref(), None);
                let address =
                    addresses.attachment(&attachment_target(filename, media_id.as_deref(), page.as_deref()));
                let words = if filename.is_empty() { "file" } else { filename };
                (self.link_if(LinkKind::Attachment, address), words.to_owned())
            }
            Resource::User { .. } => {
                let name = self.user_name(resource);
                let address = addresses.user(&resource.user_target());
                (self.link_if(LinkKind::User, address), name)
            }
            Resource::Space { key } => {
                self.depend(DependencyKind::Space, Some(key), None, Some(key));
                let address = addresses.space(key);
                (self.link_if(LinkKind::Space, address), key.clone())
            }
            Resource::Url { address } => (self.url_link(address), address.clone()),
            Resource::Shortcut { words } => {
                self.builder.lose("ri:shortcut", Origin::Native, Outcome::Approximated, "");
                (LinkId::NONE, words.clone())
            }
        }
    }

    pub(crate) fn link_if(&mut self, kind: LinkKind, address: Option<String>) -> LinkId {
        address.map_or(LinkId::NONE, |address| self.builder.link(kind, &address))
    }

    pub(crate) fn anchor_link(&mut self, anchor: &str) -> LinkId {
        let anchor = anchor_of(anchor);
        if anchor.is_empty() {
            LinkId::NONE
        } else {
            self.builder.link(LinkKind::Anchor, &format!("#{}", fragment(&anchor)))
        }
    }

    /// A link to an address that the page spells out.
    pub(crate) fn url_link(&mut self, address: &str) -> LinkId {
        if address.trim().is_empty() {
            return LinkId::NONE;
        }
        if let Some(known) = self.options.addresses.url(address) {
            return self.builder.link(LinkKind::Page, &known);
        }
        match address.trim().strip_prefix('#') {
            Some(anchor) => self.anchor_link(anchor),
            None => self.builder.link(LinkKind::External, address),
        }
    }

    /// A smart link: an address that Confluence shows as a title.
    pub(crate) fn card(&mut self, address: &str) {
        let link = self.url_link(address);
        let words = self.options.resolver.url_title(address).or_else(|| crate::address::page_title(address));
        let style = self.linked(link);
        self.insert(words.as_deref().unwrap_or(address), style);
    }

    /// Words that Confluence shows in a frame of their own.
    pub(crate) fn insert(&mut self, words: &str, style: Style) {
        self.builder.apart();
        self.builder.text(words, style);
        self.builder.end_insert();
    }

    pub(crate) fn depend(
        &mut self,
        kind: DependencyKind,
        name: Option<&str>,
        id: Option<&str>,
        space_key: Option<&str>,
    ) {
        self.builder.depend(Dependency {
            kind,
            name: name.unwrap_or_default().to_owned(),
            id: id.map(str::to_owned),
            space_key: space_key.map(str::to_owned),
        });
    }

    // People

    pub(crate) fn user_name(&mut self, user: &Resource) -> String {
        let target = user.user_target();
        let id = target.account_id.or(target.user_key).or(target.username).unwrap_or_default();
        self.depend(DependencyKind::User, Some(id), None, None);
        self.options.resolver.user_name(&target).unwrap_or_else(|| {
            self.builder.lose("ri:user", Origin::Native, Outcome::Approximated, "");
            "someone".to_owned()
        })
    }

    pub(crate) fn mention(&mut self, user: &Resource, given_name: Option<&str>) {
        let known = self.options.resolver.user_name(&user.user_target());
        let name =
            match known.as_deref().or(given_name.filter(|name| !name.trim_matches(['@', ' ']).is_empty())) {
                Some(name) => {
                    let name = name.to_owned();
                    let target = user.user_target();
                    let id = target.account_id.or(target.user_key).or(target.username).unwrap_or_default();
                    self.depend(DependencyKind::User, Some(id), None, None);
                    name
                }
                None if !self.builder.has_room() => {
                    self.builder.lose("ri:user", Origin::Native, Outcome::Approximated, "");
                    return;
                }
                None => self.user_name(user),
            };
        let span = self.builder.keep_line(&format!("@{}", name.trim_start_matches('@')));
        let address = self.options.addresses.user(&user.user_target());
        let link = self.link_if(LinkKind::User, address);
        let style = self.linked(link);
        self.builder.inline(Inline::Mention(span), style);
    }

    // Images and files

    /// Keeps an image; its label is the alternative text, else the file's name.
    pub(crate) fn picture(
        &mut self,
        resource: Option<&Resource>,
        alt: Option<&str>,
        size: (Option<u32>, Option<u32>),
    ) -> u32 {
        let addresses = self.options.addresses;
        let resource = resource.map(|resource| self.at_home(resource));
        let (address, name) = match resource.as_deref() {
            Some(Resource::Attachment { filename, media_id, page }) => {
                self.depend(DependencyKind::Attachment, Some(filename), media_id.as_deref(), None);
                let target = attachment_target(filename, media_id.as_deref(), page.as_deref());
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
        match address {
            ImageAddress::Shown(_) => {}
            ImageAddress::Linked(_) => self.builder.lose("image", Origin::Native, Outcome::Linked, ""),
            ImageAddress::Unknown => self.builder.lose("image", Origin::Native, Outcome::Approximated, ""),
        }
        let label = alt.filter(|alt| !alt.trim().is_empty()).unwrap_or(&name);
        self.builder.picture(label, &address, size)
    }

    pub(crate) fn file(&mut self, resource: &Resource, name: &str, origin: Origin) {
        let (link, words) = self.resolve(resource, None);
        self.lose_to_link(name, origin, link);
        self.labelled_notice("File:", &words, link);
    }

    // Pieces of text

    pub(crate) fn text(&mut self, text: &str) {
        self.builder.text(text, self.style);
    }

    pub(crate) fn paragraph(&mut self, text: &str, style: Style) {
        let token = self.builder.open(Block::Paragraph);
        self.builder.text(text, style);
        self.builder.close(token);
    }

    pub(crate) fn code(&mut self, text: &str, language: &str, title: &str) {
        let language = language::class_of(language);
        self.builder.code(&language, title, text.strip_suffix('\n').unwrap_or(text));
    }

    pub(crate) fn status(&mut self, text: &str, colour: &str) {
        let span = self.builder.keep_line(text);
        if !span.is_empty() {
            self.builder.inline(Inline::Status { text: span, colour: Colour::from_name(colour) }, self.style);
        }
    }

    /// A date as `YYYY-MM-DD`, with or without a time; other words stay words.
    pub(crate) fn date(&mut self, date: &str) {
        let day = date.get(..10).filter(|day| crate::day::is_civil(day));
        match day {
            Some(day) => {
                let span = self.builder.keep(day);
                self.builder.inline(Inline::Date(span), self.style);
            }
            None => self.text(date),
        }
    }

    pub(crate) fn emoji(
        &mut self,
        fallback: Option<&str>,
        id: Option<&str>,
        short_name: Option<&str>,
        name: Option<&str>,
    ) {
        let emoji = emoji::from_parts(fallback, id, short_name, name);
        self.text(&emoji);
    }

    // What is not shown

    /// Reports something that became a link, or words if it could not be linked.
    pub(crate) fn lose_to_link(&mut self, name: &str, origin: Origin, link: LinkId) {
        let outcome = if link == LinkId::NONE { Outcome::Approximated } else { Outcome::Linked };
        self.builder.lose(name, origin, outcome, "");
    }

    pub(crate) fn notice(&mut self, text: &str, link: LinkId) {
        self.labelled_notice("", text, link);
    }

    /// A notice that begins with words of ours.
    pub(crate) fn labelled_notice(&mut self, label: &str, text: &str, link: LinkId) {
        let text = if label.is_empty() || !self.builder.has_room() {
            self.builder.keep_line(text)
        } else {
            self.builder.keep_line(&format!("{label} {text}"))
        };
        self.builder.leaf(Leaf::Notice { text, link });
    }

    /// A line in the place of something from elsewhere.
    pub(crate) fn embed(&mut self, name: &str, origin: Origin, words: &str, address: &str) {
        let link = self.url_link(address);
        self.lose_to_link(name, origin, link);
        let is_only_refused = link == LinkId::NONE && words == address;
        self.notice(if is_only_refused { "Embedded content" } else { words }, link);
    }

    /// A line in the place of what only Confluence shows, with a link to the page there.
    pub(crate) fn shown_in_confluence(&mut self, name: &str, origin: Origin, label: &str) {
        let address = self.options.addresses.original();
        let link = self.link_if(LinkKind::Page, address);
        let outcome = if link == LinkId::NONE { Outcome::Dropped } else { Outcome::Linked };
        if !self.builder.has_room() {
            self.builder.lose(name, origin, outcome, label);
            return;
        }
        self.builder.lose(name, origin, outcome, "");
        self.notice(&format!("{label} (shown in Confluence)"), link);
    }

    pub(crate) fn list_pages(&mut self, pages: &[FoundPage]) {
        let list = self.builder.open(Block::List);
        for page in pages {
            let item = self.builder.open(Block::Item);
            let target = PageTarget { id: Some(&page.id), title: Some(&page.title), ..PageTarget::default() };
            let address = self.options.addresses.page(&target);
            let link = self.link_if(LinkKind::Page, address);
            self.builder.text(&page.title, Style { link, ..Style::default() });
            self.builder.close(item);
        }
        self.builder.close(list);
    }
}

fn attachment_target<'t>(
    filename: &'t str,
    media_id: Option<&'t str>,
    page: Option<&'t Resource>,
) -> AttachmentTarget<'t> {
    AttachmentTarget {
        filename: Some(filename).filter(|filename| !filename.is_empty()),
        media_id,
        page: page.map(Resource::page_target).unwrap_or_default(),
    }
}
