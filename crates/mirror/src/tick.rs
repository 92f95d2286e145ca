use confluence::{ApiError, RetryAfter, retry};
use futures::future::try_join_all;
use knowledge::budgets;
use knowledge::connections::{self, Connection};
use knowledge::runs::{self, Ending, Run, Wait};
use ports::DatabaseError;

use crate::Worker;
use crate::allowance;
use crate::error::sentence;
use crate::nudges;
use crate::people;
use crate::session::Session;
use crate::step::Step;
use crate::{GrantError, Settings, StepError};

/// After so many attempts at the same step a run ends, and its row says why.
const MOST_ATTEMPTS: i64 = 6;
/// More runs than a tick can ever do; a bound for the loop alone.
const MOST_RUNS: usize = 100;

/// How long a worker may be silent that was started by a request. Some hosts end it as soon as the answer is
/// sent, and the schedule is to take over soon; a run that is taken too early loses a step's work at most.
const PROMPT_LEASE: i64 = 10_000;

/// How many runs one tick works on at the same time, so that a connection whose site answers slowly, or that has
/// ten thousand pages to import, keeps nobody waiting. More would crowd the guest's memory.
const WORKERS: usize = 2;
/// How long a run is worked on before it is the next one's turn.
const TURN: i64 = 5_000;

/// What a tick did, for the log.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Worked {
    pub runs: usize,
    pub steps: usize,
}

/// How long a worker works, and how long it may be silent.
#[derive(Debug, Clone, Copy)]
struct Shift {
    deadline: i64,
    lease: i64,
}

/// One tick of the schedule: looks at nudged pages, queues what is due and works until its time is over.
pub async fn tick<W: Worker>(world: &W, settings: &Settings) -> Result<Worked, DatabaseError> {
    runs::forget_ended(world.database())?;
    nudges::look(world, settings).await?;
    people::look(world, settings).await?;
    runs::schedule(world.database(), settings.interval, world.now())?;
    let workers = (0..WORKERS).map(|_| work(world, settings, None));
    let worked = try_join_all(workers).await?;
    Ok(worked.into_iter().fold(Worked::default(), |sum, worked| Worked {
        runs: sum.runs + worked.runs,
        steps: sum.steps + worked.steps,
    }))
}

/// Works for one connection until its run is done or the tick's time is over.
pub async fn work_on<W: Worker>(
    world: &W,
    settings: &Settings,
    connection: i64,
) -> Result<Worked, DatabaseError> {
    work(world, settings, Some(connection)).await
}

async fn work<W: Worker>(world: &W, settings: &Settings, only: Option<i64>) -> Result<Worked, DatabaseError> {
    let deadline = world.now() + settings.tick;
    let lease = if only.is_some() { PROMPT_LEASE } else { settings.lease() };
    let holder = world.name();
    let mut worked = Worked::default();
    while worked.runs < MOST_RUNS && (worked.runs == 0 || world.now() < deadline) {
        let now = world.now();
        let leased = runs::lease(world.database(), &holder, only, now, now + lease)?;
        let Some(mut run) = leased else { break };
        worked.runs += 1;
        let deadline = if only.is_some() { deadline } else { deadline.min(now + TURN) };
        worked.steps += go_on(world, settings, &mut run, Shift { deadline, lease }).await?;
    }
    Ok(worked)
}

/// Does steps of one run until it ends, waits, or the time is over.
async fn go_on<W: Worker>(
    world: &W,
    settings: &Settings,
    run: &mut Run,
    shift: Shift,
) -> Result<usize, DatabaseError> {
    let mut steps = 0;
    let outcome = match connections::connection(world.database(), run.connection_id)? {
        Some(connection) if connection.is_connected() => {
            work_through(world, settings, run, connection, shift, &mut steps).await
        }
        _ => {
            let failure = "The connection does not work; reconnect Confluence.";
            runs::end(world.database(), run, Ending::Failed, Some(failure), world.now())?;
            return Ok(0);
        }
    };
    match outcome {
        Ok(()) => {}
        Err(StepError::Database(error)) => return Err(error),
        Err(error) => settle(world, run, error)?,
    }
    Ok(steps)
}

async fn work_through<W: Worker>(
    world: &W,
    settings: &Settings,
    run: &mut Run,
    connection: Connection,
    shift: Shift,
    steps: &mut usize,
) -> Result<(), StepError> {
    let database = world.database();
    if run.attempts > MOST_ATTEMPTS {
        return Err(StepError::State(format!("it stopped {MOST_ATTEMPTS} times at the same step")));
    }
    let mut step = Step::read(&run.step)?;
    let mut session = Session::open(world, settings, connection).await?;
    loop {
        if !step.is_free()
            && let Some(until) = allowance::wait(run, session.spent, session.points_per_hour(), world.now())
        {
            return Err(StepError::OverBudget { until });
        }
        let before = session.requests;
        let result = step.run(&mut session, run).await;
        run.tally.requests += session.requests - before;
        let result = match result {
            Err(StepError::Api(ApiError::CallerUnknown { what })) => {
                // Before such an answer is waited out, it is made sure that the site is still ours to read.
                session.confirm_site().await?;
                Err(StepError::Api(ApiError::CallerUnknown { what }))
            }
            result => result,
        };
        *steps += 1;
        match result? {
            Some(next) => step = next,
            None => return finish(world, run).map_err(Into::into),
        }
        run.step = step.stored();
        run.attempts = 0;
        let Some(tally) = runs::advance(database, run, world.now() + shift.lease)? else {
            return Err(StepError::LeaseLost);
        };
        run.tally = tally;
        if world.now() >= shift.deadline {
            return Ok(runs::release(database, run)?);
        }
    }
}

fn finish<W: Worker>(world: &W, run: &Run) -> Result<(), DatabaseError> {
    let database = world.database();
    let came_late = runs::spaces_chosen_meanwhile(database, run)?;
    if !came_late && runs::end_unnoticed(database, run)? {
        return Ok(());
    }
    runs::end(database, run, Ending::Finished, None, world.now())?;
    if came_late {
        runs::ask(database, run.connection_id, "the choice of spaces", world.now())?;
    }
    budgets::prune(database, world.now())?;
    runs::prune(database, run.connection_id)
}

/// Decides what becomes of a run that could not go on: it waits, or it ends with its reason.
fn settle<W: Worker>(world: &W, run: &mut Run, error: StepError) -> Result<(), DatabaseError> {
    let (database, now) = (world.database(), world.now());
    let fault = if let StepError::Grant(error) = &error { error.fault() } else { None };
    if let Some(fault) = fault {
        let reason = sentence(&error);
        connections::faulted(database, run.connection_id, fault, &reason, now)?;
        return runs::end(database, run, Ending::Failed, Some(&reason), now);
    }
    let (advice, wait) = match &error {
        StepError::LeaseLost => return Ok(()),
        StepError::OverBudget { until } => (Some(RetryAfter::At(*until)), Wait::Share),
        StepError::Api(error @ ApiError::RateLimited { .. }) => {
            // Without advice, a quota that is used up comes back with the next hour.
            let next_hour = || error.is_quota().then(|| RetryAfter::At(budgets::next_hour(now)));
            (error.retry_after().or_else(next_hour), Wait::Advice)
        }
        StepError::Grant(GrantError::Token(confluence::oauth::TokenError::RateLimited { retry_after })) => {
            (*retry_after, Wait::Advice)
        }
        StepError::Grant(GrantError::Busy) => (None, Wait::Advice),
        StepError::Api(error) => (error.retry_after(), Wait::Fault),
        StepError::Database(_) | StepError::Http(_) | StepError::Grant(_) | StepError::State(_) => {
            (None, Wait::Fault)
        }
    };
    let can_pass = match &error {
        StepError::Api(error) => error.is_passing(),
        StepError::State(_) => false,
        _ => true,
    };
    if !can_pass || wait == Wait::Fault && run.attempts >= MOST_ATTEMPTS {
        return runs::end(database, run, Ending::Failed, Some(&sentence(&error)), now);
    }
    if let StepError::Api(ApiError::CursorExpired { .. }) = &error {
        run.step = Step::read(&run.step).map_or_else(|_| String::new(), |step| step.restarted().stored());
    }
    let attempt = u32::try_from(run.attempts.max(1)).unwrap_or(u32::MAX);
    let not_before = retry::not_before(advice, attempt, now, spread(&run.lease_holder));
    let reason = sentence(&error);
    runs::park(database, run, &reason, not_before, wait)
}

/// A number between 0 and 1 that differs from worker to worker, out of its random name.
fn spread(holder: &str) -> f64 {
    holder.bytes().next().map_or(0.5, |byte| f64::from(byte % 64) / 64.0)
}
