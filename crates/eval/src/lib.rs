//! Terraform's expression language as Terraform 1.11 evaluates it: values with unknown and sensitive
//! parts, types and conversions, the built-in functions, and the evaluator.
//!
//! Knows nothing of modules, files or AWS: what a name refers to is told by a [`Scope`].

mod access;
mod constraint;
mod convert;
mod convert_parts;
mod equality;
mod error;
mod evaluate;
mod function;
pub mod functions;
mod json;
mod number;
mod reference;
mod scope;
mod set;
mod ty;
mod unify;
mod value;

pub use constraint::{Attribute, Constraint};
pub use convert::convert;
pub use equality::equal;
pub use error::{CallError, Error};
pub use evaluate::{check, check_calls, evaluate};
pub use function::{CallContext, Files, Function, NoFiles, Parameter, Shape};
pub use json::{decode as from_json, encode as to_json};
pub use number::{Failure, Number};
pub use reference::{Reference, References, Source};
pub use scope::{EvaluatedStep, Resolved, Scope};
pub use ty::Type;
pub use unify::{unify, unify_safely, unify_values};
pub use value::{Kind, Object, Open, Unknown, Value, normal_form};
