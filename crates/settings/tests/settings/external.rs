//! What is declared as a configuration, and what the model makes of it.

use std::sync::Arc;

use groundplan_ir::{
    Action, Address, Attributes, Cause, Config, Mode, ModuleConfig, Resource, Tri, Value,
};
use groundplan_model::{Management, Topology, build};
use groundplan_settings::Settings;

use crate::support::{directory, settings, told};

fn declared(text: &str) -> Settings {
    let root = directory(&[], text);
    let (settings, problems) = settings(&root);
    assert_eq!(problems, Vec::<String>::new(), "{text}");
    settings
}

/// The model of what is declared and nothing else.
fn topology(settings: &Settings) -> Topology {
    let (config, problems) = settings.external_config(&Config::default(), None);
    assert_eq!(problems, []);
    build(&config)
}

/// A run with these resources, each with the attributes given; everything of `""` is unknown.
fn run(resources: &[(&str, &[(&'static str, &str)])]) -> Config {
    let one = |(text, attributes): &(&str, &[(&'static str, &str)])| {
        let (stack, address) = text.split_once(':').unwrap_or(("", text));
        let mut address = Address::parse(address).unwrap();
        address.module.stack = (!stack.is_empty()).then(|| stack.into());
        let value = |text: &str| match text {
            "" => Value::Unknown(Cause::KnownAfterApply("it".into())),
            text => Value::Text(text.into()),
        };
        let planned: Attributes =
            attributes.iter().map(|(name, text)| (*name, value(text))).collect();
        Resource {
            address: Arc::new(address),
            previous_address: None,
            action: Action::NoOp,
            deposed: false,
            planned: Some(planned),
            prior: None,
        }
    };
    Config::new(resources.iter().map(one).collect(), ModuleConfig::default())
}

/// The text at a place of the file.
fn at(settings: &Settings, origin: &groundplan_ir::Origin) -> String {
    let place = origin.place.as_ref().unwrap();
    settings.sources.text(place.at).unwrap().to_owned()
}

const VPC: &str = r#"
[[external.vpc]]
id = "vpc-0abc"
name = "shared-services"
account = "111122223333"
region = "eu-west-1"
cidr_blocks = ["10.50.0.0/16", "10.51.0.0/16"]
ipv6_cidr_blocks = ["2001:db8::/56", "2001:db8:1::/56"]
enable_dns_support = true
"#;

#[test]
fn a_vpc_is_observed_and_has_its_ranges_and_its_place() {
    let settings = declared(VPC);
    let topology = topology(&settings);
    let (id, vpc) = topology.vpcs.iter().next().unwrap();
    assert_eq!(vpc.head.name(), "aws_vpc.vpc-0abc");
    assert_eq!(vpc.head.management, Management::Observed);
    assert_eq!(vpc.head.id.as_deref(), Some("vpc-0abc"));
    assert_eq!(vpc.head.account, Tri::Known("111122223333".into()));
    assert_eq!(vpc.head.region, Tri::Known("eu-west-1".into()));
    let ranges = topology.ranges(id);
    let known: Vec<String> = ranges.known().map(|(net, _)| net.to_string()).collect();
    let mut sorted = known.clone();
    sorted.sort();
    assert_eq!(sorted, ["10.50.0.0/16", "10.51.0.0/16", "2001:db8:1::/56", "2001:db8::/56"]);
    assert_eq!(ranges.gap(), None);
    assert_eq!(at(&settings, &vpc.head.origin), "[[external.vpc]]");
    let second = ranges.known().find(|(net, _)| net.to_string() == "10.51.0.0/16").unwrap().1;
    assert_eq!(at(&settings, &second.origin), "cidr_blocks = [\"10.50.0.0/16\", \"10.51.0.0/16\"]");
    assert_eq!(vpc.dns_support.value, Tri::Known(true));
    assert!(matches!(vpc.dns_hostnames.value, Tri::Unknown(Cause::NotInInput(_))));
}

#[test]
fn what_is_not_declared_is_unknown_and_shared_by_nobody() {
    let text = "[[external.vpc]]\nid = \"vpc-1\"\n[[external.vpc]]\nid = \"vpc-2\"\n";
    let topology = topology(&declared(text));
    let heads: Vec<_> = topology.vpcs.iter().map(|(_, it)| &it.head).collect();
    assert!(matches!(heads[0].same_account(heads[1]), Tri::Unknown(Cause::Account(_))));
    assert!(matches!(heads[0].same_region(heads[1]), Tri::Unknown(Cause::Region(_))));
    let (id, _) = topology.vpcs.iter().next().unwrap();
    let expected = Cause::NotInInput("aws_vpc.vpc-1.cidr_block".into());
    assert_eq!(topology.ranges(id).gap(), Some(&expected));
}

#[test]
fn a_data_source_gets_what_is_declared_of_it_where_nothing_is_known() {
    let text = r#"
[[external.vpc]]
name = "shared"
address = ["app:data.aws_vpc.shared", "db:data.aws_vpc.*"]
account = "111122223333"
cidr_blocks = ["10.50.0.0/16", "10.51.0.0/16"]
"#;
    let settings = declared(text);
    let unknown: &[(&'static str, &str)] = &[("id", ""), ("cidr_block", ""), ("owner_id", "")];
    let known: &[(&'static str, &str)] = &[("id", "vpc-9"), ("cidr_block", "10.9.0.0/16")];
    let mut config = run(&[
        ("app:data.aws_vpc.shared[0]", unknown),
        ("app:data.aws_vpc.other", unknown),
        ("app:aws_vpc.shared", unknown),
        ("db:data.aws_vpc.main", known),
    ]);
    assert_eq!(settings.fill(&mut config, None), []);
    let text = |address: &str, name: &str| {
        let found = config.resources().iter().find(|it| it.address.to_string() == address);
        let value = found.unwrap().planned.as_ref().unwrap().get(name).cloned();
        value.and_then(|it| it.as_text().map(str::to_owned))
    };
    let range = |address: &str| text(address, "cidr_block");
    assert_eq!(range("app:data.aws_vpc.shared[0]").as_deref(), Some("10.50.0.0/16"));
    assert_eq!(text("app:data.aws_vpc.shared[0]", "owner_id").as_deref(), Some("111122223333"));
    assert_eq!(text("app:data.aws_vpc.shared[0]", "id"), None);
    assert_eq!(range("app:data.aws_vpc.other"), None);
    assert_eq!(range("app:aws_vpc.shared"), None);
    assert_eq!(range("db:data.aws_vpc.main").as_deref(), Some("10.9.0.0/16"));
    assert_eq!(text("db:data.aws_vpc.main", "owner_id").as_deref(), Some("111122223333"));
    let topology = build(&config);
    let filled =
        topology.vpcs.iter().find(|(_, it)| it.head.name() == "app:data.aws_vpc.shared[0]");
    let ranges = topology.ranges(filled.unwrap().0);
    assert_eq!((ranges.known().count(), ranges.gap()), (2, None));
    // It has no id, so it is no thing of its own.
    assert!(settings.external_config(&config, None).0.resources().is_empty());
}

#[test]
fn an_address_that_is_nowhere_or_of_two_is_told() {
    let text = r#"
[[external.vpc]]
name = "a"
address = "app:data.aws_vpc.a"
[[external.vpc]]
name = "b"
address = "data.aws_vpc.a"
[[external.vpc]]
name = "c"
address = "web:data.aws_vpc.a"
"#;
    let root = directory(&[], text);
    let (settings, _) = settings(&root);
    let problems = settings.fill(&mut run(&[("app:data.aws_vpc.a", &[("id", "")])]), None);
    let expected = [
        "7:11 input-incomplete: `app:data.aws_vpc.a` cannot be two VPCs",
        "10:11 input-incomplete: `web:data.aws_vpc.a` is nowhere in this run",
    ];
    assert_eq!(told(&settings.sources, &problems, root.path()), expected);
    // The only input of a run has no stack, and a name all the same.
    let mut alone = run(&[("data.aws_vpc.a", &[("id", "")])]);
    assert_eq!(settings.fill(&mut alone, Some("web")).len(), 2);
}

#[test]
fn an_address_pool_hands_out_nothing_wider_than_it_has() {
    let text = r#"
[[external.ipam_pool]]
id = "ipam-pool-1"
cidr_blocks = ["10.0.0.0/18", "10.1.0.0/20"]
allocation_max_netmask_length = 26
[[external.ipam_pool]]
id = "ipam-pool-2"
cidr_blocks = ["10.0.0.0/8"]
allocation_min_netmask_length = 20
[[external.ipam_pool]]
id = "ipam-pool-3"
"#;
    let topology = topology(&declared(text));
    let lengths: Vec<_> = topology
        .ipam_pools
        .iter()
        .map(|(_, it)| (it.shortest.value.clone(), it.longest.value.clone()))
        .collect();
    let expected = [
        (Tri::Known(18), Tri::Known(26)),
        (Tri::Known(20), Tri::Absent),
        (Tri::Absent, Tri::Absent),
    ];
    assert_eq!(lengths, expected);
}

#[test]
fn a_transit_gateway_says_what_it_does_by_default_only_where_that_is_declared() {
    let text = r#"
[[external.transit_gateway]]
id = "tgw-1"
account = "111122223333"
default_route_table_association = "disable"
"#;
    let topology = topology(&declared(text));
    let (_, gateway) = topology.transit_gateways.iter().next().unwrap();
    assert_eq!(gateway.head.account, Tri::Known("111122223333".into()));
    assert_eq!(gateway.default_association.value, Tri::Known(false));
    assert!(matches!(gateway.default_propagation.value, Tri::Unknown(Cause::NotInInput(_))));
    assert!(matches!(gateway.multicast.value, Tri::Unknown(Cause::NotInInput(_))));
}

#[test]
fn a_peering_connection_is_active_and_has_two_ends() {
    let text = r#"
[[external.vpc]]
id = "vpc-1"
[[external.peering]]
id = "pcx-1"
vpc_id = "vpc-1"
peer_vpc_id = "vpc-2"
peer_account = "111122223333"
"#;
    let topology = topology(&declared(text));
    let (_, peering) = topology.peerings.iter().next().unwrap();
    let (vpc, _) = topology.vpcs.iter().next().unwrap();
    assert_eq!(peering.requester, groundplan_model::Link::Here(vpc));
    assert_eq!(peering.accepter, groundplan_model::Link::Elsewhere("vpc-2".into()));
    assert_eq!(peering.status, Tri::Known("active".into()));
    assert_eq!(peering.peer_owner.value, Tri::Known("111122223333".into()));
    assert!(matches!(peering.peer_region.value, Tri::Unknown(Cause::NotInInput(_))));
}

#[test]
fn what_is_declared_counts_as_read_and_lies_in_no_stack() {
    let (config, _) = declared(VPC).external_config(&Config::default(), None);
    assert_eq!(config.census.modelled.get("aws_vpc"), Some(&1));
    let address = &config.resources()[0].address;
    assert_eq!((address.mode, address.module.stack.clone()), (Mode::Live, None));
}
