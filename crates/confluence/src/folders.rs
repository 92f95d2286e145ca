//! Folders, which stand between pages (API v2, `/folders/{id}`).

use http::Response;
use serde::Deserialize;

use crate::response::read;
use crate::{ApiError, Path};

/// A folder, as far as the tree of pages needs it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Folder {
    pub id: String,
    #[serde(default)]
    pub title: String,
    #[serde(default)]
    pub parent_id: Option<String>,
    #[serde(default)]
    pub parent_type: Option<String>,
}

/// One folder; there is no list of them.
#[must_use]
pub fn by_id(id: &str) -> Path {
    Path::new(&["api", "v2", "folders", id], &[])
}

/// Reads a folder.
pub fn folder(response: &Response<Vec<u8>>, id: &str) -> Result<Folder, ApiError> {
    read(&format!("the folder {id}"), response)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::response::json;

    #[test]
    fn a_folder_has_a_parent_like_a_page() {
        assert_eq!(by_id("98765").as_str(), "/wiki/api/v2/folders/98765");
        let body = r#"{"id":"98765","type":"folder","status":"current","title":"Runbooks","parentId":"7","parentType":"page","position":1}"#;
        assert_eq!(folder(&json(200, body), "98765").unwrap().parent_id.as_deref(), Some("7"));
        let missing =
            r#"{"errors":[{"status":404,"code":"NOT_FOUND","title":"Content with id: [98765] not found"}]}"#;
        assert_eq!(
            folder(&json(404, missing), "98765"),
            Err(ApiError::NotVisible { what: "the folder 98765".into() })
        );
    }
}
