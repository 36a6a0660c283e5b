//! Findings that follow from another one: who mends the cause has nothing left to do about them.

use std::collections::BTreeSet;

use groundplan_findings::Finding;
use groundplan_ir::Origin;

/// By rule: the rules whose finding about the same thing, at its primary place or another end, is the cause.
const CAUSES: &[(&str, &[&str])] = &[
    // A connection that AWS refuses carries nothing, whatever the routes are.
    (
        "peering-without-routes",
        &[
            "peering-cidr-overlap",
            "peering-duplicate-pair",
            "peering-duplicate-reversed",
            "self-peering",
        ],
    ),
    // The answers have a route, to the wrong VPC.
    ("peering-return-route-missing", &["peering-ambiguous-response"]),
    // So does an attachment that there is twice.
    // One that nobody accepts cannot be associated yet.
    (
        "tgw-attachment-not-associated",
        &[
            "tgw-duplicate-vpc-attachment",
            "tgw-peering-duplicate-or-self",
            "tgw-peering-not-accepted",
        ],
    ),
    ("tgw-peering-static-route-missing", &["tgw-peering-duplicate-or-self"]),
    ("tgw-peering-not-accepted", &["tgw-peering-duplicate-or-self"]),
    // What is attached elsewhere has other ranges.
    ("tgw-static-route-outside-attachment", &["tgw-cross-gateway-reference"]),
    // An egress VPC without a way back from its NAT gateways needs it there first.
    // Where no table of a VPC leads to the gateway, its answers have no way either.
    ("tgw-no-return-path", &["central-egress-return-missing", "tgw-vpc-route-missing"]),
    ("tgw-vpc-route-missing", &["central-egress-return-missing"]),
    // An endpoint in the subnet of an attachment has its own table lead to it.
    ("gwlb-endpoint-self-loop", &["tgw-inspection-bypass-or-loop"]),
    // What two stacks manage is there twice for whoever looks at their configurations.
    ("duplicate-route-destination", &["managed-in-two-stacks"]),
    ("subnet-associated-twice", &["managed-in-two-stacks"]),
    ("tgw-double-association", &["managed-in-two-stacks"]),
    // A blackhole that names an attachment was not meant to lead there.
    ("tgw-segment-leak", &["tgw-blackhole-with-attachment"]),
];

/// The findings without those that follow from another one of them, in the same order.
pub fn without_consequences(findings: Vec<Finding>) -> Vec<Finding> {
    let blamed: BTreeSet<(&str, String)> = findings
        .iter()
        .filter(|it| CAUSES.iter().any(|(_, causes)| causes.contains(&it.rule)))
        .flat_map(|it| {
            let ends = it.related.iter().map(|label| &label.origin);
            [&it.primary.origin].into_iter().chain(ends).map(|origin| (it.rule, thing(origin)))
        })
        .collect();
    let follows = |it: &Finding| {
        let causes = CAUSES.iter().filter(|(rule, _)| *rule == it.rule);
        let about = thing(&it.primary.origin);
        causes
            .flat_map(|(_, causes)| *causes)
            .any(|cause| blamed.contains(&(*cause, about.clone())))
    };
    let followers: Vec<bool> = findings.iter().map(follows).collect();
    let kept = findings.into_iter().zip(followers).filter(|(_, follows)| !follows);
    kept.map(|(it, _)| it).collect()
}

/// The resource instance, of several stacks with its stack.
fn thing(origin: &Origin) -> String {
    origin.address.to_string()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use groundplan_ir::Address;

    use super::*;
    use crate::RULES;

    fn finding(rule: &'static str, address: &str) -> Finding {
        let origin = Origin::of(&Arc::new(Address::parse(address).unwrap()));
        Finding { rule, ..Finding::at(&origin, "") }
    }

    #[test]
    fn the_rules_are_there() {
        let known = |id: &str| RULES.iter().any(|entry| entry.id == id);
        for (rule, causes) in CAUSES {
            assert!(known(rule), "{rule}");
            assert!(causes.iter().all(|it| known(it)), "{rule}");
        }
    }

    #[test]
    fn what_follows_goes_and_the_rest_stays() {
        let cause = finding("self-peering", "aws_vpc_peering_connection.a");
        let follows = finding("peering-without-routes", "aws_vpc_peering_connection.a");
        let other = finding("peering-without-routes", "aws_vpc_peering_connection.b");
        let kept = without_consequences(vec![cause.clone(), follows.clone(), other.clone()]);
        assert_eq!(kept, [cause, other]);
        assert_eq!(without_consequences(vec![follows.clone()]), [follows]);
    }
}
