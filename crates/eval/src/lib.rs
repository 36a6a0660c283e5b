//! Terraform's expression language as Terraform 1.11 evaluates it: values with unknown and sensitive
//! parts, types and conversions, the built-in functions, and the evaluator.
//!
//! Knows nothing of modules, files or AWS: what a name refers to is told by a [`Scope`].

mod convert;
mod error;
mod evaluate;
mod function;
pub mod functions;
mod json;
mod number;
mod reference;
mod scope;
mod ty;
mod unify;
mod value;

pub use convert::convert;
pub use error::{CallError, Error};
pub use evaluate::{check, evaluate, evaluate_template};
pub use function::{CallContext, Files, Function, NoFiles, Parameter, Shape};
pub use json::encode as to_json;
pub use number::Number;
pub use reference::{Reference, References, Source};
pub use scope::{EvaluatedStep, Resolved, Scope};
pub use ty::Type;
pub use unify::unify;
pub use value::{Kind, Object, Open, Unknown, Value};
