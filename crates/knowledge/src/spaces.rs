//! The spaces that a connection may see, and which of them are chosen.
