//! Every answer of the simulated API validates against Atlassian's OpenAPI documents, and every request that gives
//! one is allowed by them.

use std::path::Path;

use crate::site::{CLOUD, Site};
use axum::http::StatusCode;
use serde_json::{Value, json};
use simulator::openapi::Specification;

/// Fields that a real site sends as null although the documents do not say that they may be.
const NULL_ON_THE_WIRE: [&str; 7] =
    ["parentId", "parentType", "description", "icon", "mediaTypeDescription", "timeZone", "personalSpaceId"];

#[tokio::test]
async fn answers_are_those_of_the_specification() {
    let Some(specification) = specification() else { return };
    let site = Site::new();
    let token = site.access("service").await;
    let vpn = site.page("How do I request VPN access?").await;
    let folder = site.page("Devices").await;
    let laptop = site.page("How do I order a new laptop?").await;
    let log = site.page("Incident 2026-07: stolen session at a supplier").await;
    let post = site.page("The office is closed on 24 December").await;
    let runbooks = site.page("Runbooks of the service desk").await;
    let attachments = site.get(&token, &format!("{CLOUD}/wiki/api/v2/pages/{vpn}/attachments")).await.json();
    let attachment = attachments["results"][0]["id"].as_str().unwrap();
    let me = "712020:acce0001-5e41-4a60-9c11-000000000001";

    let v2 = "/wiki/api/v2";
    let v1 = "/wiki/rest/api";
    let paths = [
        format!("{v2}/spaces"),
        format!("{v2}/spaces?keys=IT&keys=HR&sort=-name&limit=1&description-format=plain&include-icon=true"),
        format!("{v2}/spaces/32769?include-permissions=true&include-labels=true&description-format=view"),
        format!("{v2}/spaces/32769/permissions?limit=250"),
        format!("{v2}/spaces/32769/pages?limit=3&body-format=storage&status=current&sort=-modified-date"),
        format!("{v2}/spaces/32769/pages?depth=root"),
        format!("{v2}/pages?limit=250&body-format=storage"),
        format!("{v2}/pages?limit=250&body-format=atlas_doc_format&status=archived&status=trashed"),
        format!("{v2}/pages?id={vpn}&id={laptop}&body-format=storage"),
        format!(
            "{v2}/pages/{vpn}?body-format=storage&include-labels=true&include-operations=true&include-versions=true"
        ),
        format!("{v2}/pages/{log}?body-format=view&include-properties=true&include-likes=true"),
        format!("{v2}/pages/{vpn}/labels"),
        format!("{v2}/pages/{vpn}/attachments"),
        format!("{v2}/pages/{laptop}/ancestors"),
        format!("{v2}/pages/{vpn}/direct-children"),
        format!("{v2}/folders/{folder}"),
        format!("{v2}/folders/{folder}/direct-children?limit=2"),
        format!("{v2}/folders/{folder}/ancestors"),
        format!("{v2}/attachments?limit=2"),
        format!("{v2}/attachments/{attachment}"),
        format!("{v2}/blogposts?limit=5&body-format=storage&status=current&sort=-modified-date"),
        format!("{v2}/spaces/32772/blogposts?limit=1"),
        format!("{v2}/blogposts?id={post}&status=current&status=trashed"),
        format!("{v2}/blogposts/{post}?body-format=storage&include-labels=true&include-versions=true"),
        format!("{v2}/blogposts/{post}/labels?prefix=global"),
        format!("{v2}/blogposts/{post}/attachments"),
        format!("{v2}/pages/{vpn}/attachments?status=current&limit=250"),
        format!("{v2}/attachments?status=current&sort=-modified-date&limit=5"),
        format!(
            "{v1}/content/search?cql=space%3DIT+and+type%3Dattachment&limit=250&expand=version,container"
        ),
        format!("{v2}/data-policies/metadata"),
        format!(
            "{v1}/content/{runbooks}/restriction/byOperation/read?expand=restrictions.user,restrictions.group"
        ),
        format!("{v1}/content/{folder}/restriction/byOperation/read"),
        format!("{v1}/content/{log}/restriction/byOperation"),
        format!(
            "{v1}/content/search?cql=space%3DIT+and+type+in+(page,blogpost)&limit=100&expand=version,space,ancestors,\
             metadata.labels,restrictions.read.restrictions.user,restrictions.read.restrictions.group"
        ),
        format!("{v1}/search?cql=space%3DIT+and+type%3Dpage&limit=1&excerpt=none"),
        format!("{v1}/user?accountId={me}"),
        format!("{v1}/user/current"),
        format!(
            "{v1}/group/a0c0ffee-0000-4000-8000-00000000c001/membersByGroupId?limit=2&shouldReturnTotalSize=true"
        ),
        format!("{v1}/group/by-id?id=a0c0ffee-0000-4000-8000-00000000c001"),
        format!("{v1}/search/user?cql=user.fullname~%22Mia%22&limit=25"),
        format!("{v1}/settings/systemInfo"),
    ];
    for path in paths {
        let answer = site.get(&token, &format!("{CLOUD}{path}")).await;
        check(&specification, "GET", &path, &answer);
    }
    let users =
        site.post(&token, &format!("{CLOUD}{v2}/users-bulk"), json!({"accountIds": [me, "unknown"]})).await;
    check(&specification, "POST", &format!("{v2}/users-bulk"), &users);
    let asked = json!({"subject": {"type": "user", "identifier": "anonymous"}, "operation": "read"});
    let path = format!("{v1}/content/{vpn}/permission/check");
    let denied = site.post(&token, &format!("{CLOUD}{path}"), asked).await;
    check(&specification, "POST", &path, &denied);
}

#[test]
fn requests_outside_the_specification_are_found() {
    let Some(specification) = specification() else { return };
    let violation =
        |method, path: &str, query| specification.violation(method, &format!("{CLOUD}{path}"), query);
    for (method, path, query) in [
        ("GET", "/wiki/api/v2/pages", "limit=251"),
        ("GET", "/wiki/api/v2/pages", "limit=many"),
        ("GET", "/wiki/api/v2/pages", "status=draft"),
        ("GET", "/wiki/api/v2/pages", "spaceId=1"),
        ("GET", "/wiki/api/v2/pages", "sort=modified"),
        ("GET", "/wiki/api/v2/pages", "limit=1&limit=2"),
        ("GET", "/wiki/api/v2/restrictions", ""),
        ("PATCH", "/wiki/api/v2/pages/1", ""),
        ("GET", "/wiki/rest/api/content/search", "limit=1"),
        ("GET", "/wiki/rest/api/content/1/restriction/byOperation/read", "expand=everything"),
    ] {
        assert!(violation(method, path, query).is_some(), "{method} {path}?{query}");
    }
    for (method, path, query) in [
        (
            "GET",
            "/wiki/api/v2/pages",
            "limit=250&status=current&status=archived&sort=-modified-date&cursor=x",
        ),
        ("GET", "/wiki/api/v2/pages/1", "body-format=storage&include-labels=true"),
        ("GET", "/wiki/rest/api/content/search", "next=true&cursor=x&limit=5&start=5&cql=type%3Dpage"),
        (
            "GET",
            "/wiki/rest/api/content/1/restriction/byOperation/read",
            "expand=restrictions.user%2Crestrictions.group",
        ),
    ] {
        assert_eq!(violation(method, path, query), None, "{method} {path}?{query}");
    }
}

fn specification() -> Option<Specification> {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/reference/openapi");
    if !directory.exists() {
        println!("skipped: {} is absent", directory.display());
        return None;
    }
    Some(Specification::load(&directory).unwrap())
}

fn check(specification: &Specification, method: &str, target: &str, answer: &crate::site::Answer) {
    assert_eq!(answer.status, StatusCode::OK, "{target}: {}", answer.text);
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    assert_eq!(specification.violation(method, path, query), None, "{target}");

    let operation = specification.operation(method, path).unwrap();
    let schema = operation.response_schema(200).unwrap_or_else(|| panic!("{target}: no schema"));
    let validator = jsonschema::draft4::options().build(&schema).unwrap();
    let mut body = answer.json();
    without_known_lies(&mut body);
    let problems: Vec<_> =
        validator.iter_errors(&body).map(|error| format!("{}: {error}", error.instance_path())).collect();
    assert!(problems.is_empty(), "{target}: {problems:#?}");
}

/// Takes out what a real site sends and the documents deny.
fn without_known_lies(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            fields.retain(|name, value| !(value.is_null() && NULL_ON_THE_WIRE.contains(&name.as_str())));
            let is_permission = fields.contains_key("principal") && fields.contains_key("operation");
            if is_permission {
                if fields["principal"]["type"] == "access-class" {
                    fields["principal"]["type"] = "role".into();
                }
                if fields["operation"]["key"] == "view_analytics" {
                    fields["operation"]["key"] = "read".into();
                }
            }
            fields.values_mut().for_each(without_known_lies);
        }
        Value::Array(items) => items.iter_mut().for_each(without_known_lies),
        _ => {}
    }
}
