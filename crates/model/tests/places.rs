//! Where facts are written, when the input is source text.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test may stop at what it does not expect"
)]

use std::collections::BTreeMap;
use std::sync::Arc;

use groundplan_ir::{
    Action, Address, Argument, Attributes, BlockConfig, BlockPlaces, Cause, Config, Expression,
    FileId, Location, ModuleCall, ModuleConfig, Origin, Resource, SourceFile, SourceMap, Value,
};
use groundplan_model::{Topology, build};

const MAIN: &str = r#"module "net" {
  source = "./net"
}

resource "aws_vpc" "app" {
  cidr_block = sensitive("10.0.0.0/16")
}

resource "aws_route_table" "t" {
  vpc_id = aws_vpc.app.id
  route {
    cidr_block = "10.1.0.0/16"
  }
  route {
    cidr_block = "10.2.0.0/16"
  }
}
"#;

const NET: &str = r#"resource "aws_vpc" "v" {
  count      = 2
  cidr_block = "10.1.0.0/16"
}
"#;

fn at(file: FileId, text: &str, words: &str) -> Location {
    let start = text.find(words).unwrap();
    let [start, end] = [start, start + words.len()].map(|at| u32::try_from(at).unwrap());
    Location { file, start, end }
}

fn text(text: &str) -> Value {
    Value::Text(text.into())
}

fn instance(name: &str, values: &[(&'static str, Value)]) -> Resource {
    Resource {
        address: Arc::new(Address::parse(name).unwrap()),
        previous_address: None,
        action: Action::Create,
        deposed: false,
        planned: Some(values.iter().cloned().collect::<Attributes>()),
        prior: None,
    }
}

/// A block with the arguments of these names, and their places.
fn block(places: BlockPlaces) -> BlockConfig {
    let argument = |name: &str| {
        let nested = || Argument::Blocks(vec![BTreeMap::new()]);
        let written = || Argument::Expression(Expression::default());
        let is_nested = places.blocks.contains_key(name);
        (name.into(), if is_nested { nested() } else { written() })
    };
    let arguments = places.arguments.keys().map(|name| argument(name)).collect();
    BlockConfig { arguments, places: Some(Arc::new(places)), ..BlockConfig::default() }
}

fn network(with_text: bool) -> Topology {
    let mut sources = SourceMap::default();
    let main = sources.add(SourceFile::new("main.tf", MAIN.into()));
    let net = sources.add(SourceFile::new("net/main.tf", NET.into()));
    let here = |words| at(main, MAIN, words);
    let routes =
        vec![here("route {\n    cidr_block = \"10.1"), here("route {\n    cidr_block = \"10.2")];
    let routes: Vec<Location> =
        routes.into_iter().map(|it| Location { end: it.start + 5, ..it }).collect();
    let app = BlockPlaces {
        header: here("resource \"aws_vpc\" \"app\""),
        arguments: [("cidr_block".into(), here("cidr_block = sensitive(\"10.0.0.0/16\")"))].into(),
        ..BlockPlaces::default()
    };
    let table = BlockPlaces {
        header: here("resource \"aws_route_table\" \"t\""),
        arguments: [
            ("route".into(), routes[0]),
            ("vpc_id".into(), here("vpc_id = aws_vpc.app.id")),
        ]
        .into(),
        blocks: [("route".into(), routes)].into(),
        ..BlockPlaces::default()
    };
    let vpc = BlockPlaces {
        header: at(net, NET, "resource \"aws_vpc\" \"v\""),
        arguments: [("cidr_block".into(), at(net, NET, "cidr_block = \"10.1.0.0/16\""))].into(),
        ..BlockPlaces::default()
    };
    let mut config = Config::new(resources(), blocks(app, table, vpc, here("module \"net\"")));
    if with_text {
        config.sources = sources;
    }
    build(&config)
}

/// The configuration: two blocks, and one in a module.
fn blocks(app: BlockPlaces, table: BlockPlaces, vpc: BlockPlaces, call: Location) -> ModuleConfig {
    let mut module = ModuleConfig::default();
    module.blocks.insert("aws_vpc.v".into(), block(vpc));
    let call = ModuleCall { module, at: Some(call), ..ModuleCall::default() };
    let mut root = ModuleConfig::default();
    root.calls.insert("net".into(), call);
    root.blocks.insert("aws_vpc.app".into(), block(app));
    root.blocks.insert("aws_route_table.t".into(), block(table));
    root
}

fn resources() -> Vec<Resource> {
    let route = |range: &str| {
        Value::Object(
            [("cidr_block".into(), text(range)), ("gateway_id".into(), text("igw-1"))].into(),
        )
    };
    let range =
        |range: &str| [("cidr_block", text(range)), ("enable_dns_support", Value::Bool(true))];
    let secret = Value::Unknown(Cause::Sensitive("cidr_block".into()));
    vec![
        instance("aws_vpc.app", &[("cidr_block", secret)]),
        instance("module.net.aws_vpc.v[0]", &range("10.1.0.0/16")),
        instance("module.net.aws_vpc.v[1]", &range("10.1.0.0/16")),
        instance(
            "aws_route_table.t",
            &[("route", Value::List(vec![route("10.1.0.0/16"), route("10.2.0.0/16")]))],
        ),
    ]
}

/// The line and the text of a place.
fn told(origin: &Origin) -> Option<(usize, &'static str)> {
    let place = origin.place.as_ref()?;
    // The files have ids in the order in which they came.
    let text = if place.at.file == FileId::default() { MAIN } else { NET };
    let (start, end) = (place.at.start as usize, place.at.end as usize);
    Some((text[..start].matches('\n').count() + 1, &text[start..end]))
}

#[test]
fn facts_stand_where_they_are_written() {
    let topology = network(true);
    let vpcs: Vec<_> = topology.vpcs.iter().map(|(_, vpc)| vpc).collect();
    let [app, one, two] = &*vpcs else { panic!("three networks") };
    for vpc in [one, two] {
        assert_eq!(told(&vpc.head.origin), Some((1, "resource \"aws_vpc\" \"v\"")));
        assert_eq!(told(&vpc.ranges[0].origin), Some((3, "cidr_block = \"10.1.0.0/16\"")));
        // It is not written.
        assert_eq!(told(&vpc.dns_support.origin), Some((1, "resource \"aws_vpc\" \"v\"")));
        let place = vpc.head.origin.place.as_ref().unwrap();
        assert_eq!(place.calls(), [at(FileId::default(), MAIN, "module \"net\"")]);
    }
    let site =
        |vpc: &groundplan_model::Vpc| Arc::clone(&vpc.head.origin.place.as_ref().unwrap().site);
    assert!(Arc::ptr_eq(&site(one), &site(two)), "instances share what is known of their block");
    // The text behind the name is not to be shown.
    assert_eq!(told(&app.ranges[0].origin), Some((6, "cidr_block")));
    assert_eq!(told(&app.head.origin), Some((5, "resource \"aws_vpc\" \"app\"")));
}

#[test]
fn each_nested_block_has_its_own_place() {
    let topology = network(true);
    let tables = topology.route_tables.iter().map(|(_, table)| table);
    let table = tables.into_iter().find(|it| it.head.name() == "aws_route_table.t").unwrap();
    let lines: Vec<_> = table.routes.iter().map(|it| told(&it.origin)).collect();
    assert_eq!(lines, [Some((11, "route")), Some((14, "route"))]);
}

#[test]
fn without_text_nothing_has_a_place() {
    let topology = network(false);
    let placed = |origin: &Origin| origin.place.is_some();
    assert!(!topology.vpcs.iter().any(|(_, it)| placed(&it.head.origin)));
    assert!(!topology.vpcs.iter().any(|(_, it)| it.ranges.iter().any(|it| placed(&it.origin))));
    assert!(!topology.route_tables.iter().any(|(_, it)| placed(&it.head.origin)));
}
