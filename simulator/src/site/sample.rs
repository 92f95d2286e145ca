//! The sample site of the company Acme, read from the files under `site/` that are built into the program.
//!
//! A folder there is a space: `space.toml` lists its pages in their order, and each page's body in storage format
//! is the file of its name. In a body, `{{id:NAME}}` stands for the id of the page NAME, `{{user:KEY}}` for an
//! account id, and `{{site}}` for the site's address.

use std::collections::HashMap;

use anyhow::{Context, bail};
use include_dir::{Dir, include_dir};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::Deserialize;

use super::{
    Attachment, Kind, NewContent, Principal, Restriction, Site, Status, Version, account_by_key, group,
    people,
};

static FILES: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/site");

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Manifest {
    key: String,
    name: String,
    description: String,
    author: String,
    created: Date,
    viewers: Vec<String>,
    page: Vec<Entry>,
    /// The posts of the space's blog.
    #[serde(default)]
    post: Vec<Post>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Post {
    name: String,
    title: String,
    #[serde(default)]
    labels: Vec<String>,
    posted: Date,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    name: String,
    title: String,
    /// The name of the entry above; the first entry, the homepage, when absent.
    parent: Option<String>,
    #[serde(default)]
    folder: bool,
    status: Option<String>,
    #[serde(default)]
    live: bool,
    #[serde(default)]
    labels: Vec<String>,
    #[serde(default)]
    readers: Vec<String>,
    #[serde(default)]
    attachments: Vec<String>,
    author: Option<String>,
    created: Option<Date>,
    edited: Option<Date>,
    version: Option<u32>,
}

impl Site {
    /// Adds the spaces of the sample site.
    pub(crate) fn add_sample(&mut self, address: &str) -> anyhow::Result<()> {
        let mut spaces = Vec::new();
        let mut names = HashMap::new();
        for key in ["IT", "HR", "SEC"] {
            let text = text(&format!("{key}/space.toml"))?;
            let manifest: Manifest =
                toml::from_str(text).with_context(|| format!("site/{key}/space.toml"))?;
            self.add_contents(&manifest, &mut names).with_context(|| format!("site/{key}/space.toml"))?;
            spaces.push(manifest);
        }
        for manifest in &spaces {
            self.add_posts(manifest, &names, address)
                .with_context(|| format!("site/{}/space.toml", manifest.key))?;
        }
        // Bodies come second, since pages of different spaces link to each other.
        for manifest in &spaces {
            for entry in manifest.page.iter().filter(|entry| !entry.folder) {
                let file = format!("{}/{}.xml", manifest.key, entry.name);
                let body = fill(text(&file)?, &names, address).with_context(|| format!("site/{file}"))?;
                self.content_mut(names[&entry.name]).expect("each entry was added above").body = body.into();
            }
        }
        Ok(())
    }

    fn add_contents(&mut self, manifest: &Manifest, names: &mut HashMap<String, u64>) -> anyhow::Result<()> {
        let author = account_id(&manifest.author)?;
        let viewers = manifest.viewers.iter().map(|viewer| principal(viewer)).collect::<Result<_, _>>()?;
        let space = self
            .add_space(&manifest.key, &manifest.name, &author, morning(manifest.created), viewers)
            .map_err(|error| anyhow::anyhow!("{error}"))?;
        let mut homepage = None;
        for (index, entry) in manifest.page.iter().enumerate() {
            let parent = match &entry.parent {
                Some(name) => {
                    Some(*names.get(name).with_context(|| format!("no entry {name} before {}", entry.name))?)
                }
                None => homepage,
            };
            let created = entry.created.unwrap_or(manifest.created);
            let author = entry.author.as_deref().map_or(Ok(author.clone()), account_id)?;
            let id = self.insert(NewContent {
                kind: if entry.folder { Kind::Folder } else { Kind::Page },
                space,
                parent,
                title: entry.title.clone(),
                body: "".into(),
                status: status(entry.status.as_deref())?,
                author: author.clone(),
                created: minutes_past(created, index),
            });
            homepage = homepage.or(Some(id));
            if names.insert(entry.name.clone(), id).is_some() {
                bail!("two entries are named {}", entry.name);
            }
            let attachments = entry
                .attachments
                .iter()
                .map(|name| self.attachment(&manifest.key, name, minutes_past(created, index), &author))
                .collect::<anyhow::Result<_>>()?;
            let readers = readers(&entry.readers)?;
            let content = self.content_mut(id).expect("it was inserted above");
            content.attachments = attachments;
            content.readers = readers;
            content.labels.clone_from(&entry.labels);
            content.live = entry.live;
            content.version.number = entry.version.unwrap_or(1);
            content.version.at = minutes_past(entry.edited.unwrap_or(created), index);
        }
        let space = self.spaces.iter_mut().find(|known| known.id == space).expect("it was added above");
        space.description.clone_from(&manifest.description);
        space.homepage = homepage;
        Ok(())
    }

    fn add_posts(
        &mut self,
        manifest: &Manifest,
        names: &HashMap<String, u64>,
        address: &str,
    ) -> anyhow::Result<()> {
        let space = self.space_by_key(&manifest.key).map(|space| space.id).context("the space was added")?;
        for (index, post) in manifest.post.iter().enumerate() {
            let body = fill(text(&format!("{}/blog/{}.xml", manifest.key, post.name))?, names, address)?;
            let id = self.insert(NewContent {
                kind: Kind::BlogPost,
                space,
                parent: None,
                title: post.title.clone(),
                body: body.into(),
                status: Status::Current,
                author: account_id(&manifest.author)?,
                created: minutes_past(post.posted, index),
            });
            self.content_mut(id).expect("it was inserted above").labels.clone_from(&post.labels);
        }
        Ok(())
    }

    fn attachment(
        &mut self,
        key: &str,
        name: &str,
        created: Timestamp,
        author: &str,
    ) -> anyhow::Result<Attachment> {
        let file = FILES
            .get_file(format!("{key}/attachments/{name}"))
            .with_context(|| format!("no file site/{key}/attachments/{name}"))?;
        let id = self.next_id();
        Ok(Attachment {
            id,
            title: name.to_owned(),
            media_type: media_type(name).to_owned(),
            file_id: file_id(id),
            bytes: file.contents().into(),
            created,
            version: Version { number: 1, at: created, author: author.to_owned(), message: String::new() },
        })
    }
}

/// What a site says of a file by its name.
pub(crate) fn media_type(name: &str) -> &'static str {
    match name.rsplit('.').next() {
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("jpg" | "jpeg") => "image/jpeg",
        Some("csv") => "text/csv",
        Some("html") => "text/html",
        Some("pdf") => "application/pdf",
        _ => "application/octet-stream",
    }
}

/// The id of a file on the media host.
pub(super) fn file_id(id: u64) -> String {
    format!("f11e0000-acce-4000-8000-{id:012}")
}

fn text(path: &str) -> anyhow::Result<&'static str> {
    FILES
        .get_file(path)
        .and_then(|file| file.contents_utf8())
        .with_context(|| format!("no text file site/{path}"))
}

fn account_id(key: &str) -> anyhow::Result<String> {
    Ok(account_by_key(key).with_context(|| format!("no account {key}"))?.id.to_owned())
}

fn principal(text: &str) -> anyhow::Result<Principal> {
    match text.split_once(':') {
        None if text == "everyone" => Ok(Principal::AllLicensedUsers),
        Some(("group", name)) => Ok(Principal::Group(group_id(name)?)),
        _ => Ok(Principal::User(account_id(text)?)),
    }
}

fn readers(names: &[String]) -> anyhow::Result<Restriction> {
    let mut readers = Restriction::default();
    for name in names {
        match name.strip_prefix("group:") {
            Some(name) => readers.groups.push(group_id(name)?),
            None => readers.users.push(account_id(name)?),
        }
    }
    Ok(readers)
}

fn group_id(name: &str) -> anyhow::Result<String> {
    Ok(group(name).with_context(|| format!("no group {name}"))?.id.to_owned())
}

fn status(name: Option<&str>) -> anyhow::Result<Status> {
    name.map_or(Ok(Status::Current), |name| Status::parse(name).with_context(|| format!("no status {name}")))
}

fn morning(date: Date) -> Timestamp {
    minutes_past(date, 0)
}

/// A working hour of the day that differs from page to page, so that a sort by date has one order.
fn minutes_past(date: Date, index: usize) -> Timestamp {
    let minute = i64::try_from(index).unwrap_or(0) * 7 % 420;
    let start = date.at(9, 0, 0, 0).to_zoned(TimeZone::UTC).expect("UTC has every civil time").timestamp();
    start + jiff::SignedDuration::from_mins(minute)
}

/// Replaces the `{{…}}` of a body.
fn fill(text: &str, names: &HashMap<String, u64>, address: &str) -> anyhow::Result<String> {
    let mut filled = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("{{") {
        let (slot, after) = after.split_once("}}").context("a {{ has no }}")?;
        filled.push_str(before);
        match slot.split_once(':') {
            Some(("id", name)) => {
                filled.push_str(&names.get(name).with_context(|| format!("no page {name}"))?.to_string())
            }
            Some(("user", key)) => {
                filled.push_str(people::account_by_key(key).with_context(|| format!("no account {key}"))?.id)
            }
            _ if slot == "site" => filled.push_str(address),
            _ => bail!("unknown placeholder {slot}"),
        }
        rest = after;
    }
    filled.push_str(rest);
    Ok(filled)
}
