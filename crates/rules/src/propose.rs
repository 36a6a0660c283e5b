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
    hcl::to_string(&body).map(|text| aligned(text.trim_end())).unwrap_or_default()
}

/// Lines up the equals signs of the arguments, as `terraform fmt` does.
fn aligned(text: &str) -> String {
    let key = |line: &str| line.split_once(" = ").map_or(0, |(key, _)| key.len());
    let widest = text.lines().map(key).max().unwrap_or_default();
    let lines = text.lines().map(|line| match line.split_once(" = ") {
        Some((key, value)) => format!("{key:<widest$} = {value}"),
        None => line.to_owned(),
    });
    lines.collect::<Vec<String>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_proposal_is_formatted_as_terraform_does() {
        let block = resource(
            "aws_route",
            "back",
            &[
                ("route_table_id", Proposed::Reference("aws_route_table.a[\"x.y\"].id".to_owned())),
                ("destination_cidr_block", Proposed::Text("10.0.0.0/16")),
                ("auto_accept", Proposed::Flag(true)),
            ],
        );
        let expected = "resource \"aws_route\" \"back\" {\n  \
                        route_table_id         = aws_route_table.a[\"x.y\"].id\n  \
                        destination_cidr_block = \"10.0.0.0/16\"\n  \
                        auto_accept            = true\n}";
        assert_eq!(block, expected);
    }
}
