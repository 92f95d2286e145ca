//! The sites that are connected, and the consents under way.
