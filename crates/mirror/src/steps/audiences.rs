use knowledge::runs::{self, Phase, Run};
use knowledge::{article_writes, audiences, blog_posts, dependencies, pages, scopes};
use ports::World;

use super::bodies;
use crate::StepError;
use crate::session::Session;
use crate::step::Step;

/// Works out who may read what. Whatever became restricted is hidden first, before anything is shown or fetched.
pub(crate) fn run<W: World>(session: &mut Session<'_, W>, run: &mut Run) -> Result<Step, StepError> {
    let database = session.world.database();
    let now = session.world.now();
    runs::renew_gates(database, run, now)?;
    audiences::narrow(database, run.connection_id)?;
    runs::computed_audiences(database, run)?;
    if run.phase == Phase::Changes {
        runs::unsettle_descendants(database, run)?;
        runs::unsettle_outdated(database, run)?;
    }
    article_writes::restrict(database, run, now)?;
    scopes::settle(database, run)?;
    blog_posts::settle(database, run)?;
    article_writes::leave_out(database, run, now)?;
    pages::took_over(database, run, now)?;
    article_writes::write_for_more(database, run)?;
    dependencies::follow(database, run, now)?;
    article_writes::follow(database, run, now)?;
    audiences::widen(database, run.connection_id)?;
    run.tally.pages_to_do = pages::count_pending(database, run)?;
    run.doing = bodies::line(run);
    Ok(Step::Bodies { after: String::new(), batch: bodies::BATCH })
}
