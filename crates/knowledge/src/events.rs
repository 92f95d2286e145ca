//! What people and surfaces did with articles.
