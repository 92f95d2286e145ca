//! `spin.toml`: the part of Spin's manifest version 2 that this application uses, and nothing else.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};
use serde::Deserialize;
use serde::de::IgnoredAny;

/// The whole manifest, in the order of its keys.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Manifest {
    spin_manifest_version: i64,
    #[expect(dead_code, reason = "checked for shape; nothing at run time depends on it")]
    application: Application,
    #[serde(default)]
    pub(crate) variables: BTreeMap<String, Variable>,
    #[serde(default)]
    pub(crate) trigger: Triggers,
    #[serde(default)]
    pub(crate) component: BTreeMap<String, Component>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "checked for shape; nothing at run time depends on it")]
struct Application {
    name: String,
    version: Option<String>,
    description: Option<String>,
    #[serde(default)]
    authors: Vec<String>,
    tool: Option<IgnoredAny>,
}

/// An application variable, as `[variables]` declares it.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Variable {
    #[expect(dead_code, reason = "for people and for other tools")]
    pub(crate) description: Option<String>,
    #[serde(default)]
    pub(crate) required: bool,
    pub(crate) default: Option<String>,
    #[serde(default)]
    #[expect(dead_code, reason = "this host prints no variable's value, secret or not")]
    pub(crate) secret: bool,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Triggers {
    #[serde(default)]
    pub(crate) http: Vec<HttpTrigger>,
    #[serde(default)]
    pub(crate) cron: Vec<CronTrigger>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct HttpTrigger {
    #[expect(dead_code, reason = "Spin allows a name; routes are told apart by their paths")]
    id: Option<String>,
    pub(crate) route: RouteSpec,
    pub(crate) component: String,
}

/// Where a component answers: at a path, or to other components alone.
#[derive(Debug, PartialEq, Eq, Deserialize)]
#[serde(untagged)]
pub(crate) enum RouteSpec {
    Path(String),
    Private { private: bool },
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct CronTrigger {
    #[expect(dead_code, reason = "Spin allows a name")]
    id: Option<String>,
    pub(crate) component: String,
    pub(crate) cron_expression: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Component {
    /// Path of the Wasm file, relative to the manifest.
    pub(crate) source: PathBuf,
    #[expect(dead_code, reason = "for people")]
    description: Option<String>,
    #[serde(default)]
    pub(crate) allowed_outbound_hosts: Vec<String>,
    #[serde(default)]
    pub(crate) key_value_stores: BTreeSet<String>,
    #[serde(default)]
    pub(crate) sqlite_databases: BTreeSet<String>,
    #[serde(default)]
    pub(crate) variables: BTreeMap<String, String>,
    #[serde(default)]
    pub(crate) environment: BTreeMap<String, String>,
    #[serde(default)]
    pub(crate) dependencies: BTreeMap<String, Dependency>,
    pub(crate) build: Option<Build>,
    #[expect(dead_code, reason = "Spin ignores it too")]
    tool: Option<IgnoredAny>,
}

/// Another component of the application that fulfils an import of this one.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Dependency {
    pub(crate) component: String,
    /// The export to use where its name differs from the import's.
    pub(crate) export: Option<String>,
}

/// How `spin build` builds the component; read here only to say what to run when its file is missing.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Build {
    command: Commands,
    #[expect(dead_code, reason = "only `spin build` uses it")]
    workdir: Option<String>,
    #[expect(dead_code, reason = "only `spin watch` uses it")]
    watch: Option<Vec<String>>,
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Commands {
    One(String),
    Several(Vec<String>),
}

impl Build {
    pub(crate) fn command(&self) -> String {
        match &self.command {
            Commands::One(command) => command.clone(),
            Commands::Several(commands) => commands.join(" && "),
        }
    }
}

impl Manifest {
    pub(crate) fn load(path: &Path) -> Result<Self> {
        let text = std::fs::read_to_string(path).with_context(|| {
            format!("cannot read the manifest {}; name it with -f path/to/spin.toml", path.display())
        })?;
        Self::parse(&text).with_context(|| format!("in {}", path.display()))
    }

    fn parse(text: &str) -> Result<Self> {
        let manifest: Self = toml::from_str(text).context(
            "not a manifest that this host runs (it knows only what this application uses; see host/README.md)",
        )?;
        ensure!(
            manifest.spin_manifest_version == 2,
            "spin_manifest_version is {}, but only version 2 is supported",
            manifest.spin_manifest_version
        );
        manifest.check_references()?;
        Ok(manifest)
    }

    fn check_references(&self) -> Result<()> {
        let http = self.trigger.http.iter().map(|trigger| ("http", &trigger.component));
        let cron = self.trigger.cron.iter().map(|trigger| ("cron", &trigger.component));
        for (kind, component) in http.chain(cron) {
            ensure!(
                self.component.contains_key(component),
                "a [[trigger.{kind}]] names component `{component}`, but there is no [component.{component}]"
            );
        }
        for (id, component) in &self.component {
            self.check_component(id, component).with_context(|| format!("[component.{id}]"))?;
        }
        Ok(())
    }

    fn check_component(&self, id: &str, component: &Component) -> Result<()> {
        // Spin maps other labels to stores in a runtime configuration file, which this application does without.
        for (key, labels) in [
            ("key_value_stores", &component.key_value_stores),
            ("sqlite_databases", &component.sqlite_databases),
        ] {
            if let Some(label) = labels.iter().find(|label| *label != "default") {
                bail!("{key} names {label:?}, but this host offers only \"default\"");
            }
        }
        for (import, dependency) in &component.dependencies {
            let Some(target) = self.component.get(&dependency.component) else {
                bail!(
                    "dependency {import:?} names component `{}`, which the manifest does not define",
                    dependency.component
                );
            };
            ensure!(dependency.component != id, "dependency {import:?} is the component itself");
            ensure!(
                target.has_no_configuration(),
                "dependency {import:?} is component `{}`, which carries configuration of its own; a dependency inherits and holds nothing",
                dependency.component
            );
        }
        Ok(())
    }
}

impl Component {
    fn has_no_configuration(&self) -> bool {
        self.allowed_outbound_hosts.is_empty()
            && self.key_value_stores.is_empty()
            && self.sqlite_databases.is_empty()
            && self.variables.is_empty()
            && self.environment.is_empty()
            && self.dependencies.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MANIFEST: &str = r#"
        spin_manifest_version = 2

        [application]
        name = "siit-confluence"
        version = "0.1.0"
        authors = ["Siit"]

        [variables]
        client_secret = { required = true, secret = true }
        api_url = { default = "https://api.atlassian.com" }

        [[trigger.http]]
        route = "/sync/..."
        component = "scheduled-sync"

        [[trigger.cron]]
        component = "scheduled-sync"
        cron_expression = "0 * * * * *"

        [component.scheduled-sync]
        source = "target/wasm32-wasip2/release/scheduled_sync.wasm"
        allowed_outbound_hosts = ["{{ api_url }}"]
        key_value_stores = ["default"]
        sqlite_databases = ["default"]
        variables = { client_secret = "{{ client_secret }}" }
        [component.scheduled-sync.dependencies]
        "siit:knowledge/converter" = { component = "convert" }
        [component.scheduled-sync.build]
        command = "cargo build"

        [component.convert]
        source = "target/wasm32-wasip2/release/convert.wasm"
    "#;

    #[test]
    fn the_keys_of_this_application_are_read() {
        let manifest = Manifest::parse(MANIFEST).unwrap();
        assert_eq!(manifest.trigger.http[0].route, RouteSpec::Path("/sync/...".to_owned()));
        assert_eq!(manifest.trigger.cron[0].cron_expression, "0 * * * * *");
        let sync = &manifest.component["scheduled-sync"];
        assert_eq!(sync.dependencies["siit:knowledge/converter"].component, "convert");
        assert_eq!(sync.build.as_ref().unwrap().command(), "cargo build");
        assert!(manifest.variables["client_secret"].required);
    }

    #[test]
    fn a_component_can_be_for_the_others_alone() {
        let private = MANIFEST.replace("route = \"/sync/...\"", "route = { private = true }");
        let manifest = Manifest::parse(&private).unwrap();
        assert_eq!(manifest.trigger.http[0].route, RouteSpec::Private { private: true });
    }

    #[test]
    fn mistakes_are_named() {
        let cases = [
            ("spin_manifest_version = 2", "spin_manifest_version = 1", "only version 2"),
            ("[component.convert]", "[component.convertt]", "`convert`"),
            (
                "component = \"scheduled-sync\"\n        cron",
                "component = \"nobody\"\n        cron",
                "`nobody`",
            ),
            ("key_value_stores = [\"default\"]", "files = [\"x\"]", "unknown field `files`"),
            ("sqlite_databases = [\"default\"]", "sqlite_databases = [\"other\"]", "only \"default\""),
            ("[[trigger.cron]]", "[[trigger.redis]]", "unknown field `redis`"),
            ("convert.wasm\"", "convert.wasm\"\nsqlite_databases = [\"default\"]", "holds nothing"),
        ];
        for (from, to, expected) in cases {
            assert!(MANIFEST.contains(from), "{from}");
            let error = Manifest::parse(&MANIFEST.replacen(from, to, 1)).unwrap_err();
            let message = format!("{error:#}");
            assert!(message.contains(expected), "{to}: {message}");
        }
    }
}
