//! Instances of which nobody knows how many there are: nothing is concluded from them.

use groundplan_ir::{Cause, Tri, Value};
use groundplan_model::{Id, Link, RouteTarget};

use crate::support::{A, exactly, network, object, text, vpc, vpc_of_subnet};

fn expansion(what: &str) -> Cause {
    Cause::Expansion(what.into())
}

fn one_of<T>(id: Id<T>, what: &str) -> (Link<T>, Cause) {
    (Link::OneOf(vec![id], expansion(what)), expansion(what))
}

#[test]
fn a_link_to_a_symbolic_instance_proves_nothing() {
    let topology = network(&[
        ("aws_vpc.a[*]", &[]),
        ("aws_subnet.s", &[("vpc_id", exactly(&["aws_vpc.a[*].id"]))]),
        ("aws_route.r", &[("route_table_id", exactly(&["aws_vpc.a[*].main_route_table_id"]))]),
    ]);
    let any = vpc(&topology, "aws_vpc.a[*]");
    let (link, cause) = one_of(any, "aws_vpc.a");
    assert_eq!(vpc_of_subnet(&topology), link);
    assert_eq!(vpc_of_subnet(&topology).tri(), Tri::Unknown(cause.clone()));
    assert!(topology.subnets_of_vpc.of(any).is_empty());
    assert_eq!(topology.subnets_of_vpc.possible_of(any).len(), 1);
    let (table, main) = topology.route_tables.iter().next().unwrap();
    assert_eq!(main.vpc, link);
    let route = topology.routes.iter().next().unwrap().1;
    assert_eq!(route.table, one_of(table, "aws_vpc.a").0);
    assert_eq!(topology.container_open(&topology.vpcs[any].head), Some(cause));
    // A second link need not lead to the same instance.
    let same = topology.same_vpc(&link, &vpc_of_subnet(&topology));
    assert_eq!(same, Tri::Unknown(expansion("aws_vpc.a")));
}

#[test]
fn a_link_from_a_symbolic_instance_is_only_possible() {
    let topology = network(&[
        A,
        ("aws_subnet.s[*]", &[("vpc_id", exactly(&["aws_vpc.a.id"]))]),
        (
            "aws_route_table.t[*]",
            &[
                ("vpc_id", exactly(&["aws_vpc.a.id"])),
                (
                    "route",
                    Value::List(vec![object(&[
                        ("cidr_block", text("0.0.0.0/0")),
                        ("gateway_id", exactly(&["aws_internet_gateway.i.id"])),
                    ])]),
                ),
            ],
        ),
        ("aws_internet_gateway.i", &[("vpc_id", exactly(&["aws_vpc.a.id"]))]),
    ]);
    let a = vpc(&topology, "aws_vpc.a");
    assert_eq!(vpc_of_subnet(&topology), one_of(a, "aws_subnet.s").0);
    assert!(topology.subnets_of_vpc.of(a).is_empty());
    assert_eq!(topology.subnets_of_vpc.open(a), Some(&expansion("aws_subnet.s")));
    assert_eq!(topology.tables_of_vpc.possible_of(a).len(), 1);
    let (gateway, it) = topology.internet_gateways.iter().next().unwrap();
    assert_eq!(it.vpc, Link::Here(a));
    let route = topology.routes.iter().next().unwrap().1;
    let target = RouteTarget::InternetGateway(one_of(gateway, "aws_route_table.t").0);
    assert_eq!(route.target, target);
}

#[test]
fn a_symbolic_module_makes_all_in_it_symbolic() {
    let topology = network(&[
        ("module.m[*].aws_vpc.a", &[]),
        ("module.m[*].aws_subnet.s", &[("vpc_id", exactly(&["module.m[*].aws_vpc.a.id"]))]),
    ]);
    let (link, _) = one_of(vpc(&topology, "module.m[*].aws_vpc.a"), "module.m");
    assert_eq!(vpc_of_subnet(&topology), link);
}

#[test]
fn a_chain_through_a_symbolic_instance_proves_nothing() {
    let topology = network(&[
        A,
        ("aws_subnet.s[*]", &[("vpc_id", exactly(&["aws_vpc.a.id"]))]),
        ("aws_route_table.t", &[("vpc_id", exactly(&["aws_subnet.s[*].vpc_id"]))]),
        (
            "aws_default_route_table.d[*]",
            &[("default_route_table_id", exactly(&["aws_vpc.a.default_route_table_id"]))],
        ),
    ]);
    let a = vpc(&topology, "aws_vpc.a");
    for (_, table) in topology.route_tables.iter() {
        assert!(matches!(&table.vpc, Link::OneOf(ids, _) if *ids == [a]), "{table:?}");
    }
    assert!(topology.tables(a).is_empty());
}

#[test]
fn a_symbolic_data_source_does_not_own_the_id_it_is_given() {
    let topology = network(&[
        ("data.aws_vpc.d[*]", &[("id", text("vpc-1"))]),
        ("aws_subnet.s", &[("vpc_id", text("vpc-1"))]),
    ]);
    let any = vpc(&topology, "data.aws_vpc.d[*]");
    assert_eq!(vpc_of_subnet(&topology), one_of(any, "data.aws_vpc.d").0);
}
