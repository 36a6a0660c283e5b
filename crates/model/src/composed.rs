//! Address ranges that a configuration puts together itself, out of what is known only after the apply.
//!
//! What AWS gives (the range of a VPC, what a pool hands out) is a range, and so are its parts. Only a range that
//! something else goes into, such as a random number or a text that is looked up, can turn out to be none.

use std::collections::BTreeSet;
use std::sync::Arc;

use groundplan_ir::{
    Address, Argument, Cause, Config, Expression, Followed, Resource, Step, Target,
};

/// The arguments that take a range.
const RANGES: &[&str] = &[
    "cidr_block",
    "ipv6_cidr_block",
    "destination_cidr_block",
    "destination_ipv6_cidr_block",
    "cidr",
];

/// The blocks that such arguments stand in, and the attributes that hold such blocks.
const BLOCKS: &[&str] = &["route", "routes", "entry"];

/// Attributes, and blocks, that hold ranges or addresses and nothing else that could go into one.
const GIVEN: &[&str] = &[
    "allocated_cidr",
    "allowed_prefixes",
    "cidr_block_associations",
    "cidr_blocks",
    "cidr_ipv4",
    "cidr_ipv6",
    "client_cidr_block",
    "entries",
    "ipv6_cidr_blocks",
    "private_ip",
    "public_ip",
    "transit_gateway_cidr_blocks",
];

/// Types of AWS that keep any text at all.
const TEXTS: &[&str] = &["ssm_parameter", "secretsmanager", "s3_", "lambda_", "cloudformation_"];

/// The instances with a range that something else than ranges goes into, as far as that is told.
pub(crate) fn composed(config: &Config) -> BTreeSet<Arc<Address>> {
    let made = config.resources().iter().filter(|it| it.planned.is_some());
    let made = made.filter(|it| is_composed(config, it));
    made.map(|it| Arc::clone(&it.address)).collect()
}

fn is_composed(config: &Config, resource: &Resource) -> bool {
    let Some(planned) = &resource.planned else { return false };
    let open = |name: &str| planned.get(name).is_some_and(|it| it.first_unknown().is_some());
    let asked = || RANGES.iter().chain(BLOCKS).filter(|name| open(name));
    if asked().next().is_none() {
        return false;
    }
    let Some(block) = config.block(&resource.address) else { return false };
    let written = asked().filter_map(|name| block.arguments.get(*name));
    written.flat_map(ranges).any(|it| mixes(config, &config.follow(resource, it)))
}

/// The expressions of ranges in an argument.
fn ranges(argument: &Argument) -> Vec<&Expression> {
    match argument {
        Argument::Expression(expression) => vec![expression],
        Argument::Blocks(blocks) => {
            let named =
                blocks.iter().flat_map(|block| RANGES.iter().filter_map(|it| block.get(*it)));
            named.flat_map(Argument::expressions).collect()
        }
    }
}

fn mixes(config: &Config, followed: &Followed) -> bool {
    followed.targets.iter().any(|it| !is_given(config, it))
        || followed.obstacles.iter().any(is_text)
}

/// Whether only a range can come from there, or nothing that goes into one.
fn is_given(config: &Config, target: &Target) -> bool {
    match target.path.first().and_then(Step::attribute) {
        Some(name) => {
            let is_id = name == "id" || name == "arn" || name.ends_with("_id");
            is_id || [RANGES, BLOCKS, GIVEN].iter().any(|it| it.contains(&name))
        }
        // Of the whole thing some part is taken, most likely the range that things of AWS have.
        None => config
            .resources()
            .get(target.resource)
            .is_some_and(|it| it.address.kind.starts_with("aws_")),
    }
}

/// Whether something that is not read may be a text or a number.
fn is_text(cause: &Cause) -> bool {
    #[expect(clippy::wildcard_enum_match_arm, reason = "no other cause names something")]
    match cause {
        Cause::NotModelled(block) => {
            let kind = block.strip_prefix("data.").unwrap_or(block);
            let of_aws = kind.strip_prefix("aws_");
            of_aws.is_none_or(|kind| TEXTS.iter().any(|text| kind.starts_with(text)))
        }
        _ => false,
    }
}
