//! Which stack's state a `terraform_remote_state` reads.
//!
//! Two backends are the same place when what identifies a state in them is the same ("Backend
//! Configuration", one page for each type). Credentials, regions and roles do not identify anything, and
//! what is only given to `terraform init` is not known here, so that nothing is joined by it.

use std::collections::BTreeMap;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use groundplan_ir::{Address, Attributes, Config, Location, Mode, Value};
use groundplan_parser::StateStore;
use groundplan_settings::{ReadState, RemoteStates, Told};

/// A `terraform_remote_state` instance and what it reads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Reader {
    /// Its address in its own stack.
    pub(crate) address: Arc<Address>,
    /// The backend's type.
    kind: Option<Box<str>>,
    /// The backend's arguments, nested ones with dotted names.
    arguments: BTreeMap<Box<str>, Box<str>>,
    /// `workspace`, or `default`.
    workspace: Option<Box<str>>,
}

/// An argument, with what stands for it when it is not written.
type Named = (&'static str, Option<&'static str>);

/// By type of backend: what identifies a state.
const IDENTITY: &[(&str, &[Named])] = &[
    ("s3", &[("bucket", None), ("key", None), ("workspace_key_prefix", Some("env:"))]),
    ("gcs", &[("bucket", None), ("prefix", Some(""))]),
    ("azurerm", &[("storage_account_name", None), ("container_name", None), ("key", None)]),
    ("remote", &[("organization", None), ("workspaces.name", None)]),
    ("http", &[("address", None)]),
    ("consul", &[("path", None), ("address", Some(""))]),
    ("kubernetes", &[("secret_suffix", None), ("namespace", Some(""))]),
    ("cos", &[("bucket", None), ("prefix", Some("")), ("key", Some("terraform.tfstate"))]),
    ("oss", &[("bucket", None), ("prefix", Some("env:")), ("key", Some("terraform.tfstate"))]),
    ("oci", &[("bucket", None), ("namespace", None), ("key", None)]),
];

/// All that a stack reads.
pub(crate) fn readers(config: &Config) -> Vec<Reader> {
    let is_one = |address: &Address| {
        address.mode == Mode::Data && &*address.kind == "terraform_remote_state"
    };
    let all = config.resources().iter().filter(|it| is_one(&it.address));
    all.filter_map(|it| Some(reader(&it.address, it.planned.as_ref()?))).collect()
}

fn reader(address: &Arc<Address>, planned: &Attributes) -> Reader {
    let text = |name: &str| planned.get(name).and_then(Value::as_text).map(Box::from);
    let mut arguments = BTreeMap::new();
    if let Some(config) = planned.get("config") {
        texts(config, "", 0, &mut arguments);
    }
    let workspace = match planned.get("workspace").and_then(Value::unknown) {
        None => Some(text("workspace").unwrap_or_else(|| "default".into())),
        // What is not written looks as if only AWS knew it.
        Some(_) if is_own(planned.get("workspace"), address) => Some("default".into()),
        Some(_) => None,
    };
    Reader { address: Arc::clone(address), kind: text("backend"), arguments, workspace }
}

/// Whether a value is the instance's own attribute, which nobody wrote.
fn is_own(value: Option<&Value>, address: &Arc<Address>) -> bool {
    matches!(value, Some(Value::Referred(it)) if it.sources.iter().any(|it| it.address == *address))
}

/// The text in an object, at most two levels deep.
fn texts(value: &Value, before: &str, depth: usize, out: &mut BTreeMap<Box<str>, Box<str>>) {
    match value {
        Value::Object(members) if depth < 4 => {
            for (name, member) in members {
                let path =
                    if before.is_empty() { name.to_string() } else { format!("{before}.{name}") };
                texts(member, &path, depth + 1, out);
            }
        }
        Value::List(items) if items.len() == 1 && depth < 4 => {
            for it in items {
                texts(it, before, depth + 1, out);
            }
        }
        Value::Text(text) => {
            out.insert(before.into(), text.clone());
        }
        Value::Object(_)
        | Value::List(_)
        | Value::Null
        | Value::Bool(_)
        | Value::Number(_)
        | Value::Unknown(_)
        | Value::Referred(_) => (),
    }
}

impl Reader {
    /// What groundplan.toml says that it reads; `Err` where it does not agree with itself.
    pub(crate) fn told(
        &self,
        known: &RemoteStates,
        stack: Option<&str>,
    ) -> Result<Option<String>, Location> {
        if known.is_empty() {
            return Ok(None);
        }
        let config =
            self.arguments.iter().map(|(name, it)| (name.to_string(), it.to_string())).collect();
        let told = known.stack_of(&ReadState {
            stack,
            address: &self.address.to_string(),
            backend: self.kind.as_deref(),
            config: &config,
            workspace: self.workspace.as_deref(),
        });
        match told {
            Told::Nothing => Ok(None),
            Told::Stack { name, .. } => Ok(Some(name)),
            Told::Several(lines) => Err(lines.first().map(|(_, at)| *at).unwrap_or_default()),
        }
    }

    /// Whether the state in `store` is the one that this reads. `own` is the store of the stack that
    /// this stands in, since paths are relative to its directory.
    pub(crate) fn reads(&self, own: Option<&StateStore>, store: &StateStore) -> bool {
        let Some(kind) = &self.kind else { return false };
        let workspace = self.workspace.as_deref();
        if &**kind == "local" {
            let base = own.map(|it| &*it.directory);
            return base.and_then(|it| self.file(it)).is_some_and(|it| Some(it) == file(store));
        }
        let (Some(backend), Some(workspace)) = (&store.backend, workspace) else { return false };
        if *workspace != *store.workspace || backend.kind != *kind {
            return false;
        }
        let Some((_, names)) = IDENTITY.iter().find(|(it, _)| *it == &**kind) else { return false };
        names.iter().all(|(name, default)| {
            let one = self.arguments.get(*name).map(|it| &**it).or(*default);
            let two = backend.arguments.get(*name).map(|it| &**it).or(*default);
            one.is_some() && one == two
        })
    }

    /// The state file that a `local` backend names.
    fn file(&self, base: &Path) -> Option<PathBuf> {
        let path = self.arguments.get("path").map_or("terraform.tfstate", |it| it);
        match self.workspace.as_deref()? {
            "default" => Some(plain(&base.join(path))),
            workspace => {
                let folder = self.arguments.get("workspace_dir");
                let folder = folder.map_or("terraform.tfstate.d", |it| it);
                Some(plain(&base.join(folder).join(workspace).join("terraform.tfstate")))
            }
        }
    }
}

/// The state file of a root module with a `local` backend, which it has when it names none.
fn file(store: &StateStore) -> Option<PathBuf> {
    let none = groundplan_parser::Backend::default();
    let backend = store.backend.as_ref().unwrap_or(&none);
    if !backend.kind.is_empty() && &*backend.kind != "local" {
        return None;
    }
    let argument = |name: &str| backend.arguments.get(name).map(|it| &**it);
    let path = if &*store.workspace == "default" {
        store.directory.join(argument("path").unwrap_or("terraform.tfstate"))
    } else {
        let folder = argument("workspace_dir").unwrap_or("terraform.tfstate.d");
        store.directory.join(folder).join(&*store.workspace).join("terraform.tfstate")
    };
    Some(plain(&path))
}

/// An absolute path without `.` and `..`; the file itself need not be there.
fn plain(path: &Path) -> PathBuf {
    let absolute = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let mut out = PathBuf::new();
    for part in absolute.components() {
        match part {
            Component::ParentDir => {
                out.pop();
            }
            Component::CurDir => (),
            Component::Normal(_) | Component::RootDir | Component::Prefix(_) => out.push(part),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use groundplan_parser::Backend;

    fn arguments(all: &[(&str, &str)]) -> BTreeMap<Box<str>, Box<str>> {
        all.iter().map(|(name, text)| ((*name).into(), (*text).into())).collect()
    }

    fn reading(kind: &str, workspace: &str, all: &[(&str, &str)]) -> Reader {
        Reader {
            address: Arc::new(Address::parse("data.terraform_remote_state.a").unwrap()),
            kind: Some(kind.into()),
            arguments: arguments(all),
            workspace: Some(workspace.into()),
        }
    }

    fn store(directory: &str, kind: &str, all: &[(&str, &str)]) -> StateStore {
        let backend = Backend { kind: kind.into(), arguments: arguments(all) };
        let directory = directory.into();
        StateStore { directory, workspace: "default".into(), backend: Some(backend) }
    }

    #[test]
    fn states_in_a_bucket_are_told_by_bucket_key_and_workspace() {
        let network =
            store("/x", "s3", &[("bucket", "b"), ("key", "net"), ("region", "eu-west-1")]);
        let s3 = |all| reading("s3", "default", all);
        assert!(s3(&[("bucket", "b"), ("key", "net")]).reads(None, &network));
        assert!(!s3(&[("bucket", "b"), ("key", "app")]).reads(None, &network));
        assert!(!s3(&[("bucket", "b")]).reads(None, &network));
        assert!(!reading("s3", "prod", &[("bucket", "b"), ("key", "net")]).reads(None, &network));
        assert!(!reading("gcs", "default", &[("bucket", "b")]).reads(None, &network));
        let partial = store("/x", "s3", &[("bucket", "b")]);
        assert!(!s3(&[("bucket", "b"), ("key", "net")]).reads(None, &partial));
        assert!(!s3(&[("bucket", "b")]).reads(None, &partial));
    }

    #[test]
    fn local_states_are_told_by_their_file() {
        let network = StateStore {
            directory: "/x/network".into(),
            workspace: "default".into(),
            backend: None,
        };
        let app = StateStore { directory: "/x/app".into(), ..network.clone() };
        let local = reading("local", "default", &[("path", "../network/./terraform.tfstate")]);
        assert!(local.reads(Some(&app), &network));
        assert!(!local.reads(Some(&app), &app));
        assert!(!local.reads(None, &network));
        let kept = store("/x/network", "local", &[("path", "state/a.tfstate")]);
        assert!(!local.reads(Some(&app), &kept));
        let named = reading("local", "default", &[("path", "../network/state/a.tfstate")]);
        assert!(named.reads(Some(&app), &kept));
        let prod = StateStore { workspace: "prod".into(), ..network };
        assert!(!local.reads(Some(&app), &prod));
    }
}
