//! What the names of an expression mean.

use groundplan_syntax::Step;

use crate::{CallContext, Value};

/// A step of a reference whose key is already evaluated.
#[derive(Clone, Debug)]
pub enum EvaluatedStep<'e> {
    /// `.name`
    Attribute(&'e str),
    /// `[key]`
    Index(Value),
}

/// What a reference leads to, and how many of its steps that took.
#[derive(Clone, Debug)]
pub struct Resolved {
    /// The value.
    pub value: Value,
    /// The evaluator applies the steps behind these.
    pub steps: usize,
}

/// The names that can be referred to: `var`, `local`, `each`, `module`, resource types…
pub trait Scope {
    /// What `head` with (some of) `steps` refers to: `local` `.name` takes one step, `data` `.type` `.name`
    /// two. An error is a message; the evaluator adds the place.
    fn resolve(&self, head: &str, steps: &[EvaluatedStep<'_>]) -> Result<Resolved, String>;

    /// Whether Terraform would refuse the reference before evaluating anything (nothing of that name is
    /// declared). Called for every reference of an expression, also those in branches not taken. An error is
    /// a message; the place is that of the reference.
    fn declared(&self, head: &str, steps: &[Step]) -> Result<(), String>;

    /// Whether there may be a function `provider::local_name::function`, of which nothing is known.
    fn has_function(&self, _name: &str) -> bool {
        true
    }

    /// What functions may use.
    fn call_context(&self) -> &CallContext<'_>;
}
