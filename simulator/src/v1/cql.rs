//! The part of the Confluence Query Language that a read-only mirror uses: clauses joined by `and`, and `order by`.

use jiff::{SignedDuration, Span, Timestamp, civil::DateTime, tz::TimeZone};

use crate::clock::iso;
use crate::site::{Attachment, Content, Site};

pub(super) struct Search {
    clauses: Vec<Clause>,
    order: String,
    pub(super) descending: bool,
}

struct Clause {
    field: String,
    operator: Operator,
    values: Vec<String>,
    /// The moment that a date clause compares with.
    at: Option<Timestamp>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Operator {
    Is,
    IsNot,
    Contains,
    Before,
    AtMost,
    After,
    AtLeast,
}

impl Search {
    pub(super) fn matches(&self, site: &Site, found: Found<'_>) -> bool {
        self.clauses.iter().all(|clause| clause.matches(site, found))
    }

    /// What the rows are sorted by.
    pub(super) fn key(&self, found: Found<'_>) -> String {
        match self.order.as_str() {
            "created" => iso(found.created()),
            "lastmodified" => iso(found.modified()),
            "title" => found.title().to_lowercase(),
            _ => String::new(),
        }
    }
}

/// What a search finds: a page, or something attached to one.
#[derive(Clone, Copy)]
pub(super) struct Found<'a> {
    pub(super) content: &'a Content,
    pub(super) attachment: Option<&'a Attachment>,
}

impl Found<'_> {
    pub(super) fn id(self) -> u64 {
        self.attachment.map_or(self.content.id, |attachment| attachment.id)
    }

    fn name_of_id(self) -> String {
        let prefix = if self.attachment.is_some() { "att" } else { "" };
        format!("{prefix}{}", self.id())
    }

    fn kind(self) -> &'static str {
        if self.attachment.is_some() { "attachment" } else { self.content.kind.name() }
    }

    fn title(&self) -> &str {
        self.attachment.map_or(&self.content.title, |attachment| &attachment.title)
    }

    fn created(self) -> Timestamp {
        self.attachment.map_or(self.content.created, |attachment| attachment.created)
    }

    fn modified(self) -> Timestamp {
        self.attachment.map_or(self.content.version.at, |attachment| attachment.version.at)
    }
}

impl Clause {
    fn matches(&self, site: &Site, found: Found<'_>) -> bool {
        let content = found.content;
        let held = |actual: &str| self.values.iter().any(|value| value.eq_ignore_ascii_case(actual));
        let is = match self.field.as_str() {
            "space" | "space.key" => site.space(content.space).is_some_and(|space| held(&space.key)),
            "space.id" => held(&content.space.to_string()),
            "type" => held(found.kind()),
            "id" | "content" => held(&found.name_of_id()),
            "ancestor" => site.ancestors(content).any(|ancestor| held(&ancestor.id.to_string())),
            "parent" => content.parent.is_some_and(|parent| held(&parent.to_string())),
            "label" => content.labels.iter().any(|label| held(label)),
            "title" | "text" if self.operator == Operator::Contains => {
                let title = found.title().to_lowercase();
                self.values.iter().any(|value| title.contains(&value.to_lowercase()))
            }
            "title" => held(found.title()),
            field => {
                let actual = if field == "created" { found.created() } else { found.modified() };
                return self.at.is_some_and(|at| match self.operator {
                    Operator::Before => actual < at,
                    Operator::AtMost => actual <= at,
                    Operator::After => actual > at,
                    _ => actual >= at,
                });
            }
        };
        if self.operator == Operator::IsNot { !is } else { is }
    }
}

const FIELDS: [&str; 12] = [
    "space",
    "space.key",
    "space.id",
    "type",
    "id",
    "content",
    "ancestor",
    "parent",
    "label",
    "title",
    "text",
    "lastmodified",
];

pub(super) fn parse(text: &str, now: Timestamp) -> Result<Search, String> {
    let tokens = tokens(text)?;
    let mut rest = tokens.as_slice();
    let mut search = Search { clauses: Vec::new(), order: String::new(), descending: false };
    loop {
        match rest {
            [] if search.clauses.is_empty() => return Err("the query is empty".to_owned()),
            [] => return Ok(search),
            [Token::Word(order), Token::Word(by), Token::Word(field), direction @ ..]
                if order.eq_ignore_ascii_case("order") && by.eq_ignore_ascii_case("by") =>
            {
                search.order = field.to_lowercase();
                search.descending = match direction {
                    [] => false,
                    [Token::Word(word)] if word.eq_ignore_ascii_case("asc") => false,
                    [Token::Word(word)] if word.eq_ignore_ascii_case("desc") => true,
                    _ => return Err("order by takes one field".to_owned()),
                };
                return Ok(search);
            }
            _ if !search.clauses.is_empty() => match rest {
                [Token::Word(and), after @ ..] if and.eq_ignore_ascii_case("and") => {
                    let (clause, after) = clause(after, now)?;
                    search.clauses.push(clause);
                    rest = after;
                }
                _ => return Err("expected 'and' or 'order by'".to_owned()),
            },
            _ => {
                let (clause, after) = clause(rest, now)?;
                search.clauses.push(clause);
                rest = after;
            }
        }
    }
}

fn clause(tokens: &[Token], now: Timestamp) -> Result<(Clause, &[Token]), String> {
    let [Token::Word(field), rest @ ..] = tokens else { return Err("expected a field".to_owned()) };
    let field = field.to_lowercase();
    if !FIELDS.contains(&field.as_str()) && field != "created" {
        return Err(format!("the field '{field}' is not supported"));
    }
    let is_word =
        |token: &Token, wanted: &str| matches!(token, Token::Word(word) if word.eq_ignore_ascii_case(wanted));
    let (operator, values, rest) = match rest {
        [not, word, Token::Sign("("), rest @ ..] if is_word(not, "not") && is_word(word, "in") => {
            let (values, rest) = list(rest)?;
            (Operator::IsNot, values, rest)
        }
        [word, Token::Sign("("), rest @ ..] if is_word(word, "in") => {
            let (values, rest) = list(rest)?;
            (Operator::Is, values, rest)
        }
        [Token::Sign(sign), Token::Word(value), rest @ ..] => {
            let operator = match *sign {
                "=" => Operator::Is,
                "!=" => Operator::IsNot,
                "~" => Operator::Contains,
                "<" => Operator::Before,
                "<=" => Operator::AtMost,
                ">" => Operator::After,
                ">=" => Operator::AtLeast,
                _ => return Err(format!("unexpected '{sign}' after '{field}'")),
            };
            // A function takes its argument in parentheses: now("-90m").
            match rest {
                [Token::Sign("("), Token::Word(argument), Token::Sign(")"), rest @ ..] => {
                    (operator, vec![format!("{value}({argument})")], rest)
                }
                [Token::Sign("("), Token::Sign(")"), rest @ ..] => {
                    (operator, vec![format!("{value}()")], rest)
                }
                _ => (operator, vec![value.clone()], rest),
            }
        }
        _ => return Err(format!("expected an operator and a value after '{field}'")),
    };
    let at = match field.as_str() {
        "lastmodified" | "created" => Some(moment(&values[0], now)?),
        _ => None,
    };
    Ok((Clause { field, operator, values, at }, rest))
}

fn list(mut tokens: &[Token]) -> Result<(Vec<String>, &[Token]), String> {
    let mut values = Vec::new();
    loop {
        match tokens {
            [Token::Word(value), Token::Sign(","), rest @ ..] => {
                values.push(value.clone());
                tokens = rest;
            }
            [Token::Word(value), Token::Sign(")"), rest @ ..] => {
                values.push(value.clone());
                return Ok((values, rest));
            }
            _ => return Err("a list is not closed".to_owned()),
        }
    }
}

/// `yyyy-MM-dd`, with ` HH:mm`, or `now()` with an offset such as `-90m` (minutes; `M` is months).
fn moment(value: &str, now: Timestamp) -> Result<Timestamp, String> {
    let unknown = || format!("'{value}' is not a date");
    if let Some(offset) = value.strip_prefix("now(").and_then(|rest| rest.strip_suffix(')')) {
        if offset.is_empty() {
            return Ok(now);
        }
        if !offset.is_ascii() {
            return Err(unknown());
        }
        let (number, unit) = offset.split_at(offset.len() - 1);
        let number: i64 = number.parse().map_err(|_| unknown())?;
        let span = match unit {
            "m" => Span::new().minutes(number),
            "h" => Span::new().hours(number),
            "d" => Span::new().days(number),
            "w" => Span::new().weeks(number),
            "M" => Span::new().months(number),
            "y" => Span::new().years(number),
            _ => return Err(unknown()),
        };
        return now
            .to_zoned(TimeZone::UTC)
            .checked_add(span)
            .map(|time| time.timestamp())
            .map_err(|_| unknown());
    }
    let text = value.replace('/', "-");
    let civil = DateTime::strptime("%Y-%m-%d %H:%M", &text)
        .or_else(|_| jiff::civil::Date::strptime("%Y-%m-%d", &text).map(|date| date.at(0, 0, 0, 0)))
        .map_err(|_| unknown())?;
    let utc = civil.to_zoned(TimeZone::UTC).map_err(|_| unknown())?.timestamp();
    // The site's time zone, Europe/Paris in winter: dates are read in it, not in UTC.
    Ok(utc - SignedDuration::from_hours(1))
}

enum Token {
    Word(String),
    Sign(&'static str),
}

fn tokens(text: &str) -> Result<Vec<Token>, String> {
    const SIGNS: [&str; 10] = ["!=", "<=", ">=", "=", "~", "<", ">", "(", ")", ","];
    let mut tokens = Vec::new();
    let mut rest = text.trim_start();
    while !rest.is_empty() {
        if let Some(sign) = SIGNS.iter().find(|sign| rest.starts_with(**sign)) {
            tokens.push(Token::Sign(sign));
            rest = &rest[sign.len()..];
        } else if let Some(quote) = rest.chars().next().filter(|first| matches!(first, '"' | '\'')) {
            let mut word = String::new();
            let mut characters = rest[1..].char_indices();
            let end = loop {
                match characters.next() {
                    None => return Err("a quotation is not closed".to_owned()),
                    Some((_, '\\')) => word.extend(characters.next().map(|(_, character)| character)),
                    Some((at, character)) if character == quote => break at + 2,
                    Some((_, character)) => word.push(character),
                }
            };
            tokens.push(Token::Word(word));
            rest = &rest[end..];
        } else {
            let end =
                rest.find(|character: char| " \t\n\"'=!<>~(),".contains(character)).unwrap_or(rest.len());
            if end == 0 {
                return Err(format!("unexpected {:?}", rest.chars().next().unwrap_or_default()));
            }
            tokens.push(Token::Word(rest[..end].to_owned()));
            rest = &rest[end..];
        }
        rest = rest.trim_start();
    }
    Ok(tokens)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_forms_that_a_mirror_uses_are_read() {
        for text in [
            r#"space="IT" and type=page"#,
            r#"space = "IT" and type in (page, blogpost)"#,
            "space.id = 32769 and type=page order by lastmodified desc",
            "id in (65537,65544)",
            r#"space="IT" and lastmodified >= now("-90m")"#,
            r#"space = "a \"b\" \\" and type = page"#,
            r#"lastmodified > "2026-10-01 10:30""#,
        ] {
            assert!(parse(text, Timestamp::UNIX_EPOCH).is_ok(), "{text}");
        }
    }

    #[test]
    fn what_it_does_not_know_is_an_error() {
        for text in
            ["", "status = current", "space", r#"space = "IT"#, "space = IT type = page", "id in (1", "!"]
        {
            assert!(parse(text, Timestamp::UNIX_EPOCH).is_err(), "{text}");
        }
    }

    #[test]
    fn dates() {
        let now: Timestamp = "2026-11-01T12:00:00Z".parse().unwrap();
        assert_eq!(moment("now(-90m)", now).unwrap().to_string(), "2026-11-01T10:30:00Z");
        assert_eq!(moment("now(-1M)", now).unwrap().to_string(), "2026-10-01T12:00:00Z");
        assert_eq!(moment("2026/10/01", now).unwrap().to_string(), "2026-09-30T23:00:00Z");
        assert!(moment("yesterday", now).is_err());
    }
}
