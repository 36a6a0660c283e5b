//! Lists of values that say what they come from, and values inside nested blocks.

use groundplan_ir::{Cause, Tri, Value};
use groundplan_model::{Link, Members, RouteTable, RouteTarget, Topology};

use crate::support::{computed, exactly, find, known_after_apply, network, object, text};

fn members(value: Value) -> (Topology, Tri<Members<RouteTable>>) {
    let topology = network(&[
        ("aws_route_table.a", &[]),
        ("aws_route_table.b", &[]),
        ("aws_route_table.any[*]", &[]),
        ("aws_vpc_endpoint.other", &[("route_table_ids", text("no list"))]),
        ("aws_vpc_endpoint.e", &[("route_table_ids", value)]),
    ]);
    let at = find(&topology.endpoints, |it| it.head.name(), "aws_vpc_endpoint.e");
    let members = topology.endpoints[at].route_tables.clone();
    (topology, members)
}

fn names(topology: &Topology, members: &Members<RouteTable>) -> Vec<String> {
    members.here.iter().map(|it| topology.route_tables[*it].head.name()).collect()
}

#[test]
fn the_members_of_a_list_are_exact() {
    let list = vec![exactly(&["aws_route_table.b.id"]), text("rtb-1")];
    let (topology, found) = members(Value::List(list));
    let Tri::Known(found) = found else { panic!("{found:?}") };
    assert!(found.exact);
    assert_eq!(names(&topology, &found), ["aws_route_table.b"]);
    assert_eq!(found.elsewhere, ["rtb-1".into()]);
}

#[test]
fn a_member_that_is_one_of_several_is_not_exact() {
    let one = exactly(&["aws_route_table.a.id", "aws_route_table.b.id"]);
    let (topology, found) = members(Value::List(vec![one.clone(), one]));
    let Tri::Known(found) = found else { panic!("{found:?}") };
    assert!(!found.exact);
    assert_eq!(names(&topology, &found), ["aws_route_table.a", "aws_route_table.b"]);
}

#[test]
fn a_computed_member_or_list_is_unknown() {
    let own = known_after_apply("aws_vpc_endpoint.e.here");
    let list = vec![exactly(&["aws_route_table.a.id"]), computed(&["aws_route_table.b.id"])];
    for value in [Value::List(list), computed(&["aws_route_table.a.id"])] {
        let Tri::Unknown(cause) = members(value).1 else { panic!() };
        assert_eq!(cause, own);
    }
}

#[test]
fn a_list_that_is_the_list_of_another_one_has_its_members() {
    let topology = network(&[
        ("aws_route_table.a", &[]),
        (
            "aws_vpc_endpoint.first",
            &[("route_table_ids", Value::List(vec![exactly(&["aws_route_table.a.id"])]))],
        ),
        (
            "aws_vpc_endpoint.second",
            &[("route_table_ids", exactly(&["aws_vpc_endpoint.first.route_table_ids"]))],
        ),
    ]);
    let at = find(&topology.endpoints, |it| it.head.name(), "aws_vpc_endpoint.second");
    let found = topology.endpoints[at].route_tables.clone();
    let Tri::Known(found) = found else { panic!("{found:?}") };
    assert_eq!(names(&topology, &found), ["aws_route_table.a"]);
}

#[test]
fn a_list_of_any_number_of_members_may_be_empty() {
    let any = exactly(&["aws_route_table.any[*].id"]);
    let Tri::Unknown(cause) = members(Value::List(vec![any.clone()])).1 else { panic!() };
    assert_eq!(cause, Cause::Expansion("aws_route_table.any".into()));
    let (topology, found) = members(Value::List(vec![any, exactly(&["aws_route_table.a.id"])]));
    let Tri::Known(found) = found else { panic!("{found:?}") };
    assert!(!found.exact);
    assert_eq!(names(&topology, &found), ["aws_route_table.a", "aws_route_table.any[*]"]);
}

/// The targets of the `route` blocks of a table, and why there may be more.
fn inline(blocks: Vec<Value>) -> (Topology, Vec<RouteTarget>, Tri<()>) {
    let topology = network(&[
        ("aws_internet_gateway.i", &[]),
        ("aws_vpn_gateway.v", &[]),
        ("aws_nat_gateway.n", &[]),
        ("aws_vpc_peering_connection.p", &[]),
        ("aws_route_table.t", &[("route", Value::List(blocks))]),
    ]);
    let targets = topology.routes.iter().map(|(_, it)| it.target.clone()).collect();
    let open = topology.route_tables.iter().next().unwrap().1.routes_unknown.clone();
    (topology, targets, open)
}

#[test]
fn each_block_of_a_table_has_its_own_target() {
    let range = ("cidr_block", text("10.0.0.0/8"));
    let to = |name, source: &str| object(&[range.clone(), (name, exactly(&[source]))]);
    let (topology, targets, open) = inline(vec![
        to("gateway_id", "aws_vpn_gateway.v.id"),
        to("gateway_id", "aws_internet_gateway.i.id"),
        to("nat_gateway_id", "aws_nat_gateway.n.id"),
        to("vpc_peering_connection_id", "aws_vpc_peering_connection.p.id"),
        to("nat_gateway_id", "aws_internet_gateway.i.id"),
    ]);
    assert_eq!(open, Tri::Absent);
    let vpn = topology.vpn_gateways.iter().next().unwrap().0;
    assert_eq!(targets[0], RouteTarget::VpnGateway(Link::Here(vpn)));
    let internet = topology.internet_gateways.iter().next().unwrap().0;
    assert_eq!(targets[1], RouteTarget::InternetGateway(Link::Here(internet)));
    let nat = topology.nat_gateways.iter().next().unwrap().0;
    assert_eq!(targets[2], RouteTarget::NatGateway(Link::Here(nat)));
    let peering = topology.peerings.iter().next().unwrap().0;
    assert_eq!(targets[3], RouteTarget::Peering(Link::Here(peering)));
    let other = Cause::OtherAttribute("aws_internet_gateway.i.id".into());
    assert_eq!(targets[4], RouteTarget::NatGateway(Link::Unknown(other)));
}

#[test]
fn of_targets_that_may_be_null_nobody_knows_which_counts() {
    let nat = ("nat_gateway_id", computed(&["aws_nat_gateway.n.id"]));
    let (topology, targets, _) = inline(vec![
        object(&[("gateway_id", computed(&["aws_internet_gateway.i.id"])), nat.clone()]),
        object(&[("gateway_id", exactly(&["aws_internet_gateway.i.id"])), nat.clone()]),
        object(&[
            ("vpc_peering_connection_id", exactly(&["aws_vpc_peering_connection.p.id"])),
            nat,
        ]),
    ]);
    let cause = known_after_apply("aws_route_table.t.here");
    assert_eq!(targets[0], RouteTarget::Unknown(cause));
    let internet = topology.internet_gateways.iter().next().unwrap().0;
    assert_eq!(targets[1], RouteTarget::InternetGateway(Link::Here(internet)));
    let peering = topology.peerings.iter().next().unwrap().0;
    assert_eq!(targets[2], RouteTarget::Peering(Link::Here(peering)));
}

#[test]
fn a_block_that_is_unknown_as_a_whole_is_any_number_of_blocks() {
    let known = object(&[
        ("cidr_block", text("10.0.0.0/8")),
        ("gateway_id", exactly(&["aws_internet_gateway.i.id"])),
    ]);
    let (_, targets, open) = inline(vec![known, computed(&[])]);
    assert_eq!(targets.len(), 1);
    assert_eq!(open, Tri::Unknown(known_after_apply("here")));
}
