//! `/files/{connection}/{page}/{name}`, and the same by the page's title.

use http::{Method, Request, Response};
use identity::{Role, Session, session};
use knowledge::attachments::{Attachment, OfPage, open, open_in_review};
use knowledge::connections::connection;
use knowledge::{Library, Reader};
use percent_encoding::percent_decode_str;
use ports::World;
use screen::{Fields, Frame, sign_in_first};

use crate::config::Config;
use crate::delivery::{entity_tag, is_kept, not_modified, sent};
use crate::error::Error;

/// Answers a request, whoever it comes from and whatever it holds.
pub(crate) async fn handle<W: World>(
    world: &W,
    config: &Config,
    request: &Request<Vec<u8>>,
) -> Response<Vec<u8>> {
    let Some(session) = session::read(request.headers(), &config.site.key, world.now()) else {
        let place = request.uri().path_and_query().map_or("/", |place| place.as_str());
        return sign_in_first(place);
    };
    match answer(world, config, request, &session).await {
        Ok(response) => response,
        Err(error) => error.page(&Frame::new(&config.site, request, Some(&session))),
    }
}

async fn answer<W: World>(
    world: &W,
    config: &Config,
    request: &Request<Vec<u8>>,
    session: &Session,
) -> Result<Response<Vec<u8>>, Error> {
    if request.method() != Method::GET {
        return Err(Error::Method(request.method().clone()));
    }
    knowledge::migrations::apply(world.database())?;
    let file = find(world, request, session)?.ok_or(Error::NoSuchFile)?;
    let tag = entity_tag(&file);
    if is_kept(request.headers(), &tag) {
        return Ok(not_modified(&tag));
    }
    let connection = connection(world.database(), file.connection_id)?.ok_or(Error::NoSuchFile)?;
    let original = format!(
        "{}/wiki/pages/viewpageattachments.action?pageId={}",
        connection.site_url.trim_end_matches('/'),
        file.page_id
    );
    let limit = i64::try_from(config.max_file).unwrap_or(i64::MAX);
    if file.size.is_some_and(|size| size > limit) {
        return Err(Error::TooLarge { name: file.name, limit, original });
    }
    if !connection.is_connected() {
        return Err(Error::NotNow {
            name: file.name,
            original,
            reason: "the connection does not work".into(),
        });
    }
    match mirror::download(world, &config.settings, connection, &config.media_url, &file).await {
        Ok(bytes) => Ok(sent(&file, &tag, bytes)),
        Err(error) => Err(Error::of_download(error, file.name, limit, original)),
    }
}

/// The file that the address names, if this person may open it.
fn find<W: World>(
    world: &W,
    request: &Request<Vec<u8>>,
    session: &Session,
) -> Result<Option<Attachment>, Error> {
    let segments: Vec<String> = request
        .uri()
        .path()
        .split('/')
        .skip(1)
        .map(|segment| percent_decode_str(segment).decode_utf8_lossy().into_owned())
        .collect();
    let segments: Vec<&str> = segments.iter().map(String::as_str).collect();
    let ["files", connection, page, name] = segments.as_slice() else { return Ok(None) };
    let Ok(connection) = connection.parse::<i64>() else { return Ok(None) };
    let query = Fields::of_query(request.uri());
    let page = match *page {
        "by-title" => OfPage::Title { space_key: query.get("space"), title: query.get("title") },
        id => OfPage::Id(id),
    };
    let library = Library::of(world.database(), Reader::person(&session.subject));
    let readable = open(&library, connection, page, name)?;
    if readable.is_none() && session.role >= Role::Agent {
        // Agents look through what is still to be published.
        return Ok(open_in_review(world.database(), connection, page, name)?);
    }
    Ok(readable)
}
