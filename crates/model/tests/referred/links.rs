//! What a value names that is, or is computed from, what other instances give.

use groundplan_ir::{Argument, Cause, Expression, ModuleCall, Traversal, Tri, Value};
use groundplan_model::{AttachmentKind, Link, Topology, Vpc, build};

use crate::support::{
    A, B, computed, config, exactly, find, instance, known_after_apply, network, vpc, vpc_of_subnet,
};

/// The link of a subnet whose `vpc_id` is this, beside two VPCs.
fn beside_two(value: Value) -> (Topology, Link<Vpc>) {
    let topology = network(&[A, B, ("aws_subnet.s", &[("vpc_id", value)])]);
    let link = vpc_of_subnet(&topology);
    (topology, link)
}

#[test]
fn an_exact_source_is_the_target() {
    let (topology, link) = beside_two(exactly(&["aws_vpc.b.id"]));
    assert_eq!(link, Link::Here(vpc(&topology, "aws_vpc.b")));
}

#[test]
fn several_exact_sources_are_one_of_them() {
    let (topology, link) = beside_two(exactly(&["aws_vpc.a.id", "aws_vpc.b.id"]));
    let Link::OneOf(ids, cause) = link else { panic!("{link:?}") };
    assert_eq!(ids, [vpc(&topology, "aws_vpc.a"), vpc(&topology, "aws_vpc.b")]);
    assert_eq!(cause, Cause::ManyInstances("aws_subnet.s.here".into()));
}

#[test]
fn several_sources_that_name_one_thing_name_it() {
    let topology = network(&[
        A,
        ("aws_subnet.s", &[("vpc_id", exactly(&["aws_vpc.a.id"]))]),
        ("aws_route_table.t", &[("vpc_id", exactly(&["aws_vpc.a.id", "aws_subnet.s.vpc_id"]))]),
    ]);
    let table = find(&topology.route_tables, |it| it.head.origin.to_string(), "aws_route_table.t");
    assert_eq!(topology.route_tables[table].vpc, Link::Here(vpc(&topology, "aws_vpc.a")));
}

#[test]
fn a_computed_value_names_nothing() {
    let unknown = Link::Unknown(known_after_apply("aws_subnet.s.here"));
    assert_eq!(beside_two(computed(&["aws_vpc.a.id"])).1, unknown);
    assert_eq!(beside_two(computed(&[])).1, unknown);
    assert_eq!(beside_two(exactly(&[])).1, unknown);
}

#[test]
fn the_references_of_the_block_are_not_asked() {
    // `vpc_id = var.vpc_id == "" ? aws_vpc.a.id : var.vpc_id`, and the variable has no value.
    let subnet = instance("aws_subnet.s", &[("vpc_id", computed(&["aws_vpc.a.id"]))]);
    let mut config = config(vec![(instance("aws_vpc.a", &[]), vec![]), (subnet, vec!["vpc_id"])]);
    let references = vec![Traversal::reference("aws_vpc.a.id"), Traversal::reference("aws_vpc.a")];
    let expression = Argument::Expression(Expression { references, constant: None });
    let block = config.root.blocks.get_mut("aws_subnet.s").unwrap();
    block.arguments.insert("vpc_id".into(), expression);
    let link = vpc_of_subnet(&build(&config));
    assert_eq!(link, Link::Unknown(known_after_apply("aws_subnet.s.here")));
}

#[test]
fn a_sensitive_value_names_nothing() {
    let Value::Referred(mut it) = exactly(&["aws_vpc.a.id"]) else { panic!() };
    it.cause = Cause::Sensitive("vpc_id".into());
    let (_, link) = beside_two(Value::Referred(it));
    assert_eq!(link, Link::Unknown(Cause::Sensitive("aws_subnet.s.vpc_id".into())));
}

#[test]
fn what_is_not_read_and_what_is_no_id_names_nothing() {
    let (_, link) = beside_two(exactly(&["aws_lambda_function.f.vpc_id"]));
    assert_eq!(link, Link::Unknown(Cause::NotModelled("aws_lambda_function.f".into())));
    let (_, link) = beside_two(exactly(&["aws_vpc.a.arn"]));
    assert_eq!(link, Link::Unknown(Cause::OtherAttribute("aws_vpc.a.arn".into())));
    let Value::Referred(mut it) = exactly(&["aws_vpc.a.id"]) else { panic!() };
    it.sources[0].path.clear();
    let (_, link) = beside_two(Value::Referred(it));
    assert_eq!(link, Link::Unknown(Cause::OtherAttribute("aws_vpc.a.*".into())));
}

#[test]
fn what_was_left_out_is_absent() {
    let subnet = instance("aws_subnet.s", &[("vpc_id", exactly(&["aws_subnet.s.vpc_id"]))]);
    let topology = build(&config(vec![(subnet, vec![])]));
    assert_eq!(vpc_of_subnet(&topology), Link::Absent);
    let data = instance("data.aws_subnet.s", &[]);
    let topology = build(&config(vec![(data, vec![])]));
    let unknown = Link::Unknown(known_after_apply("data.aws_subnet.s.here"));
    assert_eq!(vpc_of_subnet(&topology), unknown);
}

#[test]
fn a_data_source_that_is_not_read_is_followed() {
    let topology = network(&[
        A,
        ("data.aws_vpc.same", &[("id", exactly(&["aws_vpc.a.id"]))]),
        ("data.aws_vpc.other", &[]),
        ("aws_subnet.one", &[("vpc_id", exactly(&["data.aws_vpc.same.id"]))]),
        ("aws_subnet.two", &[("vpc_id", exactly(&["data.aws_vpc.other.id"]))]),
        ("data.aws_subnet.three", &[]),
        ("aws_route_table.t", &[("vpc_id", exactly(&["data.aws_subnet.three.vpc_id"]))]),
    ]);
    let links: Vec<Link<Vpc>> = topology.subnets.iter().map(|(_, it)| it.vpc.clone()).collect();
    assert_eq!(links[0], Link::Here(vpc(&topology, "aws_vpc.a")));
    assert_eq!(links[1], Link::Here(vpc(&topology, "data.aws_vpc.other")));
    let table = find(&topology.route_tables, |it| it.head.origin.to_string(), "aws_route_table.t");
    let own = Link::Unknown(known_after_apply("data.aws_subnet.three.here"));
    assert_eq!(topology.route_tables[table].vpc, own);
}

#[test]
fn a_chain_through_other_resources_is_followed() {
    let topology = network(&[
        A,
        ("aws_subnet.s", &[("vpc_id", exactly(&["aws_vpc.a.id"]))]),
        ("aws_vpc_peering_connection.p", &[("vpc_id", exactly(&["aws_subnet.s.vpc_id"]))]),
        (
            "aws_vpc_peering_connection_accepter.p",
            &[("vpc_peering_connection_id", exactly(&["aws_vpc_peering_connection.p.id"]))],
        ),
        (
            "aws_vpc_peering_connection_options.o",
            &[(
                "vpc_peering_connection_id",
                exactly(&["aws_vpc_peering_connection_accepter.p.id"]),
            )],
        ),
    ]);
    let (peering, it) = topology.peerings.iter().next().unwrap();
    assert_eq!(it.requester, Link::Here(vpc(&topology, "aws_vpc.a")));
    assert_eq!(topology.peering_options.iter().next().unwrap().1.peering, Link::Here(peering));
}

#[test]
fn the_default_tables_are_found() {
    let topology = network(&[
        A,
        B,
        (
            "aws_default_route_table.b",
            &[("default_route_table_id", exactly(&["aws_vpc.b.default_route_table_id"]))],
        ),
        ("aws_route.a", &[("route_table_id", exactly(&["aws_vpc.a.main_route_table_id"]))]),
        ("aws_route.b", &[("route_table_id", exactly(&["aws_vpc.b.main_route_table_id"]))]),
    ]);
    let tables: Vec<_> = topology.routes.iter().map(|(_, it)| it.table.here().unwrap()).collect();
    let vpcs: Vec<_> = tables.iter().map(|it| topology.route_tables[*it].vpc.clone()).collect();
    assert_eq!(vpcs[0], Link::Here(vpc(&topology, "aws_vpc.a")));
    assert_eq!(vpcs[1], Link::Here(vpc(&topology, "aws_vpc.b")));
    let adopted = &topology.route_tables[tables[1]].head.origin;
    assert_eq!(adopted.to_string(), "aws_default_route_table.b");
}

#[test]
fn a_transit_network_is_linked() {
    let attachment = exactly(&["aws_ec2_transit_gateway_vpc_attachment.a.id"]);
    let table = exactly(&["aws_ec2_transit_gateway_route_table.t.id"]);
    let topology = network(&[
        A,
        ("aws_subnet.s", &[("vpc_id", exactly(&["aws_vpc.a.id"]))]),
        ("aws_ec2_transit_gateway.g", &[]),
        (
            "aws_ec2_transit_gateway_vpc_attachment.a",
            &[
                ("vpc_id", exactly(&["aws_subnet.s.vpc_id"])),
                ("subnet_ids", Value::List(vec![exactly(&["aws_subnet.s.id"])])),
                ("transit_gateway_id", exactly(&["aws_ec2_transit_gateway.g.id"])),
            ],
        ),
        (
            "aws_ec2_transit_gateway_route_table.t",
            &[("transit_gateway_id", exactly(&["aws_ec2_transit_gateway.g.id"]))],
        ),
        (
            "aws_ec2_transit_gateway_route_table_association.a",
            &[
                ("transit_gateway_attachment_id", attachment.clone()),
                ("transit_gateway_route_table_id", table),
            ],
        ),
        (
            "aws_ec2_transit_gateway_route.r",
            &[
                ("transit_gateway_attachment_id", attachment),
                (
                    "transit_gateway_route_table_id",
                    exactly(&["aws_ec2_transit_gateway.g.association_default_route_table_id"]),
                ),
            ],
        ),
    ]);
    let (gateway, _) = topology.transit_gateways.iter().next().unwrap();
    let (id, it) = topology.attachments.iter().next().unwrap();
    assert_eq!(it.gateway, Link::Here(gateway));
    let AttachmentKind::Vpc { vpc: link, subnets, .. } = &it.kind else { panic!() };
    assert_eq!(*link, Link::Here(vpc(&topology, "aws_vpc.a")));
    assert!(matches!(subnets, Tri::Known(it) if it.exact && it.here.len() == 1));
    let association = topology.tgw_associations.iter().next().unwrap().1;
    assert_eq!(association.attachment, Link::Here(id));
    assert!(!topology.tgw_route_tables[association.table.here().unwrap()].is_default);
    let route = topology.tgw_routes.iter().next().unwrap().1;
    assert_eq!(route.attachment, Link::Here(id));
    assert!(topology.tgw_route_tables[route.table.here().unwrap()].is_default);
}

#[test]
fn dependencies_are_found_from_the_references_of_the_block() {
    // depends_on = [local.accepters], where the local mentions a module's output.
    let options = instance("aws_vpc_peering_connection_options.o", &[]);
    let accepter = instance("module.far.aws_vpc_peering_connection_accepter.p", &[]);
    let mut config = config(vec![(options, vec![]), (accepter, vec![])]);
    let mention =
        |text: &str| Expression { references: vec![Traversal::reference(text)], constant: None };
    config.root.locals.insert("accepters".into(), mention("module.far.accepter"));
    let call: &mut ModuleCall = config.root.calls.get_mut("far").unwrap();
    let output = mention("aws_vpc_peering_connection_accepter.p.id");
    call.module.outputs.insert("accepter".into(), output);
    let block = config.root.blocks.get_mut("aws_vpc_peering_connection_options.o").unwrap();
    block.depends_on = vec![Traversal::reference("local.accepters")];
    let topology = build(&config);
    let (accepter, _) = topology.peering_accepters.iter().next().unwrap();
    let waits = &topology.peering_options.iter().next().unwrap().1.waits_for;
    assert_eq!(*waits, Tri::Known(vec![accepter]));
}
