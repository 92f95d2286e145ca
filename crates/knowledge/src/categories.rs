//! The topics under which the Portal shows articles.
