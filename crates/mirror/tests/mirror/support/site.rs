use std::cell::RefCell;
use std::collections::BTreeMap;

use http::{Request, Response};
use ports::{HttpClient, HttpError};
use serde_json::{Value, json};

/// A page of the site, in whatever state.
#[derive(Debug, Clone)]
pub(crate) struct Page {
    pub(crate) space: &'static str,
    pub(crate) parent: Option<Parent>,
    pub(crate) title: String,
    pub(crate) status: &'static str,
    pub(crate) version: i64,
    pub(crate) body: String,
    pub(crate) restricted: bool,
    pub(crate) visible: bool,
    pub(crate) is_blog_post: bool,
}

/// A parent's id and what it is.
pub(crate) type Parent = (&'static str, &'static str);

/// A folder of the site.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Folder {
    pub(crate) parent: Option<Parent>,
    pub(crate) restricted: bool,
}

/// A file of a page.
#[derive(Debug, Clone, Copy)]
pub(crate) struct File {
    pub(crate) page: &'static str,
    pub(crate) name: &'static str,
    pub(crate) version: i64,
    /// Whether the search knows it.
    pub(crate) is_indexed: bool,
}

/// What is answered instead of the site's own word, while it lasts.
pub(crate) struct Fault {
    path: &'static str,
    times: usize,
    answer: Box<dyn Fn() -> Result<Response<Vec<u8>>, HttpError>>,
}

/// The site and Atlassian's token endpoint.
#[derive(Default)]
pub(crate) struct Site {
    pub(crate) pages: RefCell<BTreeMap<&'static str, Page>>,
    pub(crate) folders: RefCell<BTreeMap<&'static str, Folder>>,
    /// By their ids without the prefix.
    pub(crate) files: RefCell<BTreeMap<&'static str, File>>,
    /// Id, key and name.
    pub(crate) spaces: RefCell<Vec<(&'static str, &'static str, &'static str)>>,
    /// Ids of spaces that are archived.
    pub(crate) archived: RefCell<Vec<&'static str>>,
    /// Rises with each refresh; the access token carries it.
    pub(crate) generation: RefCell<u32>,
    pub(crate) revoked: RefCell<bool>,
    pub(crate) reaches_site: RefCell<bool>,
    /// The accounts that every restriction names.
    pub(crate) named: RefCell<Vec<String>>,
    /// Pages that the search index does not know yet.
    pub(crate) unindexed: RefCell<Vec<&'static str>>,
    pub(crate) faults: RefCell<Vec<Fault>>,
    pub(crate) log: RefCell<Vec<String>>,
}

/// `sync@acme.example:api-token`
const API_TOKEN: &str = "Basic c3luY0BhY21lLmV4YW1wbGU6YXBpLXRva2Vu";

/// How many items the site gives at a time: few, so that every list has several parts.
const PART: usize = 3;

impl Site {
    /// Two spaces with a small tree, a folder, and a restriction in the middle of it.
    pub(crate) fn sample() -> Self {
        let site = Self { reaches_site: RefCell::new(true), ..Self::default() };
        *site.spaces.borrow_mut() =
            vec![("10", "IT", "IT Help"), ("20", "HR", "People"), ("30", "OPS", "Operations")];
        site.folders.borrow_mut().insert("900", Folder { parent: Some(("101", "page")), restricted: false });
        for (id, space, parent, title) in [
            ("101", "10", None, "IT home"),
            ("102", "10", Some(("101", "page")), "How do I request VPN access?"),
            ("103", "10", Some(("900", "folder")), "Reset a password"),
            ("104", "10", Some(("101", "page")), "Runbooks"),
            ("105", "10", Some(("104", "page")), "Restart the mail server"),
            ("201", "20", None, "People home"),
            ("202", "20", Some(("201", "page")), "دليل الإجازات 🌴"),
            ("203", "20", Some(("201", "page")), "Salary bands"),
            ("301", "30", None, "Operations home"),
        ] {
            site.add(id, space, parent, title);
        }
        site.edit("203", |page| page.restricted = true);
        *site.named.borrow_mut() = vec!["712020:boss".to_owned()];
        site.attach("71", "102", "vpn.png", 1);
        site.attach("72", "102", "vpn.pdf", 1);
        site.attach("73", "202", "leave.xlsx", 1);
        site.attach("74", "301", "elsewhere.pdf", 1);
        site
    }

    pub(crate) fn attach(&self, id: &'static str, page: &'static str, name: &'static str, version: i64) {
        self.files.borrow_mut().insert(id, File { page, name, version, is_indexed: true });
    }

    pub(crate) fn add(&self, id: &'static str, space: &'static str, parent: Option<Parent>, title: &str) {
        let page = Page {
            space,
            parent,
            title: title.to_owned(),
            status: "current",
            version: 1,
            body: format!("<p>All about {title}.</p>"),
            restricted: false,
            visible: true,
            is_blog_post: false,
        };
        self.pages.borrow_mut().insert(id, page);
    }

    pub(crate) fn edit(&self, id: &str, change: impl FnOnce(&mut Page)) {
        change(self.pages.borrow_mut().get_mut(id).expect("the page is in the sample"));
    }

    /// Answers the next `times` requests whose path holds `path` with this status and body.
    pub(crate) fn fail(&self, path: &'static str, times: usize, status: u16, body: &'static str) {
        self.fail_with(path, times, move || Ok(answer(status, body.to_owned())));
    }

    pub(crate) fn fail_with(
        &self,
        path: &'static str,
        times: usize,
        answer: impl Fn() -> Result<Response<Vec<u8>>, HttpError> + 'static,
    ) {
        self.faults.borrow_mut().push(Fault { path, times, answer: Box::new(answer) });
    }

    pub(crate) fn access_token(&self) -> String {
        format!("access-{}", self.generation.borrow())
    }

    fn respond(&self, request: &Request<Vec<u8>>) -> Result<Response<Vec<u8>>, HttpError> {
        let target = request.uri().path_and_query().expect("a request has a path").as_str().to_owned();
        self.log.borrow_mut().push(target.clone());
        for fault in self.faults.borrow_mut().iter_mut() {
            if fault.times > 0 && target.contains(fault.path) {
                fault.times -= 1;
                return (fault.answer)();
            }
        }
        if target == "/oauth/token" {
            return Ok(self.token(request));
        }
        if request.headers().get("authorization").is_some_and(|value| value == API_TOKEN) {
            return Ok(if *self.revoked.borrow() && target.contains("/rest/") {
                answer(403, json!({"message": "Current user not permitted to use Confluence"}).to_string())
            } else if *self.revoked.borrow() {
                not_found("Not Found")
            } else {
                self.api(&format!("/ex/confluence/cloud-1{target}"))
            });
        }
        let bearer = request.headers().get("authorization").map(|value| value.to_str().unwrap().to_owned());
        if bearer != Some(format!("Bearer {}", self.access_token())) {
            return Ok(answer(401, json!({"code": 401, "message": "Unauthorized"}).to_string()));
        }
        assert_eq!(request.method(), "GET", "nothing but GET goes to Confluence");
        Ok(self.api(&target))
    }

    fn token(&self, request: &Request<Vec<u8>>) -> Response<Vec<u8>> {
        let body: Value = serde_json::from_slice(request.body()).unwrap();
        if body["client_secret"] != "secret" {
            return answer(
                401,
                json!({"error": "access_denied", "error_description": "Unauthorized"}).to_string(),
            );
        }
        let mut generation = self.generation.borrow_mut();
        // The token before the last is still taken: Atlassian's ten minutes of leeway.
        let known = [*generation, generation.saturating_sub(1)].map(|number| format!("refresh-{number}"));
        let sent = body["refresh_token"].as_str().unwrap_or_default();
        if *self.revoked.borrow() || !known.iter().any(|token| token == sent) {
            let body =
                json!({"error": "unauthorized_client", "error_description": "refresh_token is invalid"});
            return answer(403, body.to_string());
        }
        *generation += 1;
        let body = json!({
            "access_token": format!("access-{generation}"), "refresh_token": format!("refresh-{generation}"),
            "expires_in": 3600, "token_type": "Bearer", "scope": "read:page:confluence",
        });
        answer(200, body.to_string())
    }

    fn api(&self, target: &str) -> Response<Vec<u8>> {
        if target == "/oauth/token/accessible-resources" {
            let sites = if *self.reaches_site.borrow() {
                json!([{"id": "cloud-1", "name": "acme", "url": "https://acme.atlassian.net",
                        "scopes": ["read:page:confluence"]}])
            } else {
                json!([])
            };
            return answer(200, sites.to_string());
        }
        let url = url::Url::parse(&format!("https://x{target}")).unwrap();
        let path = url.path().strip_prefix("/ex/confluence/cloud-1").expect("only our own site is asked");
        let all = |name: &str| -> Vec<String> {
            url.query_pairs().filter(|(key, _)| key == name).map(|(_, value)| value.into_owned()).collect()
        };
        let segments: Vec<&str> = path.trim_start_matches('/').split('/').collect();
        match segments.as_slice() {
            ["wiki", "api", "v2", "spaces"] => {
                let ids = all("ids");
                let spaces: Vec<Value> = self
                    .spaces
                    .borrow()
                    .iter()
                    .filter(|(id, ..)| ids.is_empty() || ids.iter().any(|wanted| wanted == id))
                    .map(|(id, key, name)| {
                        let status = if self.archived.borrow().contains(id) { "archived" } else { "current" };
                        json!({"id": id, "key": key, "name": name, "type": "global", "status": status})
                    })
                    .collect();
                part(&url, spaces)
            }
            ["wiki", "api", "v2", "spaces", _, "permissions"] => {
                let row = json!({"id": "1", "principal": {"type": "access-class", "id": "ALL_LICENSED_USERS"},
                                 "operation": {"key": "read", "targetType": "space"}});
                answer(200, json!({"results": [row], "_links": {}}).to_string())
            }
            ["wiki", "api", "v2", "spaces", space, kind @ ("pages" | "blogposts")] => {
                let is_kind = |page: &Page| page.is_blog_post == (*kind == "blogposts");
                let pages =
                    self.select(|_, page| is_kind(page) && page.space == *space && page.status == "current");
                part(&url, pages)
            }
            ["wiki", "api", "v2", kind @ ("pages" | "blogposts")] => {
                let is_kind = |page: &Page| page.is_blog_post == (*kind == "blogposts");
                let (ids, states, spaces) = (all("id"), all("status"), all("space-id"));
                if !spaces.is_empty() {
                    let mut pages = self.select(|_, page| {
                        is_kind(page) && spaces.iter().any(|space| space == page.space) && states.iter().any(|state| state == page.status)
                    });
                    pages.sort_by_key(|page| std::cmp::Reverse(page["version"]["createdAt"].to_string()));
                    pages.iter_mut().for_each(|page| page["body"] = json!({}));
                    let mut answer = part(&url, pages);
                    // Two hours after the pages were written.
                    let date = http::HeaderValue::from_static("Sun, 01 Nov 2026 12:00:00 GMT");
                    answer.headers_mut().insert("date", date);
                    return answer;
                }
                let mut pages = self.select(|id, page| {
                    is_kind(page) && ids.iter().any(|wanted| wanted == id) && states.iter().any(|state| state == page.status)
                });
                if all("body-format").is_empty() {
                    pages.iter_mut().for_each(|page| page["body"] = json!({}));
                }
                // A single answer holds what was asked for by id.
                answer(200, json!({"results": pages, "_links": {}}).to_string())
            }
            ["wiki", "api", "v2", "pages" | "blogposts", _, "labels"] => {
                answer(200, json!({"results": [{"name": "guide"}], "_links": {}}).to_string())
            }
            ["wiki", "api", "v2", "attachments"] => {
                let mut files = self.attached(|_, _| true);
                files.sort_by_key(|file| std::cmp::Reverse(file["version"]["createdAt"].to_string()));
                let mut answer = part(&url, files);
                let date = http::HeaderValue::from_static("Sun, 01 Nov 2026 12:00:00 GMT");
                answer.headers_mut().insert("date", date);
                answer
            }
            ["wiki", "api", "v2", "pages" | "blogposts", page, "attachments"] => {
                if self.pages.borrow().get(page).is_none_or(|page| !page.visible) {
                    return not_found(&format!("Cannot find a page with id [{page}]"));
                }
                part(&url, self.attached(|_, file| file.page == *page))
            }
            ["wiki", "api", "v2", "folders", id] => match self.folders.borrow().get(id) {
                Some(Folder { parent, .. }) => answer(
                    200,
                    json!({"id": id, "type": "folder", "title": "Folder", "parentId": parent.map(|parent| parent.0),
                           "parentType": parent.map(|parent| parent.1)})
                    .to_string(),
                ),
                None => not_found(&format!("Content with id: [{id}] not found")),
            },
            ["wiki", "rest", "api", "user", "current"] => {
                answer(200, json!({"type": "known", "accountId": "a", "displayName": "Sync"}).to_string())
            }
            ["wiki", "rest", "api", "content", "search"] => {
                let cql = all("cql").concat();
                let words: Vec<&str> = cql.split('"').skip(1).step_by(2).collect();
                let space = self.spaces.borrow().iter().find(|space| space.1 == words[0]).map(|space| space.0);
                if cql.contains("type=attachment") {
                    let is_here = |file: &File| {
                        let pages = self.pages.borrow();
                        pages.get(file.page).is_some_and(|page| Some(page.space) == space)
                    };
                    let files = self.attached(|_, file| file.is_indexed && is_here(file));
                    let files = files.into_iter().map(|file| {
                        json!({"id": file["id"], "type": "attachment", "status": "current", "title": file["title"],
                               "version": {"number": file["version"]["number"], "when": file["version"]["createdAt"]},
                               "container": {"id": file["pageId"], "type": "page"},
                               "extensions": {"mediaType": file["mediaType"], "fileSize": file["fileSize"]}})
                    });
                    return part(&url, files.collect());
                }
                let unindexed = self.unindexed.borrow();
                let pages = self
                    .select(|id, page| {
                        let is_meant =
                            if cql.starts_with("id in") { words.contains(&id) } else { Some(page.space) == space };
                        (!page.is_blog_post || !cql.contains("type=page")) && is_meant && page.status == "current" && !unindexed.contains(&id)
                    })
                    .iter()
                    .map(|page| {
                        let restricted = self.pages.borrow()[page["id"].as_str().unwrap()].restricted;
                        json!({"id": page["id"], "metadata": {"labels": {"results": [{"name": "guide"}]}},
                               "restrictions": {"read": self.operation(restricted, 0)}})
                    })
                    .collect();
                part(&url, pages)
            }
            ["wiki", "rest", "api", "search"] => {
                let cql = all("cql").concat();
                let keys: Vec<&str> = cql.split('"').skip(1).step_by(2).collect();
                let spaces = self.spaces.borrow();
                let wanted: Vec<_> = spaces.iter().filter(|space| keys.contains(&space.1)).map(|space| space.0).collect();
                let unindexed = self.unindexed.borrow();
                let pages = self.pages.borrow();
                // The index counts what the connected account may not see, too.
                let total = pages.iter().filter(|(id, page)| {
                    wanted.contains(&page.space) && page.status == "current" && !page.is_blog_post && !unindexed.contains(id)
                });
                answer(200, json!({"results": [{}], "totalSize": total.count(), "_links": {}}).to_string())
            }
            ["wiki", "rest", "api", "content", id, "restriction", "byOperation", "read"] => {
                let page = self.pages.borrow().get(id).filter(|page| page.visible).map(|page| page.restricted);
                let folder = self.folders.borrow().get(id).map(|folder| folder.restricted);
                let start = all("start").concat().parse().unwrap();
                match page.or(folder) {
                    Some(restricted) => answer(200, self.operation(restricted, start).to_string()),
                    None => answer(404, json!({"statusCode": 404, "message": format!("No content {id}")}).to_string()),
                }
            }
            other => panic!("the mirror asked for {other:?}"),
        }
    }

    /// A read restriction, those named from the `start`th on.
    fn operation(&self, restricted: bool, start: usize) -> Value {
        const LIMIT: usize = 200;
        let named = self.named.borrow();
        let users: Vec<Value> = (named.iter().filter(|_| restricted).skip(start).take(LIMIT))
            .map(|account| json!({"type": "known", "accountId": account}))
            .collect();
        json!({"operation": "read", "restrictions": {
            "user": {"size": users.len(), "limit": LIMIT, "results": users},
            "group": {"results": [], "size": 0, "limit": LIMIT}}})
    }

    fn attached(&self, wanted: impl Fn(&str, &File) -> bool) -> Vec<Value> {
        let (files, pages) = (self.files.borrow(), self.pages.borrow());
        let is_seen =
            |file: &File| pages.get(file.page).is_some_and(|page| page.visible && page.status == "current");
        let wanted = files.iter().filter(|(id, file)| is_seen(file) && wanted(id, file));
        wanted
            .map(|(id, file)| {
                json!({"id": format!("att{id}"), "status": "current", "title": file.name, "pageId": file.page,
                       "mediaType": "application/octet-stream", "fileSize": 1_000 * file.version,
                       "version": {"number": file.version,
                                   "createdAt": format!("2026-11-0{}T11:00:00.000Z", file.version)}})
            })
            .collect()
    }

    fn select(&self, wanted: impl Fn(&str, &Page) -> bool) -> Vec<Value> {
        let pages = self.pages.borrow();
        let wanted = pages.iter().filter(|(id, page)| page.visible && wanted(id, page));
        wanted
            .map(|(id, page)| {
                json!({"id": id, "status": page.status, "title": page.title, "spaceId": page.space,
                       "createdAt": "2026-10-19T09:00:00.000Z",
                       "parentId": page.parent.map(|parent| parent.0), "parentType": page.parent.map(|parent| parent.1),
                       "version": {"number": page.version, "createdAt": format!("2026-11-0{}T10:00:00.000Z", page.version)},
                       "body": {"storage": {"value": page.body, "representation": "storage"}},
                       "_links": {"webui": format!("/spaces/S{}/pages/{id}", page.space)}})
            })
            .collect()
    }
}

impl HttpClient for Site {
    async fn send(&self, request: Request<Vec<u8>>) -> Result<Response<Vec<u8>>, HttpError> {
        self.respond(&request)
    }
}

/// The part of a list that the cursor points at, with the link to the next.
fn part(url: &url::Url, items: Vec<Value>) -> Response<Vec<u8>> {
    let cursor = url.query_pairs().find(|(key, _)| key == "cursor").map(|(_, value)| value.into_owned());
    let from: usize = cursor.map_or(0, |cursor| cursor.parse().unwrap());
    let limit = url.query_pairs().find(|(key, _)| key == "limit").and_then(|(_, value)| value.parse().ok());
    let until = (from + PART.min(limit.unwrap_or(PART))).min(items.len());
    let path = url.path().strip_prefix("/ex/confluence/cloud-1").unwrap();
    // As Confluence writes it: v1 leaves the context out, and forgets what it was asked to expand.
    let path = path.replace("/wiki/rest/", "/rest/");
    let mut links = json!({"base": "https://acme.atlassian.net/wiki"});
    if until < items.len() {
        let rest: Vec<String> = url
            .query_pairs()
            .filter(|(key, _)| key != "cursor" && key != "expand")
            .map(|(key, value)| {
                format!(
                    "{key}={}",
                    url::form_urlencoded::byte_serialize(value.as_bytes()).collect::<String>()
                )
            })
            .collect();
        links["next"] = json!(format!("{path}?{}&cursor={until}", rest.join("&")));
    }
    answer(200, json!({"results": items[from.min(items.len())..until], "_links": links}).to_string())
}

fn not_found(title: &str) -> Response<Vec<u8>> {
    answer(
        404,
        json!({"errors": [{"status": 404, "code": "NOT_FOUND", "title": title, "detail": null}]}).to_string(),
    )
}

pub(crate) fn answer(status: u16, body: String) -> Response<Vec<u8>> {
    let kind = if body.starts_with('<') { "text/html" } else { "application/json" };
    Response::builder().status(status).header("content-type", kind).body(body.into_bytes()).unwrap()
}
