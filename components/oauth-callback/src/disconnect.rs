use http::{Request, Response};
use identity::Session;
use knowledge::connections::{self, Fault};
use knowledge::runs;
use mirror::grants;
use ports::{Database, KeyValue};
use screen::Notice;

use crate::config::Config;
use crate::error::Error;
use crate::establish::withdraw;
use crate::routes::{CONNECTIONS, Ports, asked_about};

/// Ends a connection: its grant is deleted, its articles are kept as they are.
pub(crate) async fn disconnect<D: Database, K: KeyValue, C>(
    ports: &Ports<'_, D, K, C>,
    config: &Config,
    request: &Request<Vec<u8>>,
    session: &Session,
    id: &str,
    now: i64,
) -> Result<Response<Vec<u8>>, Error> {
    let (_, connection) = asked_about(ports, config, request, session, id).await?;
    // The state first: from then on no worker begins anything with the grant that goes.
    let reason = format!("{} disconnected it.", session.name);
    connections::faulted(ports.database, connection.id, Fault::Disconnected, &reason, now)?;
    runs::abandon(ports.database, connection.id, "The connection was disconnected.", now)?;
    withdraw(ports, connection.id, now).await?;
    grants::forget(ports.key_value, connection.id)?;
    let notice = Notice::done(format!(
        "{} is disconnected and its authorisation deleted here. To withdraw it in Atlassian too, remove the app from the account's connected apps.",
        connection.site_name
    ));
    Ok(config.site.redirect_with(&format!("{CONNECTIONS}/{}", connection.id), &notice, Some(session)))
}
