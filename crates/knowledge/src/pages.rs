//! Source identity: what Confluence says of each page.
