//! Type constraints from the syntax tree.

use std::collections::BTreeMap;

use groundplan_syntax::{Expr, Literal, Node, ObjectItem};

use super::{Attribute, Constraint};
use crate::{Error, Value, normal_form};

/// What gives the value of a default, which may refer to nothing.
type Constant<'c> = &'c dyn Fn(&Expr) -> Result<Value, Error>;

impl Constraint {
    /// Reads the `type` of a variable. `constant` gives the values of defaults, which may not refer to
    /// anything.
    pub fn parse(expr: &Expr, constant: Constant<'_>) -> Result<Self, Error> {
        // The forms of old, only for the whole type.
        if let Node::Variable(name) = &plain(expr).node {
            match name.as_ref() {
                "list" => return Ok(Self::List(Box::new(Self::Any))),
                "map" => return Ok(Self::Map(Box::new(Self::Any))),
                _ => {}
            }
        }
        read(expr, constant)
    }
}

/// The expression within parentheses.
fn plain(mut expr: &Expr) -> &Expr {
    while let Node::Parens(inner) = &expr.node {
        expr = inner;
    }
    expr
}

fn read(expr: &Expr, constant: Constant<'_>) -> Result<Constraint, Error> {
    let expr = plain(expr);
    let wrong = |message: String| Err(Error::new(expr.at, message));
    match &expr.node {
        Node::Variable(name) => match name.as_ref() {
            "any" => Ok(Constraint::Any),
            "bool" => Ok(Constraint::Bool),
            "number" => Ok(Constraint::Number),
            "string" => Ok(Constraint::String),
            "list" | "set" | "map" => {
                wrong(format!("the {name} type needs the type of its elements: {name}(string)"))
            }
            "object" => {
                wrong("the object type needs its attributes: object({ name = string })".into())
            }
            "tuple" => {
                wrong("the tuple type needs the types of its elements: tuple([string])".into())
            }
            _ => wrong(format!("{name:?} is not a type")),
        },
        Node::Call { name, arguments, .. } => match (name.text.as_ref(), arguments.as_slice()) {
            ("list", [of]) => Ok(Constraint::List(Box::new(read(of, constant)?))),
            ("set", [of]) => Ok(Constraint::Set(Box::new(read(of, constant)?))),
            ("map", [of]) => Ok(Constraint::Map(Box::new(read(of, constant)?))),
            ("tuple", [items]) => tuple(plain(items), constant),
            ("object", [attributes]) => object(plain(attributes), constant),
            ("list" | "set" | "map" | "tuple" | "object", _) => {
                wrong(format!("the type {} takes one argument", name.text))
            }
            ("any" | "bool" | "number" | "string", _) => {
                wrong(format!("the type {} takes no arguments", name.text))
            }
            ("optional", _) => wrong("only attributes of objects can be optional".into()),
            (other, _) => wrong(format!("{other:?} is not a type")),
        },
        Node::Unread(why) => wrong(why.to_string()),
        Node::Literal(Literal::String(text)) => wrong(format!(
            "a type is written without quotes: {}",
            if text.is_empty() { "string" } else { text }
        )),
        Node::Literal(_)
        | Node::Template(_)
        | Node::Wrapped(_)
        | Node::Tuple(_)
        | Node::Object(_)
        | Node::Traversal { .. }
        | Node::Splat { .. }
        | Node::Unary(..)
        | Node::Binary(..)
        | Node::Conditional { .. }
        | Node::For(_)
        | Node::Parens(_) => {
            wrong("a type is expected here, such as string or list(string)".into())
        }
    }
}

fn tuple(expr: &Expr, constant: Constant<'_>) -> Result<Constraint, Error> {
    let Node::Tuple(items) = &expr.node else {
        return Err(Error::new(expr.at, "the tuple type needs a list of types: tuple([string])"));
    };
    let items: Result<_, _> = items.iter().map(|item| read(item, constant)).collect();
    Ok(Constraint::Tuple(items?))
}

fn object(expr: &Expr, constant: Constant<'_>) -> Result<Constraint, Error> {
    let Node::Object(items) = &expr.node else {
        let message = "the object type needs its attributes: object({ name = string })";
        return Err(Error::new(expr.at, message));
    };
    let mut attributes = BTreeMap::new();
    for ObjectItem { key, value } in items {
        let Node::Literal(Literal::String(name)) = &key.node else {
            return Err(Error::new(key.at, "the name of an attribute is expected here"));
        };
        let found = attribute(value, constant)?;
        if attributes.insert(normal_form(name), found).is_some() {
            return Err(Error::new(key.at, format!("the attribute {name:?} stands here twice")));
        }
    }
    Ok(Constraint::Object(attributes))
}

fn attribute(expr: &Expr, constant: Constant<'_>) -> Result<Attribute, Error> {
    let expr = plain(expr);
    let Node::Call { name, arguments, .. } = &expr.node else {
        return required(expr, constant);
    };
    if name.text.as_ref() != "optional" {
        return required(expr, constant);
    }
    let (of, default) = match arguments.as_slice() {
        [of] => (of, None),
        [of, default] => (of, Some(default)),
        _ => {
            let message = "optional takes the type of the attribute and its default";
            return Err(Error::new(expr.at, message));
        }
    };
    let constraint = read(of, constant)?;
    let default = default
        .map(|expr| {
            constraint.apply_with(&constant(expr)?, false).map_err(|error| {
                Error::new(expr.at, format!("the default does not fit the type: {error}"))
            })
        })
        .transpose()?;
    Ok(Attribute { constraint, optional: true, default })
}

fn required(expr: &Expr, constant: Constant<'_>) -> Result<Attribute, Error> {
    Ok(Attribute { constraint: read(expr, constant)?, optional: false, default: None })
}
