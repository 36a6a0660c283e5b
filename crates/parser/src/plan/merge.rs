//! The parts of a document → one [`Config`]: changes, what the state holds besides, configuration.

use std::collections::{BTreeSet, HashSet};
use std::sync::Arc;

use groundplan_findings::{Problem, ProblemKind};
use groundplan_ir::{Action, Address, Census, Completeness, Config, Interest, Resource};

use super::change::Entry;
use super::configuration;
use super::document::Document;
use super::outputs;
use super::state::Held;
use crate::Read;
use crate::input::MAKE_PLAN;
use crate::secrets::Secrets;
use crate::sniff;

/// What it means that `configuration` is missing or cannot be read.
const WITHOUT_CONFIGURATION: &str =
    "without it, references between resources cannot be followed; make the plan again";

/// What is gathered while the parts are put together.
struct Merge<'i> {
    name: &'i str,
    interest: &'i Interest,
    resources: Vec<Resource>,
    read_data: BTreeSet<Box<str>>,
    census: Census,
    secrets: Secrets,
    problems: Vec<Problem>,
}

/// Puts a document together; `problems` are those that were met on the way.
pub(crate) fn merge(
    name: &str,
    document: Document<'_>,
    interest: &Interest,
    problems: Vec<Problem>,
) -> Read {
    let mut merge = Merge {
        name,
        interest,
        resources: Vec::new(),
        read_data: BTreeSet::new(),
        census: Census::default(),
        secrets: Secrets::default(),
        problems,
    };
    if let Err(problem) = merge.version(&document) {
        merge.problems.push(problem);
        return Read { problems: merge.problems, ..Read::default() };
    }
    merge.completeness(&document);
    merge.check_parts(&document);
    let read = |raw| configuration::read(raw, document.variables, interest);
    let (root, providers) = match document.configuration.map(read) {
        None => Default::default(),
        Some(Ok(configuration)) => {
            merge.secrets = configuration.secrets;
            (configuration.root, configuration.providers)
        }
        Some(Err(error)) => {
            merge.configuration_failed(&error);
            Default::default()
        }
    };
    let mut outputs = outputs::planned(document.outputs);
    outputs.extend(outputs::held(document.state.outputs));
    merge.changes(document.changes, document.prior.held);
    merge.state(document.state.held);
    for place in merge.problems.iter_mut().filter_map(|it| it.place.as_mut()) {
        merge.secrets.hide_in_text(place);
    }
    let mut config = Config::new(merge.resources, root);
    config.providers = providers;
    config.read_data = merge.read_data;
    config.outputs = outputs;
    config.census = merge.census;
    // What is missing or was left out may have been the very thing that a rule does not find.
    if merge.problems.iter().any(|it| it.kind != ProblemKind::Remark) {
        config.completeness = Completeness::Partial;
    }
    Read { config: Some(config), problems: merge.problems, ..Read::default() }
}

impl Merge<'_> {
    fn problem(&self, kind: ProblemKind, place: &str, message: String, help: &str) -> Problem {
        let place = (!place.is_empty()).then(|| place.to_owned());
        let (input, help) = (self.name.to_owned(), help.to_owned());
        Problem { kind, input, place, at: None, message, help }
    }

    /// Terraform promises that a new minor version only adds; a new major one may mean anything.
    fn version(&self, document: &Document<'_>) -> Result<(), Problem> {
        let unreadable =
            |message, help: &str| Err(self.problem(ProblemKind::Unreadable, "", message, help));
        let Some(version) = &document.format_version else {
            let keys: Vec<&str> = document.keys.iter().map(String::as_str).collect();
            let wrong = sniff::by_keys(&keys);
            return unreadable(wrong.message, &wrong.help);
        };
        let major = version.split('.').next().and_then(|major| major.parse::<u32>().ok());
        match major {
            Some(0 | 1) => (),
            Some(_) => {
                return unreadable(
                    format!("format version {version:?} is newer than this groundplan knows (1.x)"),
                    "update groundplan",
                );
            }
            None => {
                return unreadable(format!("format version {version:?} is no version"), MAKE_PLAN);
            }
        }
        let has = |name| document.keys.iter().any(|key| key == name);
        if !has("planned_values") && !has("resource_changes") && !has("values") {
            return unreadable(
                "this holds neither a plan nor a state: `terraform show -json` was run without a \
                 plan file where there is no state"
                    .to_owned(),
                MAKE_PLAN,
            );
        }
        Ok(())
    }

    fn completeness(&mut self, document: &Document<'_>) {
        let reason = if document.errored == Some(true) {
            "the plan ended in an error, so it holds only a part of the configuration"
        } else if document.has_deferred_changes {
            "the plan defers some changes to a later run"
        } else if document.complete == Some(false) {
            "the plan is not complete: it was made with `-target`, or changes are left for a later run"
        } else {
            return;
        };
        let help = "rules that look for something missing answer `undetermined`; \
                    plan the whole configuration to get their answers";
        let problem = self.problem(ProblemKind::Incomplete, "", reason.to_owned(), help);
        self.problems.push(problem);
    }

    /// A part that every plan has and this one lacks was taken out by somebody.
    fn check_parts(&mut self, document: &Document<'_>) {
        let mut missing = |place, message: &str, help| {
            let kind = ProblemKind::Incomplete;
            let problem = self.problem(kind, place, message.to_owned(), help);
            self.problems.push(problem);
        };
        // Data sources that were read stand in `prior_state` and are not planned; everything else
        // that is planned is in `resource_changes`, or in `prior_state` when nothing changes at all.
        let planned = document.planned_values.is_some_and(|raw| raw.get().contains("\"address\""));
        let told = !document.changes.is_empty() || document.prior.held.iter().any(|it| !it.is_data);
        if planned && !told {
            missing(
                "planned_values",
                "there are planned values but no `resource_changes`, which alone tell what is \
                 unknown",
                MAKE_PLAN,
            );
        }
        let is_plan =
            document.planned_values.is_some() || !document.keys.iter().any(|it| it == "values");
        if document.configuration.is_none() && is_plan {
            missing(
                "configuration",
                "this part is missing, so somebody took it out",
                WITHOUT_CONFIGURATION,
            );
        }
    }

    fn configuration_failed(&mut self, error: &serde_json::Error) {
        let fatal = sniff::is_fatal(error);
        let kind = if fatal { ProblemKind::Unreadable } else { ProblemKind::Malformed };
        let words = sniff::error_words(error);
        let problem = self.problem(kind, "configuration", words, WITHOUT_CONFIGURATION);
        self.problems.push(problem);
    }

    /// The changes, then what the state holds and no change speaks of: data sources that were read
    /// during planning, and everything when the plan has no changes at all.
    fn changes(&mut self, changes: Vec<Entry<'_>>, prior: Vec<Held<'_>>) {
        let mut seen: HashSet<Box<str>> = HashSet::new();
        for entry in changes {
            if !prior.is_empty() {
                seen.insert((&*entry.address).into());
                seen.extend(entry.previous_address.as_deref().map(Box::from));
            }
            self.entry(entry);
        }
        for held in prior {
            if !seen.contains(&*held.address) {
                self.held(held);
            }
        }
    }

    fn entry(&mut self, entry: Entry<'_>) {
        self.count(&entry.kind);
        let Some(body) = entry.body else { return };
        let Some(address) = self.address(&entry.address) else { return };
        let previous = entry.previous_address.and_then(|text| Address::parse(&text).ok());
        let previous_address = previous.map(|mut address| {
            self.secrets.hide_in_address(&mut address);
            Arc::new(address)
        });
        self.resources.push(Resource {
            address,
            previous_address,
            action: body.action,
            deposed: entry.deposed,
            planned: body.planned,
            prior: body.prior,
        });
    }

    fn state(&mut self, state: Vec<Held<'_>>) {
        for held in state {
            self.held(held);
        }
    }

    /// An instance of a state, which stays as it is.
    fn held(&mut self, held: Held<'_>) {
        self.count(&held.kind);
        if held.is_data && held.values.is_none() {
            self.data_was_read(&held.address);
        }
        let Some(values) = held.values else { return };
        let Some(address) = self.address(&held.address) else { return };
        self.resources.push(Resource {
            address,
            previous_address: None,
            action: Action::NoOp,
            deposed: held.deposed,
            planned: Some(values.clone()),
            prior: Some(values),
        });
    }

    fn data_was_read(&mut self, address: &str) {
        let Ok(address) = Address::parse(address) else { return };
        self.read_data.insert(address.module.block_name(&address.block()).into());
    }

    fn address(&mut self, text: &str) -> Option<Arc<Address>> {
        if let Ok(mut address) = Address::parse(text) {
            self.secrets.hide_in_address(&mut address);
            return Some(Arc::new(address));
        }
        let problem = self.problem(
            ProblemKind::Malformed,
            text,
            "this is no Terraform address".to_owned(),
            "this resource was left out of the analysis",
        );
        self.problems.push(problem);
        None
    }

    fn count(&mut self, kind: &str) {
        let list = if self.interest.is_modelled(kind) {
            &mut self.census.modelled
        } else if self.interest.is_network(kind) {
            &mut self.census.not_modelled
        } else {
            self.census.other += 1;
            return;
        };
        match list.get_mut(kind) {
            Some(count) => *count += 1,
            None => {
                list.insert(kind.into(), 1);
            }
        }
    }
}
