//! The HCL that a finding proposes.

use hcl::{Attribute, Block, Body, Expression, Identifier, Structure};

/// The right side of a proposed argument.
pub(crate) enum Proposed<'p> {
    /// A string.
    Text(&'p str),
    /// A boolean.
    Flag(bool),
    /// A reference such as `aws_route_table.a.id`, as it stands in the input.
    Reference(String),
}

/// A `resource` block with Terraform's quoting.
///
/// Empty when a reference cannot be written as HCL, which an address never causes.
pub(crate) fn resource(kind: &str, name: &str, arguments: &[(&str, Proposed<'_>)]) -> String {
    let mut block = Block::builder("resource").add_labels([kind, name]);
    for (key, value) in arguments {
        let expression = match value {
            Proposed::Text(text) => Expression::from(*text),
            Proposed::Flag(flag) => Expression::from(*flag),
            Proposed::Reference(text) => match text.parse::<Expression>() {
                Ok(expression) => expression,
                Err(_) => return String::new(),
            },
        };
        block = block.add_attribute(Attribute::new(Identifier::sanitized(key), expression));
    }
    let body = Body::from(vec![Structure::Block(block.build())]);
    hcl::to_string(&body).map(|text| text.trim_end().to_owned()).unwrap_or_default()
}
