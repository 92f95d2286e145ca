//! Runs of the sync, their leases and their listings.
