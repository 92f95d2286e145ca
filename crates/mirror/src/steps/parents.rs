use confluence::pages::Kind;
use confluence::{ApiError, folders, pages};
use knowledge::runs::{self, ParentNode, Phase, Run};
use ports::World;

use crate::StepError;
use crate::session::Session;
use crate::step::Step;

/// How many parents one step looks at.
const BATCH: usize = 48;

/// Looks at the folders and unlisted pages between the listed ones, one generation after the other.
///
/// A parent that cannot be read leads to no root, and so everything below it stays hidden.
pub(crate) async fn run<W: World>(session: &mut Session<'_, W>, run: &mut Run) -> Result<Step, StepError> {
    let database = session.world.database();
    let unknown = runs::unknown_parents(database, run, BATCH as i64)?;
    if unknown.is_empty() {
        return Ok(match run.phase {
            // The changed pages are few, and the search index may not know them yet.
            Phase::Changes => Step::Restrictions { after: String::new() },
            Phase::Whole => Step::Sweep { at: None },
        });
    }
    run.doing = "Looking at the folders between the pages.".into();
    let (folder_ids, others): (Vec<_>, Vec<_>) = unknown.into_iter().partition(|(_, kind)| kind == "folder");
    let (page_ids, unreadable): (Vec<_>, Vec<_>) = others.into_iter().partition(|(_, kind)| kind == "page");
    let mut found: Vec<ParentNode> = unreadable.into_iter().map(|(id, _)| unreadable_node(id)).collect();

    let paths: Vec<_> = folder_ids.iter().map(|(id, _)| folders::by_id(id)).collect();
    let answers = session.get_all(&paths).await?;
    for ((id, _), answer) in folder_ids.into_iter().zip(answers) {
        found.push(match folders::folder(&answer?, &id) {
            Ok(folder) => {
                ParentNode { content_id: id, parent_id: folder.parent_id, parent_type: folder.parent_type }
            }
            Err(ApiError::NotVisible { .. } | ApiError::Forbidden { .. }) => unreadable_node(id),
            Err(error) => return Err(error.into()),
        });
    }

    if !page_ids.is_empty() {
        // A parent that is archived, or that came after the listing had passed it.
        let path = pages::in_any_state(Kind::Page, page_ids.iter().map(|(id, _)| id.as_str()));
        let seen = pages::listed(&session.get(&path).await?, &path)?.items;
        found.extend(page_ids.into_iter().map(|(id, _)| {
            match seen.iter().find(|page| page.id == id && page.status != pages::Status::Trashed) {
                Some(page) => ParentNode {
                    content_id: id,
                    parent_id: page.parent_id.clone(),
                    parent_type: page.parent_type.clone(),
                },
                None => unreadable_node(id),
            }
        }));
    }
    runs::parents_found(database, run, &found)?;
    Ok(Step::Parents)
}

fn unreadable_node(id: String) -> ParentNode {
    ParentNode { parent_id: Some(id.clone()), content_id: id, parent_type: None }
}
