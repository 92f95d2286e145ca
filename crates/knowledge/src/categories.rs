//! Categories: the shelves that the Portal sorts articles onto.
//!
//! Triggers carry a new name, or the end of a category, over to its articles in the same write.

use ports::{Database, DatabaseError, Row};

/// The symbols of the icon sprite that a category may wear.
pub const ICONS: &[&str] = &[
    "book-open",
    "briefcase",
    "file-text",
    "headphones",
    "key-round",
    "laptop",
    "printer",
    "shield-check",
    "user-plus",
    "users",
    "wallet",
    "wifi",
    "wrench",
];

/// The longest name of a category, in characters.
pub const MAX_NAME: usize = 60;
const MAX_DESCRIPTION: usize = 200;

/// A category and what stands on it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Category {
    pub name: String,
    pub description: String,
    pub icon: String,
    /// Whether edits of its published articles wait for approval.
    pub reviews_edits: bool,
    pub articles: i64,
    pub published: i64,
}

/// What an admin types for a category.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CategoryForm {
    pub name: String,
    pub description: String,
    pub icon: String,
    pub reviews_edits: bool,
}

/// Why a category was not written.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum CategoryError {
    #[error("a category needs a name, such as “IT” or “Policies”")]
    NoName,
    #[error("the name is longer than {MAX_NAME} characters; shorten it")]
    NameTooLong,
    #[error("the description is longer than {MAX_DESCRIPTION} characters; shorten it")]
    DescriptionTooLong,
    #[error("there is a category named “{0}” already; choose another name")]
    NameTaken(String),
    #[error("there is no category named “{0}” any more; someone may have renamed or removed it")]
    Unknown(String),
    #[error(transparent)]
    Database(#[from] DatabaseError),
}

impl CategoryForm {
    fn checked(&self) -> Result<Self, CategoryError> {
        let name = self.name.split_whitespace().collect::<Vec<_>>().join(" ");
        let description = self.description.trim().to_owned();
        if name.is_empty() {
            return Err(CategoryError::NoName);
        }
        if name.chars().count() > MAX_NAME {
            return Err(CategoryError::NameTooLong);
        }
        if description.chars().count() > MAX_DESCRIPTION {
            return Err(CategoryError::DescriptionTooLong);
        }
        let icon = ICONS.iter().find(|icon| **icon == self.icon).unwrap_or(&ICONS[0]);
        Ok(Self { name, description, icon: (*icon).to_owned(), reviews_edits: self.reviews_edits })
    }
}

/// Every category in the order of the Portal, with how many articles it has.
pub fn categories(database: &impl Database) -> Result<Vec<Category>, DatabaseError> {
    let rows = database.execute(
        "select name, description, icon, review_edits,
               (select count(*) from articles where category = name) as articles,
               (select count(*) from articles where category = name and status = 'published') as published
             from categories order by position, name",
        &[],
    )?;
    rows.iter().map(category).collect()
}

fn category(row: Row<'_>) -> Result<Category, DatabaseError> {
    Ok(Category {
        name: row.get("name")?,
        description: row.get("description")?,
        icon: row.get("icon")?,
        reviews_edits: row.get("review_edits")?,
        articles: row.get("articles")?,
        published: row.get("published")?,
    })
}

/// Adds a category behind the others and gives its name as it was stored.
pub fn add_category(database: &impl Database, form: &CategoryForm) -> Result<String, CategoryError> {
    let CategoryForm { name, description, icon, reviews_edits } = form.checked()?;
    let added = database.execute(
        "insert into categories (name, description, icon, review_edits, position)
             select ?1, ?2, ?3, ?4, (select coalesce(max(position), -1) + 1 from categories)
             where not exists (select 1 from categories where lower(name) = lower(?1))
             returning name",
        &[name.as_str().into(), description.into(), icon.into(), reviews_edits.into()],
    )?;
    if added.is_empty() { Err(CategoryError::NameTaken(name)) } else { Ok(name) }
}

/// Renames a category, or changes its description or icon; its articles go with it.
pub fn change_category(
    database: &impl Database,
    current: &str,
    form: &CategoryForm,
) -> Result<String, CategoryError> {
    let CategoryForm { name, description, icon, reviews_edits } = form.checked()?;
    let changed = database.execute(
        "update categories set name = ?2, description = ?3, icon = ?4, review_edits = ?5 where name = ?1
             and not exists (select 1 from categories where lower(name) = lower(?2) and name <> ?1)
             returning name",
        &[current.into(), name.as_str().into(), description.into(), icon.into(), reviews_edits.into()],
    )?;
    if !changed.is_empty() {
        return Ok(name);
    }
    let known = database.execute("select 1 from categories where name = ?1", &[current.into()])?;
    Err(if known.is_empty() {
        CategoryError::Unknown(current.to_owned())
    } else {
        CategoryError::NameTaken(name)
    })
}

/// Moves a category one place up or down; at either end nothing happens.
pub fn move_category(database: &impl Database, name: &str, up: bool) -> Result<(), CategoryError> {
    let mut order: Vec<String> = categories(database)?.into_iter().map(|category| category.name).collect();
    let place =
        order.iter().position(|each| each == name).ok_or_else(|| CategoryError::Unknown(name.to_owned()))?;
    let other = if up { place.saturating_sub(1) } else { (place + 1).min(order.len() - 1) };
    order.swap(place, other);
    database.execute(
        "update categories set position =
               coalesce((select key from json_each(?1) where value = categories.name), position)",
        &[json(&order).into()],
    )?;
    Ok(())
}

/// Removes a category; its articles stay, without one.
pub fn remove_category(database: &impl Database, name: &str) -> Result<(), CategoryError> {
    let removed =
        database.execute("delete from categories where name = ?1 returning name", &[name.into()])?;
    if removed.is_empty() { Err(CategoryError::Unknown(name.to_owned())) } else { Ok(()) }
}

fn json(names: &[String]) -> String {
    serde_json::to_string(names).expect("strings are always JSON")
}

#[cfg(test)]
mod tests {
    use ports::native::Sqlite;

    use super::*;
    use crate::migrations;

    fn form(name: &str) -> CategoryForm {
        CategoryForm { name: name.into(), ..CategoryForm::default() }
    }

    fn store(names: &[&str]) -> Sqlite {
        let database = Sqlite::in_memory().unwrap();
        migrations::apply(&database).unwrap();
        for name in names {
            add_category(&database, &form(name)).unwrap();
        }
        database
    }

    fn names(database: &Sqlite) -> Vec<String> {
        categories(database).unwrap().into_iter().map(|category| category.name).collect()
    }

    #[test]
    fn categories_keep_the_order_they_are_put_in() {
        let database = store(&["IT", "HR", "Security"]);
        move_category(&database, "Security", true).unwrap();
        assert_eq!(names(&database), ["IT", "Security", "HR"]);
        move_category(&database, "HR", false).unwrap();
        move_category(&database, "IT", true).unwrap();
        assert_eq!(names(&database), ["IT", "Security", "HR"]);
    }

    #[test]
    fn a_name_is_needed_and_is_unique_whatever_its_case() {
        let database = store(&["IT", "HR"]);
        let cases = [
            ("  ", "a category needs a name, such as “IT” or “Policies”"),
            ("it", "there is a category named “it” already; choose another name"),
            (&"x".repeat(61), "the name is longer than 60 characters; shorten it"),
        ];
        for (name, message) in cases {
            assert_eq!(add_category(&database, &form(name)).unwrap_err().to_string(), message);
        }
        let taken = change_category(&database, "HR", &form("It")).unwrap_err();
        assert_eq!(taken, CategoryError::NameTaken("It".into()));
        let gone = change_category(&database, "Legal", &form("Law")).unwrap_err();
        assert_eq!(gone, CategoryError::Unknown("Legal".into()));
        assert_eq!(remove_category(&database, "Legal").unwrap_err(), CategoryError::Unknown("Legal".into()));
    }

    #[test]
    fn a_changed_case_is_a_rename() {
        let database = store(&["it"]);
        change_category(&database, "it", &form(" IT   help ")).unwrap();
        assert_eq!(names(&database), ["IT help"]);
    }
}
