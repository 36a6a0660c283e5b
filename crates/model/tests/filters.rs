//! Security groups and network ACLs, as values of a configuration give them.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test may stop at what it does not expect"
)]

#[path = "referred/support.rs"]
#[expect(dead_code, reason = "shared with the tests of links")]
mod support;

use groundplan_ir::{Tri, Value};
use groundplan_model::{Direction, RuleSource, SgPeer, TCP, Topology};
use support::{A, exactly, find, network, object, text};

fn number(value: u16) -> Value {
    Value::Number(groundplan_ir::Number::Whole(i128::from(value)))
}

fn list(items: &[Value]) -> Value {
    Value::List(items.to_vec())
}

fn https(cidrs: &[&str]) -> Value {
    object(&[
        ("from_port", number(443)),
        ("to_port", number(443)),
        ("protocol", text("tcp")),
        ("cidr_blocks", list(&cidrs.iter().map(|it| text(it)).collect::<Vec<_>>())),
    ])
}

fn subnet() -> [(&'static str, Value); 1] {
    [("vpc_id", exactly(&["aws_vpc.a.id"]))]
}

#[test]
fn rules_inside_a_group_and_beside_it() {
    let group =
        [("vpc_id", exactly(&["aws_vpc.a.id"])), ("ingress", list(&[https(&["10.0.0.0/8"])]))];
    let beside = [
        ("security_group_id", exactly(&["aws_security_group.web.id"])),
        ("type", text("egress")),
        ("protocol", text("-1")),
        ("from_port", number(0)),
        ("to_port", number(0)),
        ("source_security_group_id", exactly(&["aws_security_group.web.id"])),
    ];
    let net =
        network(&[A, ("aws_security_group.web", &group), ("aws_security_group_rule.out", &beside)]);
    let web = find(&net.security_groups, |it| it.head.name(), "aws_security_group.web");
    let rules: Vec<_> = net.rules_of_group.of(web).iter().map(|id| &net.sg_rules[*id]).collect();
    assert_eq!(rules.len(), 2);
    assert_eq!(rules[0].source, RuleSource::Inline);
    assert_eq!(rules[0].direction, Tri::Known(Direction::Ingress));
    assert_eq!(rules[0].traffic.covers(TCP, (443, 443)), Tri::Known(true));
    assert_eq!(rules[0].peers, [SgPeer::Range(Tri::Known("10.0.0.0/8".parse().unwrap()))]);
    assert_eq!(rules[1].direction, Tri::Known(Direction::Egress));
    assert_eq!(rules[1].traffic.covers(TCP, (22, 22)), Tri::Known(true));
    assert_eq!(rules[1].peers.len(), 1);
    assert_eq!(net.sg_rules_gap(web, Direction::Ingress), None);
    assert_eq!(net.sg_rules_gap(web, Direction::Egress), None);
}

#[test]
fn rules_that_only_the_apply_tells_leave_a_gap() {
    let group = [
        ("vpc_id", exactly(&["aws_vpc.a.id"])),
        ("ingress", Value::Unknown(support::known_after_apply("ingress"))),
    ];
    let net = network(&[A, ("aws_security_group.web", &group)]);
    let web = find(&net.security_groups, |it| it.head.name(), "aws_security_group.web");
    assert!(net.sg_rules_gap(web, Direction::Ingress).is_some());
    assert_eq!(net.sg_rules_gap(web, Direction::Egress), None);
}

fn acl_of(net: &Topology) -> Tri<String> {
    let subnet = find(&net.subnets, |it| it.head.name(), "aws_subnet.s");
    net.acl_of_subnet(subnet).map(|id| net.network_acls[id].head.name())
}

#[test]
fn a_subnet_has_the_acl_that_names_it() {
    let by_acl = [
        ("vpc_id", exactly(&["aws_vpc.a.id"])),
        ("subnet_ids", list(&[exactly(&["aws_subnet.s.id"])])),
    ];
    let net = network(&[A, ("aws_subnet.s", &subnet()), ("aws_network_acl.own", &by_acl)]);
    assert_eq!(acl_of(&net), Tri::Known("aws_network_acl.own".to_owned()));

    let alone = [("vpc_id", exactly(&["aws_vpc.a.id"]))];
    let tie = [
        ("network_acl_id", exactly(&["aws_network_acl.own.id"])),
        ("subnet_id", exactly(&["aws_subnet.s.id"])),
    ];
    let net = network(&[
        A,
        ("aws_subnet.s", &subnet()),
        ("aws_network_acl.own", &alone),
        ("aws_network_acl_association.tie", &tie),
    ]);
    assert_eq!(acl_of(&net), Tri::Known("aws_network_acl.own".to_owned()));
}

#[test]
fn else_it_has_the_default_one_of_its_vpc() {
    let net = network(&[A, ("aws_subnet.s", &subnet())]);
    assert_eq!(acl_of(&net), Tri::Absent);

    let adopted = [("default_network_acl_id", exactly(&["aws_vpc.a.default_network_acl_id"]))];
    let net = network(&[A, ("aws_subnet.s", &subnet()), ("aws_default_network_acl.it", &adopted)]);
    assert_eq!(acl_of(&net), Tri::Known("aws_default_network_acl.it".to_owned()));
}

#[test]
fn rules_of_an_acl_are_in_the_order_of_their_numbers() {
    let rule = |at: u16, action: &str| {
        object(&[
            ("rule_no", number(at)),
            ("action", text(action)),
            ("protocol", text("-1")),
            ("from_port", number(0)),
            ("to_port", number(0)),
            ("cidr_block", text("0.0.0.0/0")),
        ])
    };
    let acl = [
        ("vpc_id", exactly(&["aws_vpc.a.id"])),
        ("ingress", list(&[rule(200, "deny"), rule(100, "allow")])),
    ];
    let beside = [
        ("network_acl_id", exactly(&["aws_network_acl.own.id"])),
        ("rule_number", number(150)),
        ("egress", Value::Bool(false)),
        ("rule_action", text("deny")),
        ("protocol", text("6")),
        ("from_port", number(22)),
        ("to_port", number(22)),
        ("cidr_block", text("10.0.0.0/8")),
    ];
    let net = network(&[A, ("aws_network_acl.own", &acl), ("aws_network_acl_rule.ssh", &beside)]);
    let own = find(&net.network_acls, |it| it.head.name(), "aws_network_acl.own");
    let rules = net.acl_rules(own, Direction::Ingress).unwrap();
    let numbers: Vec<_> = rules.iter().map(|id| net.acl_rules[*id].number.clone()).collect();
    assert_eq!(numbers, [100, 150, 200].map(Tri::Known));
    assert_eq!(net.acl_rules(own, Direction::Egress).unwrap(), []);
}
