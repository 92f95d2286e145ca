//! The simulated site as an application meets it.

mod behaviour;
mod sign_in;
mod site;
mod specification;
