//! Whether a request is one that Atlassian's OpenAPI documents allow, and which schema an answer must fit.

use std::path::Path;

use anyhow::Context;
use serde_json::Value;
use url::form_urlencoded;

/// Query parameters that the documents do not list, but that Confluence's own links to the next page carry.
const UNDOCUMENTED: [(&str, &str); 2] =
    [("/wiki/rest/api/content/search", "next"), ("/wiki/rest/api/content/search", "start")];

/// The two documents: `confluence-v1.json` and `confluence-v2.json`.
pub struct Specification {
    v1: Value,
    v2: Value,
}

/// An operation of one of the documents.
pub struct Operation<'a> {
    document: &'a Value,
    /// The path template, from `/wiki` on.
    pub path: String,
    operation: &'a Value,
}

impl Specification {
    /// Reads the documents in `directory`.
    pub fn load(directory: &Path) -> anyhow::Result<Self> {
        let read = |name: &str| {
            let path = directory.join(name);
            let text =
                std::fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
            serde_json::from_str(&text).with_context(|| format!("{} is not JSON", path.display()))
        };
        Ok(Self { v1: read("confluence-v1.json")?, v2: read("confluence-v2.json")? })
    }

    /// Why the documents do not allow a request; `path` may begin with `/ex/confluence/{cloudId}`.
    pub fn violation(&self, method: &str, path: &str, query: &str) -> Option<String> {
        let Some(operation) = self.operation(method, path) else {
            return Some(format!("no operation {method} {path}"));
        };
        let mut seen: Vec<String> = Vec::new();
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            if UNDOCUMENTED.contains(&(operation.path.as_str(), &name)) {
                continue;
            }
            let Some(parameter) = operation.parameters().find(|parameter| parameter["name"] == *name) else {
                return Some(format!("{} has no query parameter {name}", operation.path));
            };
            let schema = operation.resolve(&parameter["schema"]);
            let is_list = schema["type"] == "array";
            let item = if is_list { operation.resolve(&schema["items"]) } else { schema };
            let values: Vec<&str> = if is_list { value.split(',').collect() } else { vec![&value] };
            if let Some(problem) = values.iter().find_map(|value| mismatch(item, value)) {
                return Some(format!("{name}={value}: {problem}"));
            }
            let most = schema["maxItems"].as_u64().unwrap_or(u64::MAX);
            let repeated = seen.iter().filter(|known| **known == name).count() + values.len();
            if is_list && repeated as u64 > most {
                return Some(format!("{name} has more than {most} items"));
            }
            if !is_list && seen.contains(&name.clone().into_owned()) {
                return Some(format!("{name} is not a list, but is given twice"));
            }
            seen.extend(values.iter().map(|_| name.clone().into_owned()));
        }
        operation
            .parameters()
            .filter(|parameter| parameter["required"] == true)
            .filter_map(|parameter| parameter["name"].as_str())
            .find(|name| !seen.iter().any(|known| known == name))
            .map(|name| format!("{} needs the query parameter {name}", operation.path))
    }

    /// The operation of a request.
    pub fn operation(&self, method: &str, path: &str) -> Option<Operation<'_>> {
        let path = match path.strip_prefix("/ex/confluence/") {
            Some(rest) => &rest[rest.find('/')?..],
            None => path,
        };
        // The paths of v2 are relative to its server's address; those of v1 are whole.
        let (document, prefix) =
            if path.starts_with("/wiki/api/v2/") { (&self.v2, "/wiki/api/v2") } else { (&self.v1, "") };
        let wanted = &path[prefix.len()..];
        let (template, item) = document["paths"]
            .as_object()?
            .iter()
            .filter(|(template, _)| fits(template, wanted))
            // A fixed segment is closer than a parameter.
            .min_by_key(|(template, _)| template.matches('{').count())?;
        let operation = item.get(method.to_ascii_lowercase())?;
        Some(Operation { document, path: format!("{prefix}{template}"), operation })
    }
}

impl Operation<'_> {
    /// The schema of the answer with this status, with the document's components beside it, as JSON Schema draft 4.
    pub fn response_schema(&self, status: u16) -> Option<Value> {
        let schema =
            &self.operation["responses"][status.to_string()]["content"]["application/json"]["schema"];
        if schema.is_null() {
            return None;
        }
        let mut whole = serde_json::json!({"allOf": [schema], "components": self.document["components"]});
        allow_null(&mut whole);
        Some(whole)
    }

    fn parameters(&self) -> impl Iterator<Item = &Value> {
        self.operation["parameters"]
            .as_array()
            .into_iter()
            .flatten()
            .map(|parameter| self.resolve(parameter))
            .filter(|parameter| parameter["in"] == "query")
    }

    fn resolve<'a>(&'a self, value: &'a Value) -> &'a Value {
        value["$ref"]
            .as_str()
            .and_then(|reference| self.document.pointer(reference.strip_prefix('#')?))
            .unwrap_or(value)
    }
}

/// Whether a path fits a template such as `/pages/{id}/labels`.
fn fits(template: &str, path: &str) -> bool {
    let (mut template, mut path) = (template.split('/'), path.split('/'));
    loop {
        match (template.next(), path.next()) {
            (None, None) => return true,
            (Some(part), Some(segment)) if part == segment => {}
            (Some(part), Some(segment)) if part.starts_with('{') && !segment.is_empty() => {}
            _ => return false,
        }
    }
}

/// Why a value is not of a simple schema.
fn mismatch(schema: &Value, value: &str) -> Option<String> {
    if let Some(allowed) = schema["enum"].as_array() {
        let is_allowed = allowed.iter().any(|allowed| *allowed == value);
        return (!is_allowed).then(|| format!("not one of {schema}", schema = schema["enum"]));
    }
    match schema["type"].as_str() {
        Some("integer") => match value.parse::<i64>() {
            Err(_) => Some("not a whole number".to_owned()),
            Ok(number) if schema["minimum"].as_i64().is_some_and(|least| number < least) => {
                Some("too small".to_owned())
            }
            Ok(number) if schema["maximum"].as_i64().is_some_and(|most| number > most) => {
                Some("too large".to_owned())
            }
            Ok(_) => None,
        },
        Some("boolean") if !matches!(value, "true" | "false") => Some("neither true nor false".to_owned()),
        _ => None,
    }
}

/// OpenAPI 3.0 says `nullable` where JSON Schema lists the type `null`.
fn allow_null(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            if fields.get("nullable") == Some(&Value::Bool(true)) {
                if let Some(Value::String(kind)) = fields.get("type").cloned() {
                    fields.insert("type".to_owned(), serde_json::json!([kind, "null"]));
                }
                if let Some(Value::Array(allowed)) = fields.get_mut("enum") {
                    allowed.push(Value::Null);
                }
            }
            fields.values_mut().for_each(allow_null);
        }
        Value::Array(items) => items.iter_mut().for_each(allow_null),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn templates() {
        assert!(fits("/pages/{id}/labels", "/pages/1/labels"));
        assert!(!fits("/pages/{id}", "/pages/1/labels"));
        assert!(!fits("/pages/{id}", "/pages/"));
        assert!(!fits("/pages", "/spaces"));
    }
}
