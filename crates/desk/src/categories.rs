//! Resources → Categories: the shelves of the Portal.

use askama::Template;
use http::{Response, StatusCode};
use knowledge::categories::{
    Category, CategoryError, CategoryForm, ICONS, add_category, categories, change_category, move_category,
    remove_category,
};
use ports::Database;
use screen::{Frame, Notice};

use crate::error::Error;
use crate::visit::Visit;
use crate::words::sentence;

const CATEGORIES: &str = "/console/resources/categories";
/// What most teams begin with.
const USUAL: [(&str, &str, &str); 4] = [
    ("IT", "Accounts, devices, network", "laptop"),
    ("HR", "Joining, leave, benefits", "users"),
    ("Policies", "What we agreed on", "file-text"),
    ("Security", "Keeping us and our data safe", "shield-check"),
];

#[derive(Template)]
#[template(path = "categories.html")]
struct Categories<'a> {
    frame: &'a Frame<'a>,
    categories: Vec<Category>,
    icons: &'static [&'static str],
    /// What was typed for a new category that could not be added, and why.
    typed: CategoryForm,
    error: String,
}

#[derive(Template)]
#[template(path = "remove_category.html")]
struct Remove<'a> {
    frame: &'a Frame<'a>,
    trail: Vec<(String, String)>,
    category: Category,
}

pub(crate) fn show<D: Database>(visit: &Visit<'_, D>) -> Result<Response<Vec<u8>>, Error> {
    page(visit, StatusCode::OK, None, CategoryForm::default(), String::new())
}

pub(crate) fn change<D: Database>(visit: &Visit<'_, D>) -> Result<Response<Vec<u8>>, Error> {
    let form = &visit.form;
    let typed = CategoryForm {
        name: form.get("name").to_owned(),
        description: form.get("description").to_owned(),
        icon: form.get("icon").to_owned(),
        reviews_edits: form.get("review_edits") == "1",
    };
    if let Err(notice) = visit.check_form() {
        return page(visit, StatusCode::FORBIDDEN, Some(notice), typed, String::new());
    }
    let current = form.get("current");
    let done = match form.get("do") {
        "add" => match add_category(visit.database, &typed) {
            Err(error) if !matches!(error, CategoryError::Database(_)) => {
                return page(visit, StatusCode::UNPROCESSABLE_ENTITY, None, typed, sentence(&error));
            }
            added => added.map(|name| format!("{name} added.")),
        },
        "usual" => add_usual(visit.database).map(|()| "Four categories added.".to_owned()),
        "change" => change_category(visit.database, current, &typed).map(|name| format!("{name} saved.")),
        "up" => move_category(visit.database, current, true).map(|()| format!("{current} moved up.")),
        "down" => move_category(visit.database, current, false).map(|()| format!("{current} moved down.")),
        "remove" => remove_category(visit.database, current)
            .map(|()| format!("{current} removed. Its articles are kept, without a category.")),
        _ => return Err(Error::NoSuchPage),
    };
    match done {
        Ok(done) => Ok(visit.redirect_with(CATEGORIES, &Notice::done(done))),
        Err(CategoryError::Database(error)) => Err(error.into()),
        Err(error) => {
            let notice = Notice::failed(format!("Nothing was changed. {}", sentence(&error)));
            page(
                visit,
                StatusCode::UNPROCESSABLE_ENTITY,
                Some(notice),
                CategoryForm::default(),
                String::new(),
            )
        }
    }
}

/// Asks before a category with articles goes.
pub(crate) fn confirm_removal<D: Database>(visit: &Visit<'_, D>) -> Result<Response<Vec<u8>>, Error> {
    let name = visit.query.get("name");
    let all = categories(visit.database)?;
    let Some(category) = all.into_iter().find(|category| category.name == name) else {
        return Ok(visit.redirect_with(
            CATEGORIES,
            &Notice::warning(format!("There is no category named “{name}” any more.")),
        ));
    };
    let frame = visit.frame();
    let trail = vec![("Categories".to_owned(), CATEGORIES.to_owned())];
    Ok(frame.page(StatusCode::OK, &Remove { frame: &frame, trail, category }))
}

fn add_usual(database: &impl Database) -> Result<(), CategoryError> {
    for (name, description, icon) in USUAL {
        let form = CategoryForm {
            name: name.into(),
            description: description.into(),
            icon: icon.into(),
            reviews_edits: false,
        };
        match add_category(database, &form) {
            // Someone has been quicker: it is there.
            Ok(_) | Err(CategoryError::NameTaken(_)) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

fn page<D: Database>(
    visit: &Visit<'_, D>,
    status: StatusCode,
    notice: Option<Notice>,
    typed: CategoryForm,
    error: String,
) -> Result<Response<Vec<u8>>, Error> {
    let categories = categories(visit.database)?;
    let frame = visit.frame_with(notice);
    let page = Categories { frame: &frame, categories, icons: ICONS, typed, error };
    Ok(frame.page(status, &page))
}

#[cfg(test)]
mod tests;
