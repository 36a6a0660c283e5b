//! The tree: bodies, blocks, attributes and expressions.

use std::sync::Arc;

use groundplan_ir::Location;

/// A name or a label, with its place.
#[derive(Clone, Debug)]
pub struct Ident {
    /// The name; a label without its quotes.
    pub text: Arc<str>,
    /// Where it stands.
    pub at: Location,
}

/// What stands between the braces of a block, or in a whole file.
#[derive(Clone, Debug, Default)]
pub struct Body {
    /// `name = …`, in the order of the text.
    pub attributes: Vec<Attribute>,
    /// `name { … }`, in the order of the text.
    pub blocks: Vec<Block>,
    /// The whole of it.
    pub at: Location,
}

/// `name = expression`
#[derive(Clone, Debug)]
pub struct Attribute {
    /// The name.
    pub name: Ident,
    /// The value.
    pub expr: Expr,
    /// From the name to the end of the value.
    pub at: Location,
}

/// `kind "label" … { body }`
#[derive(Clone, Debug)]
pub struct Block {
    /// The first word.
    pub kind: Ident,
    /// The labels.
    pub labels: Vec<Ident>,
    /// What stands between the braces.
    pub body: Body,
    /// From the first word to the last label: what names the block.
    pub header: Location,
    /// The whole block.
    pub at: Location,
}

/// An expression with its place.
#[derive(Clone, Debug)]
pub struct Expr {
    /// What it is.
    pub node: Node,
    /// Where it stands.
    pub at: Location,
}

/// A value that is written out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Literal {
    /// `null`
    Null,
    /// `true`, `false`
    Bool(bool),
    /// A number, as written (`1_000` is none); never negative, a minus is an operator.
    Number(Arc<str>),
    /// A string without anything to evaluate, escapes resolved.
    String(Arc<str>),
}

/// A step of a traversal.
#[derive(Clone, Debug)]
pub enum Step {
    /// `.name`
    Attribute(Ident),
    /// `[key]`, and the old `.0`, whose key is a number literal.
    Index(Expr),
    /// A splat among the steps of a `[*]`: for each element, what it holds here is split in turn,
    /// and these steps apply to what that gives. Occurs in [`Node::Splat`] only.
    Splat(Vec<Step>),
}

/// The kinds of expressions.
#[derive(Clone, Debug)]
pub enum Node {
    /// A value that is written out.
    Literal(Literal),
    /// `"…${…}…"`, or a heredoc: always gives a string. Strip markers and the dedent of `<<-` are
    /// already applied to the literals.
    Template(Vec<Part>),
    /// `"${…}"` alone: gives the value itself, not a string.
    Wrapped(Box<Expr>),
    /// `[…]`
    Tuple(Vec<Expr>),
    /// `{…}`; a key that is a bare name is a string literal. Of equal keys the last counts. A key
    /// that is a [`Node::Traversal`] without parentheses names a provider in `providers = {…}`, and
    /// is an error anywhere else.
    Object(Vec<ObjectItem>),
    /// A name at the head of a traversal, or alone: `var`, `each`, `aws_vpc`.
    Variable(Arc<str>),
    /// `of.name[key]…`; never empty, and `of` is no traversal itself.
    Traversal {
        /// What it starts from; a [`Node::Variable`] for a reference.
        of: Box<Expr>,
        /// The steps.
        steps: Vec<Step>,
    },
    /// `of[*].a[0]` and `of.*.a`: the steps apply to each element. What follows `.*` beyond the
    /// attributes that belong to it is a traversal around this.
    Splat {
        /// What is split.
        of: Box<Expr>,
        /// What is taken of each element.
        each: Vec<Step>,
    },
    /// `name(arguments)`; the name holds `::` where the text does.
    Call {
        /// The function.
        name: Ident,
        /// The arguments.
        arguments: Vec<Expr>,
        /// `...` behind the last one.
        expand_final: bool,
    },
    /// `!x`, `-x`
    Unary(UnaryOperator, Box<Expr>),
    /// `x + y`
    Binary(BinaryOperator, Box<Expr>, Box<Expr>),
    /// `test ? then : otherwise`
    Conditional {
        /// What decides.
        test: Box<Expr>,
        /// The value when it is true.
        then: Box<Expr>,
        /// The value when it is false.
        otherwise: Box<Expr>,
    },
    /// `[for …]`, `{for …}`
    For(Box<ForExpr>),
    /// `(x)`
    Parens(Box<Expr>),
    /// More than is read here, and why; its place is where that shows. Without a reason it is an error that
    /// is reported already.
    Unread(Arc<str>),
}

/// `key = value` of an object.
#[derive(Clone, Debug)]
pub struct ObjectItem {
    /// The key; a string literal where a bare name stands.
    pub key: Expr,
    /// The value.
    pub value: Expr,
}

/// `[for k, v in collection : value if condition]` and `{for … : key => value... }`
#[derive(Clone, Debug)]
pub struct ForExpr {
    /// The first name, where there are two.
    pub key_name: Option<Ident>,
    /// The name of the element.
    pub value_name: Ident,
    /// What is gone through.
    pub collection: Expr,
    /// What each key is made from; the result is an object.
    pub key: Option<Expr>,
    /// What each element is made from.
    pub value: Expr,
    /// Which elements count.
    pub condition: Option<Expr>,
    /// `...`: values of equal keys are collected.
    pub group: bool,
}

/// A part of a template.
#[derive(Clone, Debug)]
pub enum Part {
    /// Text as it is.
    Literal(Arc<str>),
    /// `${…}`
    Interpolation(Expr),
    /// `%{ if … }…%{ else }…%{ endif }`
    If {
        /// What decides.
        test: Expr,
        /// The text when it is true.
        then: Vec<Part>,
        /// The text when it is false.
        otherwise: Vec<Part>,
    },
    /// `%{ for k, v in … }…%{ endfor }`
    For {
        /// The first name, where there are two.
        key_name: Option<Ident>,
        /// The name of the element.
        value_name: Ident,
        /// What is gone through.
        collection: Expr,
        /// The text for each element.
        body: Vec<Part>,
    },
}

/// `!`, `-`
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UnaryOperator {
    /// `!`
    Not,
    /// `-`
    Negate,
}

/// The operators between two expressions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BinaryOperator {
    /// `+`
    Add,
    /// `-`
    Subtract,
    /// `*`
    Multiply,
    /// `/`
    Divide,
    /// `%`
    Modulo,
    /// `==`
    Equal,
    /// `!=`
    NotEqual,
    /// `<`
    Less,
    /// `<=`
    LessOrEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterOrEqual,
    /// `&&`
    And,
    /// `||`
    Or,
}
