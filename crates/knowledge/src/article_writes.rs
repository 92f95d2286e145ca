//! How the sync writes articles: whole, in batches, one statement each.
