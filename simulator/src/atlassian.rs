//! Atlassian's side of OAuth 2.0 (3LO): consent, tokens, and which sites a token reaches.

mod consent;
mod grants;
mod resources;
mod token;

use std::sync::Arc;

use axum::Router;
use axum::routing::{get, post};

pub(crate) use grants::{Access, EVERY_SCOPE, Grants};

use crate::state::Simulator;

pub(crate) fn routes() -> Router<Arc<Simulator>> {
    Router::new()
        .route("/authorize", get(consent::ask))
        .route("/authorize/decision", post(consent::decide))
        .route("/oauth/token", post(token::exchange))
        .route("/oauth/token/accessible-resources", get(resources::accessible))
        .route("/me", get(resources::me))
        .route("/app/report-accounts", post(resources::report_accounts))
}
