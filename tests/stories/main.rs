//! Stories of people who use the application, told on the real components.
