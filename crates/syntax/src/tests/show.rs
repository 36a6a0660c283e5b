//! Trees as short text, so that tests can say what they expect.

use crate::{BinaryOperator, Block, Body, Expr, Ident, Literal, Node, Part, Step, UnaryOperator};

fn joined(items: impl IntoIterator<Item = String>) -> String {
    items.into_iter().collect::<Vec<_>>().join(" ")
}

/// `(operator operand …)`, strings in quotes.
pub(crate) fn expr(expr: &Expr) -> String {
    match &expr.node {
        Node::Unread(why) => format!("unread: {why}"),
        Node::Literal(literal) => match literal {
            Literal::Null => "null".into(),
            Literal::Bool(value) => value.to_string(),
            Literal::Number(text) => text.to_string(),
            Literal::String(text) => format!("{text:?}"),
        },
        Node::Template(all) => format!("(template {})", parts(all)),
        Node::Wrapped(inner) => format!("(wrapped {})", self::expr(inner)),
        Node::Tuple(items) => format!("[{}]", joined(items.iter().map(self::expr))),
        Node::Object(items) => {
            let item = |item: &crate::ObjectItem| {
                format!("{}={}", self::expr(&item.key), self::expr(&item.value))
            };
            format!("{{{}}}", joined(items.iter().map(item)))
        }
        Node::Variable(name) => name.to_string(),
        Node::Traversal { of, steps } => format!("{}{}", self::expr(of), self::steps(steps)),
        Node::Splat { of, each } => format!("(split {} each {})", self::expr(of), steps(each)),
        Node::Call { name, arguments, expand_final } => {
            let dots = if *expand_final { " ..." } else { "" };
            format!("({}: {}{dots})", name.text, joined(arguments.iter().map(self::expr)))
        }
        Node::Unary(operator, of) => {
            let sign = match operator {
                UnaryOperator::Not => "!",
                UnaryOperator::Negate => "-",
            };
            format!("({sign} {})", self::expr(of))
        }
        Node::Binary(operator, left, right) => {
            format!("({} {} {})", sign(*operator), self::expr(left), self::expr(right))
        }
        Node::Conditional { test, then, otherwise } => {
            format!("(? {} {} {})", self::expr(test), self::expr(then), self::expr(otherwise))
        }
        Node::For(all) => for_expr(all),
        Node::Parens(inner) => format!("({})", self::expr(inner)),
    }
}

fn for_expr(all: &crate::ForExpr) -> String {
    let key = all.key.as_ref().map(|key| format!(" {} =>", expr(key))).unwrap_or_default();
    let group = if all.group { " ..." } else { "" };
    let condition = all.condition.as_ref().map(|test| format!(" if {}", expr(test)));
    format!(
        "(for {}{} in {}{key} {}{group}{})",
        key_name(all.key_name.as_ref()),
        all.value_name.text,
        expr(&all.collection),
        expr(&all.value),
        condition.unwrap_or_default()
    )
}

/// Each part, text in quotes.
pub(crate) fn parts(parts: &[Part]) -> String {
    joined(parts.iter().map(|part| match part {
        Part::Literal(text) => format!("{text:?}"),
        Part::Interpolation(expr) => format!("${{{}}}", self::expr(expr)),
        Part::If { test, then, otherwise } => {
            format!("(if {} [{}] [{}])", expr(test), self::parts(then), self::parts(otherwise))
        }
        Part::For { key_name, value_name, collection, body } => format!(
            "(for {}{} in {} [{}])",
            self::key_name(key_name.as_ref()),
            value_name.text,
            expr(collection),
            self::parts(body)
        ),
    }))
}

fn key_name(name: Option<&Ident>) -> String {
    name.map(|name| format!("{}, ", name.text)).unwrap_or_default()
}

fn steps(steps: &[Step]) -> String {
    let step = |step: &Step| match step {
        Step::Attribute(name) => format!(".{}", name.text),
        Step::Index(key) => format!("[{}]", expr(key)),
        Step::Splat(each) => format!("[split each {}]", self::steps(each)),
    };
    steps.iter().map(step).collect()
}

fn sign(operator: BinaryOperator) -> &'static str {
    match operator {
        BinaryOperator::Add => "+",
        BinaryOperator::Subtract => "-",
        BinaryOperator::Multiply => "*",
        BinaryOperator::Divide => "/",
        BinaryOperator::Modulo => "%",
        BinaryOperator::Equal => "==",
        BinaryOperator::NotEqual => "!=",
        BinaryOperator::Less => "<",
        BinaryOperator::LessOrEqual => "<=",
        BinaryOperator::Greater => ">",
        BinaryOperator::GreaterOrEqual => ">=",
        BinaryOperator::And => "&&",
        BinaryOperator::Or => "||",
    }
}

/// `name = value` and `kind label { … }`, attributes first.
pub(crate) fn body(body: &Body) -> String {
    let attribute = |attribute: &crate::Attribute| {
        format!("{} = {}", attribute.name.text, expr(&attribute.expr))
    };
    let attributes = body.attributes.iter().map(attribute);
    attributes.chain(body.blocks.iter().map(block)).collect::<Vec<_>>().join("; ")
}

fn block(block: &Block) -> String {
    let names = std::iter::once(&block.kind).chain(&block.labels);
    let names = joined(names.map(|name| name.text.to_string()));
    format!("{names} {{ {} }}", body(&block.body))
}
