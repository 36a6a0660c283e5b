//! Terraform files as a syntax tree with places.
//!
//! Nothing above this crate can tell which parser made the tree, or whether the file was HCL or JSON.

mod ast;
mod budget;
mod error;
mod hcl;
mod json;
mod lower;
mod parse;
mod pieces;
mod salvage;
mod scan;
mod source;
mod template;
#[cfg(test)]
mod tests;
mod words;

pub use ast::{
    Attribute, BinaryOperator, Block, Body, Expr, ForExpr, Ident, Literal, Node, ObjectItem, Part,
    Step, UnaryOperator,
};
pub use error::{Parsed, SyntaxError};
pub use hcl::{parse_expression, parse_hcl, parse_template, parse_tfvars};
pub use json::{
    JsonKind, JsonMember, JsonText, JsonValue, parse_json, parse_json_values, read_json,
};
