//! Several stacks → one network: each is read on its own, `terraform_remote_state` is joined to the stack
//! whose state it reads, and all become one [`Config`].
//!
//! What one stack calls its things is never confused with what another one does, and the order in which
//! they are named plays no part.

mod facts;
mod join;
mod learn;
mod names;
mod order;
mod outputs;
mod remote_state;
mod settle;

use std::sync::Arc;

use groundplan_findings::{Problem, ProblemKind};
use groundplan_ir::{Config, Interest, Stack};
use groundplan_parser::{HclSettings, Input, Read};
use groundplan_settings::{RemoteStates, Settings};
use rayon::prelude::*;

pub use names::{NotAName, name, named};

/// A plan, a state or a directory that is one stack of a run.
#[derive(Clone, Debug)]
pub struct Source {
    /// Its name; none while it is the only one.
    pub name: Option<Arc<str>>,
    /// Where it is.
    pub input: Input,
    /// How it is read, if it is a directory.
    pub settings: HclSettings,
}

impl Source {
    /// Whether it is what the AWS CLI printed, and no Terraform.
    pub fn is_live(&self) -> bool {
        is_live(&self.input)
    }
}

/// Whether an input is what the AWS CLI printed: a file of it or a folder of such files.
pub fn is_live(input: &Input) -> bool {
    match input {
        Input::File(path) => groundplan_live::is_live(path),
        Input::Stdin => false,
    }
}

/// What a run over several stacks reads.
#[derive(Debug, Default)]
pub struct Network {
    /// All that could be read.
    pub config: Option<Config>,
    /// What reading met, with places among the files of `config`.
    pub problems: Vec<Problem>,
    /// The stacks by name, with their inputs.
    pub stacks: Vec<(Arc<str>, String)>,
}

/// A groundplan.toml that was read.
#[derive(Debug)]
pub struct Told {
    /// What it says.
    pub settings: Settings,
    /// What is wrong with it, with places in it.
    pub problems: Vec<Problem>,
    /// What messages call it.
    pub input: String,
    /// The name that it has for the only source, whose addresses stand without one.
    pub alone: Option<Arc<str>>,
}

/// A stack while it is being joined with the others.
struct Part {
    source: Source,
    read: Read,
    /// It is a plan from before its apply, of which others know what it has made.
    stale: bool,
}

/// Reads all sources as one network, with what groundplan.toml says of it.
pub fn read(mut sources: Vec<Source>, told: Option<Told>, interest: &Interest) -> Network {
    sources.sort_by(|one, two| one.name.cmp(&two.name));
    let several = sources.len() > 1;
    for source in &mut sources {
        source.settings.outputs = several;
    }
    let mut parts: Vec<Part> = sources
        .into_par_iter()
        .map(|source| Part { read: one(&source, interest), source, stale: false })
        .collect();
    let mut problems = leave_out_sources(&mut parts);
    if several {
        let none = RemoteStates::default();
        let known = told.as_ref().map_or(&none, |it| &it.settings.remote_states);
        join::join(&mut parts, known, interest, &mut problems);
    }
    let mut network = united(parts, problems);
    let is_told = told.is_some();
    if let Some(told) = told {
        facts::add(&mut network, told);
    }
    if let Some(config) = network.config.as_mut().filter(|it| is_told || settle::is_described(it)) {
        settle::settle(config);
    }
    network.problems.sort();
    network
}

/// A directory beside a plan or state of it would describe everything twice: the plan is read with it as its
/// source, and knows more.
fn leave_out_sources(parts: &mut Vec<Part>) -> Vec<Problem> {
    let place = |part: &Part| {
        let state = part.read.state.as_ref()?;
        Some((state.directory.canonicalize().ok()?, state.workspace.clone()))
    };
    let (directories, others): (Vec<&Part>, Vec<&Part>) =
        parts.iter().partition(|it| it.source.input.is_directory());
    let known: Vec<_> = others.into_iter().filter_map(|it| Some((place(it)?, it))).collect();
    let mut out = Vec::new();
    let mut names = Vec::new();
    for directory in directories {
        let own = place(directory);
        let Some((_, plan)) = known.iter().find(|(it, _)| own.as_ref() == Some(it)) else {
            continue;
        };
        names.push(directory.source.name.clone());
        out.push(Problem {
            kind: ProblemKind::Remark,
            input: directory.source.input.name(),
            place: None,
            at: None,
            message: format!(
                "this is the source of {}, which is read with it and knows more; it is left out as a \
                 stack of its own",
                plan.source.input.name()
            ),
            help: "name one of the two".to_owned(),
        });
    }
    parts.retain(|it| !it.source.input.is_directory() || !names.contains(&it.source.name));
    out
}

/// Reads one source on its own.
pub(crate) fn one(source: &Source, interest: &Interest) -> Read {
    if let (true, Input::File(path)) = (source.is_live(), &source.input) {
        let groundplan_live::Read { config, problems } = groundplan_live::read(path, interest);
        return Read { config, problems, ..Read::default() };
    }
    groundplan_parser::read(&source.input, &source.settings, interest)
}

fn united(parts: Vec<Part>, mut problems: Vec<Problem>) -> Network {
    let mut out = Network::default();
    let mut files = 0;
    let mut stacks = Vec::new();
    for Part { source, read, stale } in parts {
        if let Some(name) = &source.name {
            out.stacks.push((Arc::clone(name), source.input.name()));
        }
        problems.extend(read.problems.into_iter().map(|it| behind(it, files)));
        if let Some(config) = read.config {
            files += config.sources.len();
            let idless = stale || (source.input.is_directory() && !source.is_live());
            stacks.push(Stack { name: source.name, config, idless });
        }
    }
    let lost = problems.iter().any(|it| it.kind == ProblemKind::Unreadable);
    out.problems = problems;
    if !stacks.is_empty() {
        let mut config = Config::of_stacks(stacks);
        if lost {
            // What could not be read at all may belong to anything.
            config.miss_a_stack();
        }
        out.config = Some(config);
    }
    out
}

/// The problem when `files` files stand before those that it speaks of.
pub(crate) fn behind(problem: Problem, files: usize) -> Problem {
    Problem { at: problem.at.map(|at| at.behind(files)), ..problem }
}
