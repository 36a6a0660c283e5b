//! Terraform files as a syntax tree with places.
//!
//! Nothing above this crate can tell which parser made the tree, or whether the file was HCL or JSON.

mod ast;

pub use ast::{
    Attribute, BinaryOperator, Block, Body, Expr, ForExpr, Ident, Literal, Node, ObjectItem, Part,
    Step, UnaryOperator,
};
