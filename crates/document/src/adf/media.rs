//! Images and files.

use super::{NodeId, Reader, Step};
use crate::{
    article::Origin,
    resource::Resource,
    tree::{Block, Inline},
};

impl Reader<'_, '_, '_> {
    /// A figure: the first medium with the caption.
    pub(super) fn media_single(&mut self, node: NodeId) {
        let Some(content) = self.json.get(node, "content") else { return };
        let is =
            |child: NodeId, wanted: &str| self.json.text(child, "type").is_some_and(|kind| kind == wanted);
        let Some(media) = self.json.children(content).find(|&child| is(child, "media") || is(child, "image"))
        else {
            self.grouping(node);
            return;
        };
        let caption = self.json.children(content).find(|&child| is(child, "caption"));
        let attributes = self.attributes(media);
        let picture = self.media_picture(attributes);
        let figure = self.cx.builder.open(Block::Figure(picture));
        self.steps.push(Step::Close(figure));
        if let Some(caption) = caption {
            self.steps.push(Step::Node(caption));
        }
    }

    fn media_resource(&self, attributes: NodeId) -> Resource {
        if let Some(address) = self.json.text(attributes, "url").or_else(|| self.json.text(attributes, "src"))
        {
            return Resource::Url { address: address.into_owned() };
        }
        let id = self.json.text(attributes, "id").map(std::borrow::Cow::into_owned);
        let known = id.as_deref().and_then(|id| self.cx.options.resolver.file_name(id));
        let filename = known
            .or_else(|| self.json.text(attributes, "__fileName").map(std::borrow::Cow::into_owned))
            .unwrap_or_default();
        Resource::Attachment { filename, media_id: id, page: None }
    }

    fn media_picture(&mut self, attributes: NodeId) -> u32 {
        let resource = self.media_resource(attributes);
        let alt = self.json.text(attributes, "alt");
        let size = |name| {
            self.json
                .number(attributes, name)
                .filter(|size| (1.0..100_000.0).contains(size))
                .map(|size| size as u32)
        };
        let size = (size("width"), size("height"));
        self.cx.picture(Some(&resource), alt.as_deref(), size)
    }

    /// A medium outside of a figure: a file of a group.
    pub(super) fn media(&mut self, _node: NodeId, attributes: NodeId) {
        let resource = self.media_resource(attributes);
        if let Resource::Attachment { filename, media_id, .. } = &resource {
            let alt = self.json.text(attributes, "alt").unwrap_or_default();
            let filename = if filename.is_empty() { alt.into_owned() } else { filename.clone() };
            let named = Resource::Attachment { filename, media_id: media_id.clone(), page: None };
            self.cx.file(&named, "view-file", Origin::Native);
            return;
        }
        let picture = self.media_picture(attributes);
        let figure = self.cx.builder.open(Block::Figure(picture));
        self.cx.builder.close(figure);
    }

    pub(super) fn media_inline(&mut self, node: NodeId, attributes: NodeId) {
        if self.json.text(attributes, "type").is_some_and(|kind| kind == "image") {
            let picture = self.media_picture(attributes);
            let style = self.marked(node);
            self.cx.builder.inline(Inline::Image(picture), style);
            return;
        }
        let resource = self.media_resource(attributes);
        let (link, words) = self.cx.resolve(&resource, None);
        let words = match self.json.text(attributes, "alt") {
            Some(alt) if words == "file" => alt.into_owned(),
            _ => words,
        };
        self.cx.lose_to_link("view-file", Origin::Native, link);
        let style = self.cx.linked(link);
        self.cx.insert(&words, style);
    }
}
