use crate::bindings::cron::{Error, Guest, Metadata};

struct Schedule;

impl Guest for Schedule {
    /// The trigger logs an error and drops it; what matters of a failure is in the run's row.
    fn handle_cron_event(_: Metadata) -> Result<(), Error> {
        spin_sdk::http::run(crate::tick()).map_err(|reason| {
            eprintln!("scheduled-sync: {reason}");
            Error::Other(reason)
        })
    }
}

mod exports {
    use super::Schedule;
    use crate::bindings::cron;
    cron::export!(Schedule with_types_in cron);
}
