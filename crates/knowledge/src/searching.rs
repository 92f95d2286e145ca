//! The full-text queries behind search, suggestions and answers; every one reads the readable views.
