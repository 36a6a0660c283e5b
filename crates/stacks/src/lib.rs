//! Several stacks → one network: each is read on its own, `terraform_remote_state` is joined to the stack
//! whose state it reads, and all become one [`Config`].
//!
//! What one stack calls its things is never confused with what another one does, and the order in which
//! they are named plays no part.

mod join;
mod names;
mod order;
mod outputs;
mod remote_state;

use std::sync::Arc;

use groundplan_findings::{Problem, ProblemKind};
use groundplan_ir::{Config, Interest, Stack};
use groundplan_parser::{HclSettings, Input, Read};
use rayon::prelude::*;

pub use names::{NotAName, name, named};
pub use remote_state::{Known, Reader};

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

/// A stack while it is being joined with the others.
struct Part {
    source: Source,
    read: Read,
}

/// Reads all sources, and facts that come from elsewhere, as one network. `known` tells which stack a
/// `terraform_remote_state` reads where its backend does not.
pub fn read(
    mut sources: Vec<Source>,
    facts: Vec<(Stack, Vec<Problem>)>,
    known: &Known<'_>,
    interest: &Interest,
) -> Network {
    sources.sort_by(|one, two| one.name.cmp(&two.name));
    let several = sources.len() > 1;
    for source in &mut sources {
        source.settings.outputs = several;
    }
    let mut parts: Vec<Part> = sources
        .into_par_iter()
        .map(|source| Part {
            read: groundplan_parser::read(&source.input, &source.settings, interest),
            source,
        })
        .collect();
    let mut problems = Vec::new();
    if several {
        join::join(&mut parts, known, interest, &mut problems);
    }
    united(parts, facts, problems)
}

fn united(
    parts: Vec<Part>,
    facts: Vec<(Stack, Vec<Problem>)>,
    mut problems: Vec<Problem>,
) -> Network {
    let mut out = Network::default();
    let mut files = 0;
    let mut stacks = Vec::new();
    let mut take = |config: Option<Config>, name: Option<Arc<str>>, said: Vec<Problem>| {
        let behind = |it: Problem| Problem { at: it.at.map(|at| at.behind(files)), ..it };
        problems.extend(said.into_iter().map(behind));
        if let Some(config) = config {
            files += config.sources.len();
            stacks.push(Stack { name, config });
        }
    };
    for Part { source, read } in parts {
        if let Some(name) = &source.name {
            out.stacks.push((Arc::clone(name), source.input.name()));
        }
        take(read.config, source.name, read.problems);
    }
    for (stack, said) in facts {
        take(Some(stack.config), stack.name, said);
    }
    let lost = problems.iter().any(|it| it.kind == ProblemKind::Unreadable);
    problems.sort();
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
