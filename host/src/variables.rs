//! Application variables: their values, and the `{{ templates }}` in the manifest that use them.

use std::collections::BTreeMap;
use std::collections::HashMap;

use anyhow::{Context, Result, bail, ensure};

use crate::bindings::fermyon::spin::variables::{Error, Host};
use crate::instance::InstanceState;
use crate::manifest::Variable;

/// Every application variable with its value.
#[derive(Default)]
pub(crate) struct Variables(BTreeMap<String, String>);

impl Variables {
    /// Gives each declared variable its value: from the command line, else `SPIN_VARIABLE_<NAME>`, else its default.
    pub(crate) fn resolve(
        declared: &BTreeMap<String, Variable>,
        arguments: &[(String, String)],
        environment: impl Fn(&str) -> Option<String>,
    ) -> Result<Self> {
        for (name, _) in arguments {
            ensure!(
                declared.contains_key(name),
                "--variable {name}: the manifest declares no such variable; it declares {}",
                listed(declared.keys())
            );
        }
        let mut values = BTreeMap::new();
        let mut missing = Vec::new();
        for (name, variable) in declared {
            validate_name(name).map_err(|reason| anyhow::anyhow!("invalid variable name {reason}"))?;
            ensure!(
                variable.required != variable.default.is_some(),
                "variable `{name}` must have either `required = true` or a `default`"
            );
            let given = arguments.iter().rev().find(|(key, _)| key == name).map(|(_, value)| value.clone());
            match given.or_else(|| environment(&environment_name(name))).or_else(|| variable.default.clone())
            {
                Some(value) => _ = values.insert(name.clone(), value),
                None => missing.push(name.as_str()),
            }
        }
        if let [first, ..] = missing[..] {
            bail!(
                "no value for the required variable{} {}; pass --variable {first}=… or set {}=…",
                if missing.len() == 1 { "" } else { "s" },
                listed(missing.iter()),
                environment_name(first)
            );
        }
        Ok(Self(values))
    }

    /// Replaces each `{{ name }}` in the text by the variable's value.
    pub(crate) fn expand(&self, template: &str) -> Result<String> {
        let mut expanded = String::with_capacity(template.len());
        let mut rest = template;
        while let Some((literal, after)) = rest.split_once("{{") {
            let (name, after) = after.split_once("}}").context("unmatched '{{' in template")?;
            let name = name.trim();
            let value = self.0.get(name).with_context(|| {
                format!("unknown variable `{name}`; declare it in the manifest under [variables]")
            })?;
            expanded.push_str(literal);
            expanded.push_str(value);
            rest = after;
        }
        expanded.push_str(rest);
        Ok(expanded)
    }
}

/// The variables that one component may read, already expanded.
#[derive(Default)]
pub(crate) struct ComponentVariables {
    component: String,
    values: HashMap<String, String>,
}

impl ComponentVariables {
    pub(crate) fn expand(
        component: &str,
        templates: &BTreeMap<String, String>,
        variables: &Variables,
    ) -> Result<Self> {
        let mut values = HashMap::new();
        for (name, template) in templates {
            validate_name(name).map_err(|reason| anyhow::anyhow!("invalid variable name {reason}"))?;
            let value = variables.expand(template).with_context(|| format!("variable `{name}`"))?;
            values.insert(name.clone(), value);
        }
        Ok(Self { component: component.to_owned(), values })
    }

    fn get(&self, name: &str) -> Result<String, Error> {
        validate_name(name).map_err(Error::InvalidName)?;
        if self.values.is_empty() {
            return Err(Error::Undefined(format!("no variable for component {:?}", self.component)));
        }
        self.values
            .get(name)
            .cloned()
            .ok_or_else(|| Error::Undefined(format!("no variable for {:?}.{name:?}", self.component)))
    }
}

impl Host for InstanceState {
    async fn get(&mut self, name: String) -> wasmtime::Result<Result<String, Error>> {
        Ok(self.component.variables.get(&name))
    }
}

/// Spin's rule for the name of a variable, with Spin's words for what is wrong.
fn validate_name(name: &str) -> Result<(), String> {
    let reason = if name.is_empty() {
        "must not be empty".to_owned()
    } else if let Some(invalid) =
        name.chars().find(|c| !(c.is_ascii_lowercase() || c.is_ascii_digit() || *c == '_'))
    {
        format!(
            "invalid character {invalid:?}. Variable names may contain only lower-case letters, numbers, and underscores."
        )
    } else if !name.starts_with(|c: char| c.is_ascii_lowercase()) {
        "must start with a lowercase ASCII letter".to_owned()
    } else if name.ends_with('_') {
        "must end with a lowercase ASCII letter or digit".to_owned()
    } else if name.contains("__") {
        "must not contain multiple consecutive underscores".to_owned()
    } else {
        return Ok(());
    };
    Err(format!("{name:?}: {reason}"))
}

fn environment_name(name: &str) -> String {
    format!("SPIN_VARIABLE_{}", name.to_ascii_uppercase())
}

fn listed(names: impl Iterator<Item = impl AsRef<str>>) -> String {
    let names: Vec<_> = names.map(|name| format!("`{}`", name.as_ref())).collect();
    if names.is_empty() { "none".to_owned() } else { names.join(", ") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn declared() -> BTreeMap<String, Variable> {
        let secret = Variable { required: true, secret: true, ..Variable::default() };
        let site = Variable { default: Some("https://example.com".into()), ..Variable::default() };
        BTreeMap::from([("client_secret".into(), secret), ("site_url".into(), site)])
    }

    #[test]
    fn the_command_line_beats_the_environment_which_beats_the_default() {
        let environment = |name: &str| match name {
            "SPIN_VARIABLE_CLIENT_SECRET" => Some("from environment".to_owned()),
            _ => None,
        };
        let resolved = Variables::resolve(&declared(), &[], environment).unwrap();
        assert_eq!(
            resolved.expand("{{ client_secret }} at {{site_url}}/x").unwrap(),
            "from environment at https://example.com/x"
        );

        let arguments = [("client_secret".to_owned(), "from the command line".to_owned())];
        let resolved = Variables::resolve(&declared(), &arguments, environment).unwrap();
        assert_eq!(resolved.expand("{{ client_secret }}").unwrap(), "from the command line");
    }

    #[test]
    fn a_missing_required_variable_is_named_with_the_cure() {
        let error = Variables::resolve(&declared(), &[], |_| None).err().unwrap().to_string();
        assert!(error.contains("`client_secret`"), "{error}");
        assert!(error.contains("SPIN_VARIABLE_CLIENT_SECRET"), "{error}");
    }

    #[test]
    fn a_misspelt_variable_on_the_command_line_is_refused() {
        let error = Variables::resolve(&declared(), &[("site_ulr".into(), "x".into())], |_| None);
        assert!(error.err().unwrap().to_string().contains("site_ulr"));
    }

    #[test]
    fn templates_name_what_is_wrong() {
        let variables = Variables::default();
        assert!(variables.expand("{{ nope }}").unwrap_err().to_string().contains("`nope`"));
        assert!(variables.expand("{{ nope").unwrap_err().to_string().contains("unmatched"));
        assert_eq!(variables.expand("plain } text").unwrap(), "plain } text");
    }

    #[test]
    fn a_guest_sees_the_error_texts_of_spin() {
        let variables = Variables(BTreeMap::from([("a".into(), "1".into())]));
        let templates = BTreeMap::from([("b".into(), "{{ a }}2".into())]);
        let component = ComponentVariables::expand("portal", &templates, &variables).unwrap();
        assert_eq!(component.get("b").unwrap(), "12");
        let Err(Error::Undefined(message)) = component.get("c") else { panic!("expected undefined") };
        assert_eq!(message, r#"no variable for "portal"."c""#);
        assert!(matches!(component.get("B"), Err(Error::InvalidName(_))));
    }

    #[test]
    fn names_follow_the_rule_of_spin() {
        for name in ["a", "abc", "a1b2c3", "a_1", "a_1_b_3"] {
            assert_eq!(validate_name(name), Ok(()), "{name}");
        }
        for name in ["", "aX", "1bc", "_x", "x.y", "x_", "a__b", "x-y"] {
            assert!(validate_name(name).is_err(), "{name}");
        }
    }
}
