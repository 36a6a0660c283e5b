//! Terraform modules: loaded from directories, and evaluated as Terraform would plan them.
//!
//! Nothing is downloaded, nothing is run, and no provider is asked.

mod body;
mod builtin;
mod checked;
mod conditions;
mod constraint;
mod cycles;
mod declare;
mod declared;
mod diagnostic;
mod disk;
mod dump;
mod evaluation;
mod expansion;
mod files;
mod graph;
mod inputs;
mod module;
mod nodes;
mod overrides;
mod planned;
mod providers;
mod references;
mod remote_state;
mod scope;
mod sources;
mod tree;
mod typed;
mod variables;

pub use body::{Bodies, EvaluatedAttribute, EvaluatedBlock, EvaluatedBody, READERS};
pub use diagnostic::{Diagnostic, Weight};
pub use disk::{Disk, repository};
pub use dump::reference;
pub use evaluation::{
    Calls, Evaluation, Instance, ModuleInstance, Outputs, Resources, Settings, Wanted, workspace,
};
pub use expansion::{Expansion, Repetition, Symbolic};
pub use files::is_configuration;
pub use graph::{Graph, Item, Node, NodeId};
pub use inputs::Input;
pub use module::{
    Backend, Call, Meta, Module, Output, ProviderBlock, ResourceBlock, ResourceName, Sort, Variable,
};
pub use planned::Planned;
pub use providers::{ProviderUse, of_block};
pub use references::traversals;
pub use tree::{ModuleId, StaticModule, Tree, load};
