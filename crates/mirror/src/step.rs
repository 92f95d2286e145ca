use confluence::Path;
use confluence::pages::Kind;
use knowledge::runs::Run;
use serde::{Deserialize, Serialize};

use crate::Worker;
use crate::session::Session;
use crate::{StepError, steps};

/// What a run does next, and where it stands in it. It is stored after each step, so it holds all there is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Step {
    /// What was edited since the last run, from the head of Confluence's feeds.
    Changes { at: Option<Feed> },
    /// Which files were attached or replaced, from the head of Confluence's feed of the whole site.
    AttachmentFeed { at: Option<Feed> },
    /// What was edited is brought over; whether more is due.
    Followed,
    /// Which of the spaces to list can be seen.
    Spaces,
    /// Who may view the spaces with edits, or those to list.
    Viewers { after: String },
    /// Every page of each space, without its body.
    Listing { at: Option<Place> },
    /// Folders and other parents between the pages.
    Parents,
    /// Own restrictions of a space's pages, a hundred at a time.
    Sweep { at: Option<Place> },
    /// Own restrictions that the sweep did not tell, one by one.
    Restrictions { after: String },
    /// Who is in the groups that the restrictions name.
    Groups,
    /// Who may read what, told to the articles that exist.
    Audiences,
    /// Bodies of new and changed pages.
    Bodies { after: String, batch: usize },
    /// Pages that are no longer listed.
    Removals { after: String },
    /// The files of whole spaces.
    SpaceAttachments { at: Option<Place> },
    /// The files of single pages.
    PageAttachments { after: String },
    /// What the search counts in the spaces that were listed.
    Counts { after: String },
    /// The last line.
    Finish,
}

/// A place in the feed of some spaces' changes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Feed {
    pub(crate) space_ids: Vec<String>,
    /// What it is of: blog posts come after the pages of the same spaces.
    #[serde(default)]
    pub(crate) kind: Kind,
    /// How far their changes are known by Confluence's clock; none if they were never listed.
    pub(crate) followed_to: Option<i64>,
    /// Confluence's time when the feed was begun.
    pub(crate) head: Option<i64>,
    pub(crate) limit: usize,
    pub(crate) next: Path,
    /// How many requests this feed took so far.
    pub(crate) requests: u32,
}

/// A place in a list of one space.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Place {
    pub(crate) space_id: String,
    /// What is listed: blog posts come after the pages.
    #[serde(default)]
    pub(crate) kind: Kind,
    pub(crate) next: Path,
    /// How many requests this list took so far.
    pub(crate) requests: u32,
}

impl Step {
    /// The step that a run's row holds; an empty one is the first.
    pub(crate) fn read(stored: &str) -> Result<Self, StepError> {
        if stored.is_empty() {
            return Ok(Self::Changes { at: None });
        }
        serde_json::from_str(stored).map_err(|error| StepError::State(error.to_string()))
    }

    pub(crate) fn stored(&self) -> String {
        serde_json::to_string(self).expect("a step is text and numbers")
    }

    /// The step again from the beginning of its list, after its cursor has gone stale.
    pub(crate) fn restarted(&self) -> Self {
        match self {
            Self::Changes { .. } => Self::Changes { at: None },
            Self::Listing { .. } => Self::Listing { at: None },
            Self::Sweep { .. } => Self::Sweep { at: None },
            other => other.clone(),
        }
    }

    /// Whether the step may be taken although our share of the hour is spent: it asks nothing, or looks itself what
    /// it may still ask.
    pub(crate) fn is_free(&self) -> bool {
        matches!(self, Self::SpaceAttachments { .. } | Self::PageAttachments { .. } | Self::Finish)
    }

    /// Does this step, and says which one comes next; none after the last.
    pub(crate) async fn run<W: Worker>(
        self,
        session: &mut Session<'_, W>,
        run: &mut Run,
    ) -> Result<Option<Self>, StepError> {
        let next = match self {
            Self::Changes { at } => steps::changes::run(session, run, at).await?,
            Self::AttachmentFeed { at } => steps::attachment_feed::run(session, run, at).await?,
            Self::Followed => steps::followed::run(session, run).await?,
            Self::Spaces => steps::spaces::run(session, run).await?,
            Self::Viewers { after } => steps::viewers::run(session, run, &after).await?,
            Self::Listing { at } => steps::listing::run(session, run, at).await?,
            Self::Parents => steps::parents::run(session, run).await?,
            Self::Sweep { at } => steps::sweep::run(session, run, at).await?,
            Self::Restrictions { after } => steps::restrictions::run(session, run, &after).await?,
            Self::Groups => steps::groups::run(session, run).await?,
            Self::Audiences => steps::audiences::run(session, run)?,
            Self::Bodies { after, batch } => steps::bodies::run(session, run, after, batch).await?,
            Self::Removals { after } => steps::removals::run(session, run, &after).await?,
            Self::SpaceAttachments { at } => steps::space_attachments::run(session, run, at).await?,
            Self::PageAttachments { after } => steps::page_attachments::run(session, run, &after).await?,
            Self::Counts { after } => steps::counts::run(session, run, &after).await?,
            Self::Finish => {
                steps::finish::run(session, run)?;
                return Ok(None);
            }
        };
        Ok(Some(next))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_survives_its_row() {
        for step in [
            Step::Changes { at: None },
            Step::Followed,
            Step::Spaces,
            Step::Listing { at: None },
            Step::Sweep {
                at: Some(Place {
                    space_id: "10".into(),
                    kind: Kind::BlogPost,
                    next: confluence::spaces::all(),
                    requests: 3,
                }),
            },
            Step::Bodies { after: "7".into(), batch: 25 },
        ] {
            assert_eq!(Step::read(&step.stored()).unwrap(), step);
        }
        assert_eq!(Step::read("").unwrap(), Step::Changes { at: None });
        assert!(Step::read("\"dance\"").is_err());
    }
}
