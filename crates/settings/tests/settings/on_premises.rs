//! Declared ranges of sites, beside Terraform: what is then known of what lies behind a VPN connection.

use groundplan_findings::Problem;
use groundplan_ir::{Cause, Origin};
use groundplan_model::{Attachment, HopTo, Id, Proven, Sites, Topology, build, interest};
use groundplan_parser::{HclSettings, Input};
use groundplan_rules::RULES;

use crate::support::{directory, settings};

/// Two VPCs, of which `far` has a site behind a VPN connection that learns its routes.
const NETWORK: &str = r#"
resource "aws_vpc" "far" {
  cidr_block = "10.1.0.0/16"
}

resource "aws_vpn_gateway" "far" {
  vpc_id = aws_vpc.far.id
}

resource "aws_customer_gateway" "dc" {
  bgp_asn    = 65000
  ip_address = "203.0.113.1"
  type       = "ipsec.1"
}

resource "aws_vpn_connection" "dc" {
  vpn_gateway_id      = aws_vpn_gateway.far.id
  customer_gateway_id = aws_customer_gateway.dc.id
  type                = "ipsec.1"
}

resource "aws_route_table" "far" {
  vpc_id           = aws_vpc.far.id
  propagating_vgws = [aws_vpn_gateway.far.id]
}

resource "aws_ec2_transit_gateway" "core" {}

resource "aws_vpn_connection" "core" {
  transit_gateway_id  = aws_ec2_transit_gateway.core.id
  customer_gateway_id = aws_customer_gateway.dc.id
  type                = "ipsec.1"
}
"#;

/// The network with what is declared.
fn network(terraform: &str, declared: &str) -> (Topology, Vec<String>) {
    let root = directory(&[], declared);
    std::fs::write(root.path().join("main.tf"), terraform).unwrap();
    let read = groundplan_parser::read(
        &Input::File(root.path().to_owned()),
        &HclSettings::default(),
        &interest(),
    );
    assert_eq!(read.problems, []);
    let run = read.config.unwrap();
    let (settings, problems) = settings(&root);
    assert_eq!(problems, Vec::<String>::new(), "{declared}");
    let (config, problems) = settings.declare(run, Vec::new(), Some("net"));
    let told = |it: &Problem| {
        let (_, start, _) = config.sources.positions(it.at.unwrap()).unwrap();
        format!("{}: {}", start.line, it.message)
    };
    let problems = problems.iter().map(told).collect();
    (build(&config), problems)
}

fn topology(declared: &str) -> Topology {
    let (topology, problems) = network(NETWORK, declared);
    assert_eq!(problems, Vec::<String>::new());
    topology
}

fn site(behind: &str, more: &str) -> String {
    format!(
        "[[external.on_premises]]\nname = \"dc\"\ncidr_blocks = [\"192.168.0.0/16\"]\n\
         behind = [\"{behind}\"]\n{more}\n"
    )
}

/// What is behind the far VPC: its ranges, and whether there may be more.
fn behind(topology: &Topology) -> (Vec<String>, bool) {
    let (far, _) = topology.vpcs.iter().next().unwrap();
    let site = Sites::new(topology).behind(far).unwrap_or_default();
    (site.ranges.iter().map(|(net, _)| net.to_string()).collect(), site.open.is_some())
}

fn only(range: &str) -> Vec<String> {
    vec![range.to_owned()]
}

#[test]
fn without_a_word_nothing_is_known_of_a_site() {
    assert_eq!(behind(&topology("")), (Vec::new(), true));
}

#[test]
fn a_site_is_behind_whatever_leads_to_it() {
    for name in [
        "aws_vpn_connection.dc",
        "net:aws_vpn_connection.dc",
        "aws_customer_gateway.dc",
        "aws_vpn_gateway.far",
        "*:aws_vpn_connection.*",
    ] {
        let declared = topology(&site(name, ""));
        assert_eq!(behind(&declared), (only("192.168.0.0/16"), true), "{name}");
        let declared = topology(&site(name, "complete = true"));
        assert_eq!(behind(&declared), (only("192.168.0.0/16"), false), "{name}");
    }
    // Over the transit gateway alone it is not behind the VPC's own gateway.
    let declared = topology(&site("aws_vpn_connection.core", "complete = true"));
    assert_eq!(behind(&declared), (Vec::new(), true));
}

#[test]
fn what_names_nothing_of_the_run_says_nothing_of_it() {
    for name in ["app:aws_vpn_connection.dc", "aws_vpn_connection.none"] {
        let (topology, problems) = network(NETWORK, &site(name, "complete = true"));
        assert_eq!(problems, [format!("4: `{name}` is nowhere in this run")]);
        assert_eq!(behind(&topology), (Vec::new(), true), "{name}");
    }
    let declared = topology(&site("vgw-0123", "complete = true"));
    assert_eq!(behind(&declared), (Vec::new(), true));
}

#[test]
fn an_id_names_what_is_in_no_input() {
    let terraform = NETWORK.replace(
        "customer_gateway_id = aws_customer_gateway.dc.id",
        "customer_gateway_id = \"cgw-1\"",
    );
    let (topology, _) = network(&terraform, &site("cgw-1", "complete = true"));
    assert_eq!(behind(&topology), (only("192.168.0.0/16"), false));
}

#[test]
fn a_range_is_placed_in_the_file_that_declares_it() {
    let root = directory(&[], &site("aws_vpn_gateway.far", ""));
    std::fs::write(root.path().join("main.tf"), NETWORK).unwrap();
    let input = Input::File(root.path().to_owned());
    let run = groundplan_parser::read(&input, &HclSettings::default(), &interest()).config.unwrap();
    let (config, _) = settings(&root).0.declare(run, Vec::new(), None);
    let topology = build(&config);
    let text = |origin: &Origin| {
        let at = origin.place.as_ref().unwrap().at;
        config.sources.text(at).unwrap().to_owned()
    };
    let (_, site) = topology.on_premises.iter().next().unwrap();
    assert_eq!(text(&site.ranges[0].origin), "cidr_blocks = [\"192.168.0.0/16\"]");
    let (far, vpc) = topology.vpcs.iter().next().unwrap();
    assert_eq!(text(&vpc.head.origin), "resource \"aws_vpc\" \"far\"");
    let found = Sites::new(&topology).behind(far).unwrap().ranges;
    assert_eq!(found[0].1.to_string(), "groundplan_on_premises.dc.cidr_blocks");
}

#[test]
fn one_of_two_connections_does_not_close_the_other() {
    let second = r#"
resource "aws_vpn_connection" "second" {
  vpn_gateway_id      = aws_vpn_gateway.far.id
  customer_gateway_id = "cgw-2"
  type                = "ipsec.1"
}
"#;
    let terraform = format!("{NETWORK}{second}");
    let (topology, _) = network(&terraform, &site("aws_vpn_connection.dc", "complete = true"));
    assert_eq!(behind(&topology), (only("192.168.0.0/16"), true));
}

#[test]
fn direct_connect_leads_to_a_site_as_well() {
    let dx = r#"
resource "aws_vpc" "far" {
  cidr_block = "10.1.0.0/16"
}

resource "aws_vpn_gateway" "far" {
  vpc_id = aws_vpc.far.id
}

resource "aws_dx_gateway" "dc" {
  name            = "dc"
  amazon_side_asn = 64512
}

resource "aws_dx_gateway_association" "dc" {
  dx_gateway_id         = aws_dx_gateway.dc.id
  associated_gateway_id = aws_vpn_gateway.far.id
}
"#;
    let (topology, _) = network(dx, "");
    assert_eq!(behind(&topology), (Vec::new(), true));
    for name in ["aws_dx_gateway.dc", "aws_dx_gateway_association.dc"] {
        let (topology, _) = network(dx, &site(name, "complete = true"));
        assert_eq!(behind(&topology), (only("192.168.0.0/16"), false), "{name}");
    }
}

#[test]
fn what_a_gateway_propagates_into_a_table_is_an_exit() {
    let exits = |declared: &str| {
        let topology = topology(declared);
        let (far, _) = topology.vpcs.iter().next().unwrap();
        let (gateway, _) = topology.transit_gateways.iter().next().unwrap();
        let exits = topology.exits(far, &Proven::Here(gateway));
        let elsewhere: Vec<String> = exits.elsewhere.iter().map(ToString::to_string).collect();
        (elsewhere, exits.gap.is_some())
    };
    assert_eq!(exits(""), (Vec::new(), true));
    assert_eq!(exits(&site("aws_vpn_gateway.far", "")), (only("192.168.0.0/16"), true));
    let complete = site("aws_vpn_gateway.far", "complete = true");
    assert_eq!(exits(&complete), (only("192.168.0.0/16"), false));
    // Other connections may end at the gateway.
    let connection = site("aws_vpn_connection.dc", "complete = true");
    assert!(exits(&connection).1);
}

#[test]
fn what_a_connection_announces_to_a_transit_gateway_is_in_its_table() {
    let hops = |terraform: &str, declared: &str| {
        let (topology, _) = network(terraform, declared);
        let (table, _) = topology.tgw_route_tables.iter().next().unwrap();
        let hops = topology.hops(table);
        let to = hops.winner("192.168.7.0/24".parse().unwrap()).map(|it| it.to.clone());
        let announced: Option<Id<Attachment>> = match to {
            Some(HopTo::Attachment(id)) => Some(id),
            Some(HopTo::Unseen | HopTo::Blackhole) | None => None,
        };
        (announced.map(|id| topology.attachments[id].head.name()), hops.open)
    };
    let core = || Some("aws_vpn_connection.core".to_owned());
    let unseen = || Some(Cause::NotInInput("what aws_vpn_connection.core announces".into()));
    assert_eq!(hops(NETWORK, ""), (None, unseen()));
    assert_eq!(hops(NETWORK, &site("aws_customer_gateway.dc", "")), (core(), unseen()));
    let complete = site("aws_customer_gateway.dc", "complete = true");
    assert_eq!(hops(NETWORK, &complete), (core(), None));
    // Of a static connection nothing is taken for announced.
    let fixed = NETWORK.replace(
        "  transit_gateway_id  =",
        "  static_routes_only  = true\n  transit_gateway_id  =",
    );
    assert_eq!(hops(&fixed, &complete), (None, unseen()));
}

/// What one rule says of the network: its findings, and how many questions it leaves open.
fn judged(rule: &str, terraform: &str, declared: &str) -> (Vec<String>, usize) {
    let (topology, _) = network(terraform, declared);
    let rules: Vec<_> = RULES.iter().filter(|it| it.id == rule).copied().collect();
    let outcome = groundplan_rules::check(&topology, &rules);
    let messages = outcome.findings.into_iter().map(|it| it.message).collect();
    (messages, outcome.undetermined.len())
}

#[test]
fn a_declared_site_inside_the_vpc_is_found() {
    let rule = "site-range-inside-vpc";
    assert_eq!(judged(rule, NETWORK, ""), (Vec::new(), 1));
    let apart = site("aws_vpn_gateway.far", "complete = true");
    assert_eq!(judged(rule, NETWORK, &apart), (Vec::new(), 0));
    let inside = apart.replace("192.168.0.0/16", "10.1.4.0/24");
    let message = "`aws_vpc.far` reaches 10.1.4.0/24 over its VPN or Direct Connect, and \
                   10.1.0.0/16 is its own";
    assert_eq!(judged(rule, NETWORK, &inside), (vec![message.to_owned()], 0));
}

#[test]
fn a_route_over_peering_to_a_declared_site_is_found() {
    let terraform = format!(
        "{NETWORK}{}",
        r#"
resource "aws_vpc" "near" {
  cidr_block = "10.2.0.0/16"
}

resource "aws_vpc_peering_connection" "both" {
  vpc_id      = aws_vpc.near.id
  peer_vpc_id = aws_vpc.far.id
  auto_accept = true
}

resource "aws_route" "office" {
  route_table_id            = aws_vpc.near.main_route_table_id
  destination_cidr_block    = "192.168.7.0/24"
  vpc_peering_connection_id = aws_vpc_peering_connection.both.id
}
"#
    );
    let rule = "peering-edge-to-edge-onprem";
    assert_eq!(judged(rule, &terraform, ""), (Vec::new(), 1));
    let message = "`aws_route.office` sends 192.168.7.0/24 over `aws_vpc_peering_connection.both` \
                   to use the VPN of `aws_vpc.far`";
    let declared = site("aws_customer_gateway.dc", "");
    assert_eq!(judged(rule, &terraform, &declared), (vec![message.to_owned()], 0));
    // Another range is behind it, and there may be more, or there is nothing else.
    let other = declared.replace("192.168.0.0/16", "172.16.0.0/12");
    assert_eq!(judged(rule, &terraform, &other), (Vec::new(), 1));
    let whole = format!("{other}complete = true\n");
    assert_eq!(judged(rule, &terraform, &whole), (Vec::new(), 0));
}
