//! Declared ranges of sites, beside Terraform: what is then known of what lies behind a VPN connection.

use groundplan_ir::{Cause, Config, ModuleConfig, SourceMap};
use groundplan_model::{Attachment, HopTo, Id, Proven, Sites, Topology, build, interest};
use groundplan_parser::{HclSettings, Input};
use groundplan_settings::Settings;

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
    both(&run, &settings)
}

/// One configuration of both, without places.
fn both(run: &Config, settings: &Settings) -> (Topology, Vec<String>) {
    let (external, problems) = settings.external_config(run, Some("net"));
    let resources = run.resources().iter().chain(external.resources()).cloned().collect();
    let mut root = ModuleConfig { blocks: run.root.blocks.clone(), ..ModuleConfig::default() };
    root.blocks.extend(external.root.blocks);
    let mut config = Config::new(resources, root);
    config.sources = SourceMap::default();
    (build(&config), problems.into_iter().map(|it| it.message).collect())
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
        assert_eq!(problems, [format!("`{name}` is nowhere in this run")]);
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
