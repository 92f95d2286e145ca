//! What goes wrong between the mirror and Confluence, drawn at random.

use ports::HttpError;
use serde_json::{Value, json};

use super::site::{Break, URL};

/// The listings and single things that the mirror asks for.
const PLACES: [&str; 14] = [
    "/wiki/",
    "/api/v2/spaces?",
    "/api/v2/spaces/",
    "/pages?",
    "body-format",
    "status=trashed",
    "/api/v2/folders/",
    "/content/search",
    "/rest/api/search",
    "/restriction/",
    "/group/",
    "/permissions",
    "/oauth/token",
    "/attachments?",
];

/// `Retry-After` in each of its forms, and none.
const WAITS: [Option<&str>; 8] = [
    None,
    Some("0"),
    Some("2"),
    Some("30"),
    Some("3600"),
    Some("Fri, 15 Jan 2027 08:00:10 GMT"),
    Some("soon"),
    Some("-5"),
];

const HTML: &str = "<!DOCTYPE html><html><body>Log in to continue</body></html>";

/// A fault for the simulator's control interface.
pub(super) fn fault(random: &mut fastrand::Rng) -> Value {
    let place = PLACES[random.usize(..PLACES.len())];
    let mut fault = json!({"match": place, "after": random.u32(0..15), "times": random.u32(1..5)});
    match random.u32(0..16) {
        0..=2 => {
            fault["status"] = json!(429);
            if let Some(wait) = WAITS[random.usize(..WAITS.len())] {
                fault["headers"] = json!({"Retry-After": wait});
            }
        }
        3..=4 => fault["status"] = json!([500, 502, 503, 504][random.usize(..4)]),
        5 => {
            fault["status"] = json!(503);
            fault["body"] = json!(HTML);
            fault["headers"] = json!({"Retry-After": "7"});
        }
        // A page for people where JSON was asked for, with the status of success.
        6 => {
            fault["status"] = json!(200);
            fault["body"] = json!(HTML);
        }
        7 => {
            fault["status"] = json!(200);
            fault["body"] = json!({});
        }
        // Confluence's word for a caller that it does not know: an outage of sign-in, and no sign of a deletion.
        8 => {
            fault["status"] = json!(404);
            fault["body"] = json!({"errors": [{"status": 404, "code": "NOT_FOUND", "title": "Not Found", "detail": null}]});
        }
        9 => {
            fault["status"] = json!(400);
            fault["body"] = json!({"errors": [{"status": 400, "code": "INVALID_REQUEST_PARAMETER",
                "title": "Provided value for 'cursor' is not the correct type. Expected type is Cursor.",
                "detail": "The provided cursor was not valid."}]});
        }
        10 => {
            fault["status"] = json!(401);
            fault["body"] = json!({"code": 401, "message": "Unauthorized"});
        }
        11 => {
            fault["status"] = json!(403);
            fault["body"] = json!({"statusCode": 403, "message": "Request rejected because caller cannot access Confluence"});
        }
        12 => fault["change"] = json!("truncate"),
        13 => fault["change"] = json!("repeat-cursor"),
        14 => {
            fault["match"] = json!(LISTINGS[random.usize(..LISTINGS.len())]);
            fault["change"] = json!(["empty-results", "empty-listing"][random.usize(..2)]);
        }
        _ => {
            fault["match"] = json!(LISTINGS[random.usize(..LISTINGS.len())]);
            fault["change"] = json!("drop-next");
        }
    }
    fault
}

/// Where an answer may be whole in its form and yet say too little. The confirmation by id is not among them: it is
/// the second witness, and one of the two may lie, not both.
const LISTINGS: [&str; 4] = ["/api/v2/spaces?", "/api/v2/spaces/", "body-format", "/content/search"];

/// A request that gets no answer.
pub(super) fn broken(random: &mut fastrand::Rng) -> Break {
    let host = URL.trim_start_matches("https://").to_owned();
    let error = match random.u32(0..3) {
        0 => HttpError::Timeout { host, seconds: 30 },
        1 => HttpError::Unreachable { host, reason: "connection reset by peer".into() },
        _ => HttpError::TooLarge { host, limit: 16_000_000 },
    };
    (random.u32(0..30), error)
}
