//! What was read from Terraform, whichever form it was read from.
//!
//! Nothing here knows JSON, HCL or AWS: a [`Config`] is a root module as it will be after the apply,
//! with every value in one of three states ([`Tri`]) and every place named by an [`Origin`].

mod address;
mod block;
mod cause;
mod config;
mod follow;
mod interest;
mod order;
mod origin;
mod place;
mod resource;
mod source;
mod stacks;
mod traversal;
mod tri;
mod value;

pub use address::{Address, InstanceKey, Mode, ModulePath, ModuleStep, NotAnAddress};
pub use block::{Argument, BlockConfig, Expression, ModuleCall, ModuleConfig, Repetition};
pub use cause::Cause;
pub use config::{Census, Completeness, Config, Provider, ResourceIndex};
pub use follow::{Followed, Target};
pub use interest::Interest;
pub use order::{BlockKey, Waits};
pub use origin::{Fact, Origin};
pub use place::{BlockPlaces, BlockSite, Place};
pub use resource::{Action, Attributes, Resource};
pub use source::{FileId, Location, Position, SourceFile, SourceMap};
pub use stacks::Stack;
pub use traversal::{Step, Traversal};
pub use tri::Tri;
pub use value::{Number, Referred, SourceRef, Value};
