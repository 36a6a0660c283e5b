//! A plan and the source that it was made from, as one: the plan says what, the source says where, and
//! where the plan does not tell what a value comes from, the source does. What the plan knows always wins.

mod agreement;
mod facts;
mod values;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use groundplan_findings::{Problem, ProblemKind};
use groundplan_ir::{Address, Config, Interest, ModuleConfig};
use groundplan_modules::Weight;

use crate::Read;
use crate::hcl::{self, HclSettings};
use agreement::Agreement;

/// Where the source of a plan is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Source {
    /// Wherever the plan lies: the nearest directory above it that holds Terraform files.
    #[default]
    Found,
    /// Here.
    At(PathBuf),
    /// It is not looked at.
    Off,
}

impl Source {
    /// The directory for a plan in this file; none when there is none.
    pub(crate) fn directory(&self, plan: Option<&Path>) -> Option<PathBuf> {
        match self {
            Self::At(directory) => Some(directory.clone()),
            Self::Off => None,
            Self::Found => found(plan?),
        }
    }
}

/// The nearest directory above a file that holds Terraform files, within its repository.
fn found(plan: &Path) -> Option<PathBuf> {
    let own = match plan.parent() {
        Some(parent) if parent.as_os_str().is_empty() => Path::new("."),
        Some(parent) => parent,
        None => return None,
    };
    if groundplan_modules::is_configuration(own) {
        return Some(own.to_owned());
    }
    // Only what lies in a repository has something above it that belongs to it.
    let real = own.canonicalize().ok()?;
    let repository = groundplan_modules::repository(&real)?;
    let steps = real.ancestors().take_while(|it| it.starts_with(&repository)).count();
    let mut directory = own.to_owned();
    for _ in 1..steps {
        directory.push("..");
        if groundplan_modules::is_configuration(&directory) {
            return Some(directory);
        }
    }
    None
}

/// Puts the source in `directory` behind a plan that was read. `variables` is the plan's section of that
/// name.
pub(crate) fn join(
    read: &mut Read,
    variables: Option<&str>,
    directory: &Path,
    settings: &HclSettings,
    interest: &Interest,
) {
    let name = directory.display().to_string();
    let remark = |place: Option<String>, message: String, help: &str| Problem {
        kind: ProblemKind::Remark,
        input: name.clone(),
        place,
        at: None,
        message,
        help: help.to_owned(),
    };
    // A state has no configuration that could be found again in the text.
    let has_blocks = |it: &&mut Config| !it.root.blocks.is_empty() || !it.root.calls.is_empty();
    let Some(plan) = read.config.as_mut().filter(has_blocks) else {
        read.state = Some(hcl::state_store(directory, settings));
        return;
    };
    let mut settings = HclSettings { outputs: false, ..settings.clone() };
    settings.settings.planned = Some(Arc::new(facts::of(plan, variables)));
    let hcl::Configured { config: source, diagnostics, state, .. } =
        hcl::config_of(directory, &settings, interest);
    read.state = Some(state);
    let error = diagnostics.iter().find(|it| it.weight == Weight::Error);
    if let Some(error) = error {
        let message =
            format!("the source of the plan cannot be evaluated in full: {}", error.message);
        let help = "no reference is followed through it; --source names another directory, --no-source none";
        read.problems.push(remark(None, message, help));
    }
    let is_whole = diagnostics.iter().all(|it| it.weight == Weight::Remark);
    let agreement = Agreement::of(plan, &source, interest, is_whole);
    if let Some((place, what)) = &agreement.first {
        let message = format!("the plan was not made from this source: {what}");
        let help = "blocks that differ are shown without their lines, and no reference is followed through \
                    the source; make the plan again, or name its source with --source";
        read.problems.push(remark(Some(place.clone()), message, help));
    }
    let mut ordered = values::Ordered::default();
    if agreement.first.is_none() && error.is_none() {
        let known: BTreeSet<Arc<Address>> =
            plan.resources().iter().map(|it| Arc::clone(&it.address)).collect();
        plan.map_planned(&mut |address, attributes| {
            values::fill(address, attributes, &source, &known, &mut ordered);
        });
        locals(&mut plan.root, &source.root);
        providers(plan, &source);
    }
    places(&mut plan.root, &source.root, "", &agreement, &ordered);
    plan.sources = source.sources;
}

/// Where provider configurations work, which a plan tells only of constants.
fn providers(plan: &mut Config, source: &Config) {
    for (key, own) in &mut plan.providers {
        let Some(written) = source.providers.get(key) else { continue };
        for (own, written) in
            [(&mut own.region, &written.region), (&mut own.account, &written.account)]
        {
            if own.known().is_none() && written.known().is_some() {
                own.clone_from(written);
            }
        }
    }
}

/// Local values, which plans do not define.
fn locals(plan: &mut ModuleConfig, source: &ModuleConfig) {
    plan.locals.clone_from(&source.locals);
    for (name, call) in &mut plan.calls {
        if let Some(called) = source.calls.get(name) {
            locals(&mut call.module, &called.module);
        }
    }
}

/// The places of all blocks that agree, and of the calls that lead to them.
fn places(
    plan: &mut ModuleConfig,
    source: &ModuleConfig,
    within: &str,
    agreement: &Agreement,
    ordered: &values::Ordered,
) {
    for (name, block) in &mut plan.blocks {
        let path = format!("{within}{name}");
        let found = source.blocks.get(name).and_then(|it| it.places.as_ref());
        let Some(found) = found.filter(|_| agreement.has(&path)) else { continue };
        let mut own = groundplan_ir::BlockPlaces::clone(found);
        // The elements of a set come in the plan's order, unless they were put into the text's.
        own.blocks.retain(|kind, all| all.len() == 1 || !ordered.is_lost(&path, kind));
        block.places = Some(Arc::new(own));
    }
    for (name, call) in &mut plan.calls {
        let Some(called) = source.calls.get(name) else { continue };
        call.at = called.at;
        places(
            &mut call.module,
            &called.module,
            &format!("{within}module.{name}."),
            agreement,
            ordered,
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_source_is_where_the_plan_lies() {
        let here = Path::new(env!("CARGO_MANIFEST_DIR"));
        let case = here.join("../../fixtures/rules/subnet-overlap");
        let case = std::fs::read_dir(case).unwrap().next().unwrap().unwrap().path();
        assert_eq!(Source::Found.directory(Some(&case.join("plan.json"))), Some(case.clone()));
        assert_eq!(Source::Off.directory(Some(&case.join("plan.json"))), None);
        assert_eq!(Source::Found.directory(None), None);
        assert_eq!(Source::At("x".into()).directory(None), Some("x".into()));
        assert_eq!(Source::Found.directory(Some(&here.join("Cargo.toml"))), None);
    }
}
