use knowledge::runs::{self, Phase, Run};
use knowledge::{article_writes, dependencies, pages, scopes};

use super::bodies;
use crate::session::Session;
use crate::step::Step;
use crate::{StepError, World};

/// Works out who may read what. Whatever became restricted is hidden first, before anything is shown or fetched.
pub(crate) async fn run<W: World>(session: &mut Session<'_, W>, run: &mut Run) -> Result<Step, StepError> {
    let database = session.world.database();
    let now = session.world.now();
    runs::computed_audiences(database, run).await?;
    if run.phase == Phase::Changes {
        runs::unsettle_descendants(database, run).await?;
    }
    article_writes::restrict(database, run, now).await?;
    scopes::settle(database, run).await?;
    article_writes::leave_out(database, run, now).await?;
    pages::took_over(database, run, now).await?;
    dependencies::follow(database, run, now).await?;
    article_writes::follow(database, run, now).await?;
    run.tally.pages_to_do = pages::count_pending(database, run).await?;
    run.doing = bodies::line(run);
    Ok(Step::Bodies { after: String::new(), batch: bodies::BATCH })
}
