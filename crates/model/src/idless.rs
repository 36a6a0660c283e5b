//! Which stacks do not tell the ids of what they describe.

use std::collections::BTreeSet;
use std::sync::Arc;

use groundplan_ir::{Config, Mode};

type Stacks = BTreeSet<Option<Arc<str>>>;

/// The stacks of a run whose things may have ids that others name them by.
#[derive(Clone, Debug, Default)]
pub struct Idless {
    /// Directories, and plans that are known to be older than their apply.
    surely: Stacks,
    /// Plans that make something: they may have been applied before other inputs were made, unless somebody said
    /// that the inputs belong together.
    perhaps: Stacks,
    /// What the AWS CLI printed: a plan is checked against it before it is applied.
    live: Stacks,
}

impl Idless {
    pub(crate) fn of(config: &Config) -> Self {
        let is_live = |it: &&groundplan_ir::Resource| it.address.mode == Mode::Live;
        let live = config.resources().iter().filter(is_live);
        Self {
            surely: config.idless.clone(),
            perhaps: if config.closed { Stacks::new() } else { config.making.clone() },
            live: live.map(|it| it.address.module.stack.clone()).collect(),
        }
    }

    /// Whether every stack tells its ids.
    pub fn is_empty(&self) -> bool {
        self.surely.is_empty() && self.perhaps.is_empty()
    }

    /// Whether it is a directory, or a plan that is known to be older than its apply.
    pub fn surely(&self, stack: Option<&Arc<str>>) -> bool {
        self.surely.contains(&stack.cloned())
    }

    /// Whether a thing of `stack` may be one that `by` names by an id. What a stack names so itself is nothing that it
    /// makes.
    pub fn may_name(&self, stack: Option<&Arc<str>>, by: Option<&Arc<str>>) -> bool {
        let (stack, by) = (stack.cloned(), by.cloned());
        let perhaps = self.perhaps.contains(&stack) && !self.live.contains(&by);
        stack != by && (self.surely.contains(&stack) || perhaps)
    }
}
