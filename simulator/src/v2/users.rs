//! `POST /users-bulk`.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::State;
use axum::response::Response;
use serde::Deserialize;
use serde_json::json;

use super::listing;
use crate::gateway::{ApiError, Caller, Page, Query};
use crate::site;
use crate::state::Simulator;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Wanted {
    account_ids: Vec<String>,
}

pub(super) async fn bulk(
    State(simulator): State<Arc<Simulator>>,
    caller: Caller,
    body: Bytes,
) -> Result<Response, ApiError> {
    caller.needs(&["read:user:confluence"])?;
    let wanted = serde_json::from_slice::<Wanted>(&body)
        .ok()
        .filter(|wanted| (1..=250).contains(&wanted.account_ids.len()));
    let Some(wanted) = wanted else {
        return Err(ApiError::bad_parameter("accountIds must list 1 to 250 account ids".to_owned(), ""));
    };
    let rows = wanted.account_ids.iter().filter_map(|id| site::account(id)).map(|account| {
        json!({
            "accountId": account.id,
            "accountType": "atlassian",
            "accountStatus": "active",
            "displayName": account.name,
            "publicName": account.name,
            "email": if account.email_visible { account.email } else { "" },
            "timeZone": null,
            "personalSpaceId": null,
            "isExternalCollaborator": false,
            "profilePicture": {"path": "/wiki/aa-avatar/default", "isDefault": true},
        })
    });
    let page = Page { rows: rows.collect(), next: None };
    Ok(listing(&caller, &simulator, "/users-bulk", &Query(Vec::new()), page))
}
