//! Live facts as a network: the model and the rules need nothing new for them.
#![expect(clippy::unwrap_used, reason = "a test may stop at what it does not expect")]

use std::path::Path;
use std::sync::Arc;

use groundplan_ir::{
    Action, Address, Attributes, Config, ModuleConfig, Resource, Stack, Tri, Value,
};
use groundplan_model::{AttachmentKind, Link, Management, RouteSource, Topology};
use groundplan_rules::RULES;

fn topology(case: &str) -> Topology {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/live").join(case);
    let read = groundplan_live::read(&folder, &groundplan_model::interest());
    groundplan_model::build(&read.config.unwrap())
}

#[test]
fn objects_are_observed_and_linked_by_their_ids() {
    let topology = topology("route-tables");
    let (vpc, it) = topology.vpcs.iter().next().unwrap();
    assert_eq!(it.head.management, Management::Observed);
    assert_eq!(it.head.origin.address.to_string(), "aws_vpc.vpc-0065acced4EXAMPLE");
    assert_eq!(it.head.account, Tri::Known("111122223333".into()));
    assert!(matches!(it.head.region, Tri::Unknown(_)));
    // The main table is the one that is described, and no other is thought of.
    assert_eq!(topology.route_tables.iter().count(), 2);
    assert_eq!(topology.tables(vpc).len(), 2);
    let main = topology.main_table(vpc).known().copied().unwrap();
    assert_eq!(topology.route_tables[main].head.id.as_deref(), Some("rtb-09ba434c1bEXAMPLE"));
    let sources: Vec<_> = topology.routes.iter().map(|(_, it)| it.source).collect();
    assert_eq!(sources, [RouteSource::Seen; 6]);
    // Whether there is more than is described nobody knows.
    assert!(topology.container_open(&topology.vpcs[vpc].head).is_some());
}

#[test]
fn what_is_not_printed_is_unknown() {
    let topology = topology("vpcs-and-subnets");
    for (_, vpc) in topology.vpcs.iter() {
        assert!(matches!(vpc.dns_support.value, Tri::Unknown(_)));
    }
    let ranges: Vec<String> = topology
        .vpcs
        .iter()
        .flat_map(|(id, _)| {
            topology.ranges(id).known().map(|it| it.0.to_string()).collect::<Vec<_>>()
        })
        .collect();
    assert_eq!(ranges, ["10.0.0.0/16", "30.1.0.0/16", "30.2.0.0/16", "2001:db8:1234:1a00::/56"]);
    let second = topology.vpcs.iter().nth(1).and_then(|(_, it)| it.ranges.get(1)).unwrap();
    assert!(second.origin.place.as_ref().unwrap().at.start > 0);
    assert_ne!(
        second.origin.place.as_ref().unwrap().at,
        second.origin.place.as_ref().unwrap().header()
    );
}

#[test]
fn transit_gateways_know_their_tables() {
    let topology = topology("transit");
    let (gateway, _) = topology.transit_gateways.iter().next().unwrap();
    let tables = topology.tables_of_gateway.of(gateway);
    assert_eq!(tables.len(), 1);
    let table = *tables.first().unwrap();
    assert_eq!(topology.tgw_routes_in(table).count(), 3);
    let attachment = topology
        .attachments
        .iter()
        .find(|(_, it)| it.head.id.as_deref() == Some("tgw-attach-01f8100bc7EXAMPLE"));
    let (attachment, it) = attachment.unwrap();
    assert!(
        matches!(&it.kind, AttachmentKind::Vpc { vpc: Link::Elsewhere(id), .. } if &**id == "vpc-3EXAMPLE")
    );
    let tie = topology.association(attachment);
    assert_eq!(tie.known().map(|it| it.to), Some(table));
    assert_eq!(topology.propagated_by_default(attachment), Tri::Known(false));
    // Of another account's attachment, and of a VPN's, nobody tells the association.
    for id in ["tgw-attach-0b5968d3b6EXAMPLE", "vpn-1122334455aabbccd"] {
        let found = topology.attachments.iter().find(|(_, it)| it.head.id.as_deref() == Some(id));
        let (attachment, _) = found.unwrap();
        assert!(matches!(topology.associated_by_default(attachment), Tri::Unknown(_)), "{id}");
    }
}

/// The attachment of a VPN connection is made from the connection. AWS does not print it there, and yet
/// it is the one that a stack knows.
#[test]
fn a_connection_that_a_stack_manages_has_one_attachment() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/live/vpn");
    let live = groundplan_live::read(&folder, &groundplan_model::interest()).config.unwrap();
    let text = |text: &str| Value::Text(text.into());
    let known = Attributes::from([
        ("id", text("vpn-1122334455aabbccd")),
        ("transit_gateway_id", text("tgw-00112233445566aab")),
        ("transit_gateway_attachment_id", text("tgw-attach-0c11223344EXAMPLE")),
    ]);
    let managed = Resource {
        address: Arc::new(Address::parse("aws_vpn_connection.site").unwrap()),
        previous_address: None,
        action: Action::NoOp,
        deposed: false,
        planned: Some(known.clone()),
        prior: Some(known),
    };
    let stack = Config::new(vec![managed], ModuleConfig::default());
    let all = [(Some("aws".into()), live), (Some("network".into()), stack)];
    let stacks =
        all.into_iter().map(|(name, config)| Stack { name, config, idless: false }).collect();
    let topology = groundplan_model::build(&Config::of_stacks(stacks));
    let over_gateway = topology.attachments.iter().filter(|(_, it)| it.gateway != Link::Absent);
    let names: Vec<String> = over_gateway.map(|(_, it)| it.head.name()).collect();
    assert_eq!(names, ["network:aws_vpn_connection.site"]);
}

/// An association that a stack destroys, and one that it replaces, are not there after the apply,
/// although AWS describes them.
#[test]
fn what_a_stack_takes_away_is_gone() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/live/route-tables");
    let live = groundplan_live::read(&folder, &groundplan_model::interest()).config.unwrap();
    let managed = |name: &str, action: Action, id: &str| {
        let id = || Attributes::from([("id", Value::Text(id.into()))]);
        let address = format!("aws_route_table_association.{name}");
        Resource {
            address: Arc::new(Address::parse(&address).unwrap()),
            previous_address: None,
            action,
            deposed: false,
            planned: (action != Action::Delete).then(Attributes::new),
            prior: Some(id()),
        }
    };
    let resources = vec![
        managed("a", Action::Delete, "rtbassoc-0b100c28b2EXAMPLE"),
        managed("b", Action::DeleteThenCreate, "rtbassoc-0c100c28b2EXAMPLE"),
    ];
    let stack = Config::new(resources, ModuleConfig::default());
    let all = [(Some("aws".into()), live), (Some("network".into()), stack)];
    let stacks =
        all.into_iter().map(|(name, config)| Stack { name, config, idless: false }).collect();
    let topology = groundplan_model::build(&Config::of_stacks(stacks));
    let left: Vec<String> =
        topology.route_table_associations.iter().map(|(_, it)| it.head.name()).collect();
    assert_eq!(left, ["network:aws_route_table_association.b"]);
}

/// Nothing in the cases is broken in a way that could be proven of what is only looked at, but for a route that the
/// AWS CLI's own example shows as `blackhole`.
#[test]
fn rules_find_nothing_in_them() {
    for case in [
        "vpcs-and-subnets",
        "route-tables",
        "peering",
        "transit",
        "endpoints-and-lists",
        "vpn",
        "gateways",
    ] {
        let outcome = groundplan_rules::check(&topology(case), RULES);
        assert!(outcome.crashes.is_empty(), "{case}");
        let messages: Vec<&str> = outcome.findings.iter().map(|it| &*it.message).collect();
        let expected = match case {
            "route-tables" => 1,
            _ => 0,
        };
        assert_eq!(messages.len(), expected, "{case}: {messages:?}");
        assert!(messages.iter().all(|it| it.contains("`blackhole`")), "{messages:?}");
    }
}
