//! Following references: where a value can come from, and what keeps that from being told.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test may stop at what it does not expect"
)]

use std::collections::BTreeMap;
use std::sync::Arc;

use groundplan_ir::{
    Action, Address, Attributes, BlockConfig, Cause, Config, Expression, Followed, ModuleCall,
    ModuleConfig, Repetition, Resource, Traversal, Value,
};

/// An expression that mentions these, as a plan lists them: each with its shorter forms behind it.
fn expression(references: &[&str]) -> Expression {
    let references = references.iter().map(|it| Traversal::reference(it)).collect();
    Expression { references, constant: None }
}

fn for_each(references: &[&str]) -> Repetition {
    Repetition::ForEach(expression(references))
}

fn count(references: &[&str]) -> Repetition {
    Repetition::Count(expression(references))
}

/// An instance that is made new, so that its id is unknown and its range known.
fn made(address: &str) -> Resource {
    let id = ("id", Value::Unknown(Cause::KnownAfterApply("id".into())));
    let range = ("cidr_block", Value::Text("10.0.0.0/16".into()));
    with(address, Attributes::from([id, range]))
}

/// An instance whose id is known.
fn there(address: &str) -> Resource {
    with(address, Attributes::from([("id", Value::Text("vpc-0a1".into()))]))
}

fn with(address: &str, planned: Attributes) -> Resource {
    Resource {
        address: Arc::new(Address::parse(address).unwrap()),
        previous_address: None,
        action: Action::Create,
        deposed: false,
        planned: Some(planned),
        prior: None,
    }
}

/// Blocks by name, with their repetition.
fn module(blocks: &[(&str, Repetition)]) -> ModuleConfig {
    let block = |(name, repetition): &(&str, Repetition)| {
        ((*name).into(), BlockConfig { repetition: repetition.clone(), ..BlockConfig::default() })
    };
    ModuleConfig { blocks: blocks.iter().map(block).collect(), ..ModuleConfig::default() }
}

/// A called module with inputs and outputs.
fn call(
    called: ModuleConfig,
    inputs: &[(&str, &[&str])],
    outputs: &[(&str, &[&str])],
    repetition: Repetition,
) -> ModuleCall {
    let expressions = |list: &[(&str, &[&str])]| -> BTreeMap<Box<str>, Expression> {
        list.iter().map(|(name, it)| ((*name).into(), expression(it))).collect()
    };
    let module = ModuleConfig { outputs: expressions(outputs), ..called };
    ModuleCall { inputs: expressions(inputs), repetition, module, ..ModuleCall::default() }
}

/// Where the expression leads from the instance: `address.path` of each target, and the obstacles.
fn led(config: &Config, from: &str, references: &[&str]) -> (Vec<String>, Vec<Cause>) {
    told(config, &config.follow(find(config, from), &expression(references)))
}

fn find<'c>(config: &'c Config, address: &str) -> &'c Resource {
    config.resources().iter().find(|it| it.address.to_string() == address).unwrap()
}

fn told(config: &Config, followed: &Followed) -> (Vec<String>, Vec<Cause>) {
    let targets = followed.targets.iter().map(|target| {
        let path: Vec<&str> = target.path.iter().filter_map(|step| step.attribute()).collect();
        let address = &config.resources()[target.resource].address;
        if path.is_empty() { address.to_string() } else { format!("{address} {}", path.join(".")) }
    });
    (targets.collect(), followed.obstacles.clone())
}

/// `aws_vpc.a`, `aws_vpc.many` with two instances, and the subnet that asks.
fn flat(repetition: Repetition) -> Config {
    let resources = vec![
        made("aws_vpc.a"),
        made("aws_vpc.many[0]"),
        made("aws_vpc.many[1]"),
        made("aws_vpc.named[\"x.y\"]"),
        there("aws_vpc.known"),
        made("aws_subnet.s"),
    ];
    let single = || Repetition::Single;
    let root = module(&[
        ("aws_vpc.a", single()),
        ("aws_vpc.many", count(&[])),
        ("aws_vpc.named", for_each(&[])),
        ("aws_vpc.known", single()),
        ("aws_subnet.s", repetition),
    ]);
    Config::new(resources, root)
}

fn targets(expected: &[&str]) -> (Vec<String>, Vec<Cause>) {
    (expected.iter().map(|it| (*it).to_owned()).collect(), Vec::new())
}

#[test]
fn a_reference_leads_to_its_instances() {
    let config = flat(Repetition::Single);
    let led = |references: &[&str]| led(&config, "aws_subnet.s", references);
    assert_eq!(led(&["aws_vpc.a.id", "aws_vpc.a"]), targets(&["aws_vpc.a id"]));
    // Terraform 0.12 to 0.14 did not write the attribute.
    assert_eq!(led(&["aws_vpc.a"]), targets(&["aws_vpc.a"]));
    let static_index = ["aws_vpc.many[1].id", "aws_vpc.many[1]", "aws_vpc.many"];
    assert_eq!(led(&static_index), targets(&["aws_vpc.many[1] id"]));
    let named = ["aws_vpc.named[\"x.y\"].id", "aws_vpc.named[\"x.y\"]", "aws_vpc.named"];
    assert_eq!(led(&named), targets(&["aws_vpc.named[\"x.y\"] id"]));
    // A computed index or a splat leaves only the block.
    assert_eq!(led(&["aws_vpc.many"]), targets(&["aws_vpc.many[0]", "aws_vpc.many[1]"]));
    assert_eq!(led(&[]), targets(&[]));
}

#[test]
fn a_second_reference_to_the_same_block_is_not_an_echo() {
    let config = flat(Repetition::Single);
    let both =
        ["aws_vpc.many[0].id", "aws_vpc.many[0]", "aws_vpc.many", "aws_vpc.many", "count.index"];
    let expected = ["aws_vpc.many[0]", "aws_vpc.many[0] id", "aws_vpc.many[1]"];
    assert_eq!(led(&config, "aws_subnet.s", &both), targets(&expected));
}

#[test]
fn known_values_are_no_source() {
    let config = flat(Repetition::Single);
    let mixed = ["aws_vpc.known.id", "aws_vpc.known", "aws_vpc.a.id", "aws_vpc.a"];
    assert_eq!(led(&config, "aws_subnet.s", &mixed), targets(&["aws_vpc.a id"]));
    assert_eq!(led(&config, "aws_subnet.s", &["aws_vpc.a.cidr_block", "aws_vpc.a"]), targets(&[]));
    let from = find(&config, "aws_subnet.s");
    let mentioned = config.mentioned(from, &expression(&mixed));
    assert_eq!(told(&config, &mentioned), targets(&["aws_vpc.a id", "aws_vpc.known id"]));
}

#[test]
fn keys_and_settings_are_no_source_and_no_obstacle() {
    let config = flat(for_each(&["var.names"]));
    for known in
        ["count.index", "each.key", "path.module", "terraform.workspace", "self.id", "var.x"]
    {
        assert_eq!(led(&config, "aws_subnet.s", &[known]), targets(&[]), "{known}");
    }
}

#[test]
fn what_cannot_be_followed_is_an_obstacle() {
    let config = flat(Repetition::Single);
    let obstacle = |reference: &str| led(&config, "aws_subnet.s", &[reference]);
    let none = Vec::<String>::new();
    for (reference, cause) in [
        ("local.vpcs", Cause::Local("vpcs".into())),
        ("aws_s3_bucket.b.id", Cause::NotModelled("aws_s3_bucket.b".into())),
        ("data.aws_ami.x.id", Cause::NotModelled("data.aws_ami.x".into())),
        ("module.gone.vpc_id", Cause::NotModelled("module.gone".into())),
        ("each.value", Cause::EachValue),
        ("aws_vpc.a[*].id", Cause::NotModelled("aws_vpc.a[*].id".into())),
    ] {
        assert_eq!(obstacle(reference), (none.clone(), vec![cause]), "{reference}");
    }
}

#[test]
fn data_that_was_read_during_planning_is_no_source() {
    let mut config = flat(Repetition::Single);
    config.read_data.insert("data.aws_ami.x".into());
    assert_eq!(
        led(&config, "aws_subnet.s", &["data.aws_ami.x.id", "data.aws_ami.x"]),
        targets(&[])
    );
}

#[test]
fn each_value_is_part_of_what_for_each_mentions() {
    let one = flat(for_each(&["aws_vpc.named"]));
    assert_eq!(
        led(&one, "aws_subnet.s", &["each.value.id", "each.value"]),
        targets(&["aws_vpc.named[\"x.y\"]"])
    );
    let several = flat(for_each(&["aws_vpc.many"]));
    let expected = ["aws_vpc.many[0]", "aws_vpc.many[1]"];
    assert_eq!(led(&several, "aws_subnet.s", &["each.value"]), targets(&expected));
    let nothing = flat(for_each(&["var.names"]));
    assert_eq!(
        led(&nothing, "aws_subnet.s", &["each.value"]),
        (Vec::new(), vec![Cause::EachValue])
    );
    let local = flat(for_each(&["local.all"]));
    assert_eq!(
        led(&local, "aws_subnet.s", &["each.value"]),
        (Vec::new(), vec![Cause::Local("all".into())])
    );
}

/// A module `net` that makes VPCs, and a module `app` that is given one of them.
fn nested(net: Repetition, app: &[&str], keys: &[&str]) -> Config {
    let single = || Repetition::Single;
    let mut resources: Vec<Resource> =
        keys.iter().map(|key| made(&format!("module.net{key}.aws_vpc.this"))).collect();
    resources.extend([made("module.app.aws_subnet.s"), made("aws_subnet.root")]);
    let outputs: &[(&str, &[&str])] = &[
        ("vpc_id", &["aws_vpc.this.id", "aws_vpc.this"]),
        ("vpc", &["aws_vpc.this"]),
        ("fixed", &[]),
    ];
    let mut root = module(&[("aws_subnet.root", single())]);
    let called = module(&[("aws_vpc.this", single())]);
    root.calls.insert("net".into(), call(called, &[], outputs, net));
    let called = module(&[("aws_subnet.s", single())]);
    root.calls.insert("app".into(), call(called, &[("vpc", app)], &[], single()));
    Config::new(resources, root)
}

#[test]
fn references_go_through_inputs_and_outputs() {
    let config = nested(Repetition::Single, &["module.net.vpc_id", "module.net"], &[""]);
    assert_eq!(
        led(&config, "module.app.aws_subnet.s", &["var.vpc"]),
        targets(&["module.net.aws_vpc.this id"])
    );
    // An object goes through whole, and its attribute is taken further out.
    let config = nested(Repetition::Single, &["module.net.vpc", "module.net"], &[""]);
    assert_eq!(
        led(&config, "module.app.aws_subnet.s", &["var.vpc.id", "var.vpc"]),
        targets(&["module.net.aws_vpc.this id"])
    );
    assert_eq!(led(&config, "aws_subnet.root", &["module.net.fixed", "module.net"]), targets(&[]));
    // A variable that the call does not set has a known default.
    assert_eq!(led(&config, "module.app.aws_subnet.s", &["var.other"]), targets(&[]));
}

#[test]
fn the_key_of_a_module_counts_while_it_is_there() {
    let keys = ["[\"a\"]", "[\"b\"]"];
    let config = nested(for_each(&[]), &["module.net[\"b\"].vpc_id", "module.net[\"b\"]"], &keys);
    let from = "module.app.aws_subnet.s";
    assert_eq!(led(&config, from, &["var.vpc"]), targets(&["module.net[\"b\"].aws_vpc.this id"]));
    // A computed key takes the output's name along, so nothing can be followed.
    let lost = (Vec::new(), vec![Cause::ManyInstances("module.net".into())]);
    assert_eq!(led(&config, "aws_subnet.root", &["module.net", "each.key"]), lost);
    let all = nested(for_each(&[]), &["module.net.vpc_id", "module.net"], &keys);
    let both = ["module.net[\"a\"].aws_vpc.this id", "module.net[\"b\"].aws_vpc.this id"];
    assert_eq!(led(&all, from, &["var.vpc"]), targets(&both));
}

#[test]
fn a_computed_key_behind_a_written_one_is_an_obstacle() {
    // `var.shared ? module.net["a"].vpc_id : module.net[each.key].vpc_id`
    let keys = ["[\"a\"]", "[\"b\"]"];
    let config = nested(for_each(&[]), &[], &keys);
    let references =
        ["var.shared", "module.net[\"a\"].vpc_id", "module.net[\"a\"]", "module.net", "each.key"];
    let (targets, obstacles) = led(&config, "aws_subnet.root", &references);
    assert_eq!(targets, ["module.net[\"a\"].aws_vpc.this id"]);
    assert_eq!(obstacles, [Cause::ManyInstances("module.net".into())]);
}

#[test]
fn an_instance_without_configuration_has_nothing_to_follow() {
    let config = Config::new(vec![made("aws_subnet.s")], ModuleConfig::default());
    let cause = Cause::NoConfiguration("aws_subnet.s".into());
    assert_eq!(led(&config, "aws_subnet.s", &["aws_vpc.a"]), (Vec::new(), vec![cause]));
}

#[test]
fn circles_end() {
    // The module's input is its own output, twice over, which no Terraform accepts.
    let mut root = module(&[]);
    let called = module(&[("aws_subnet.s", Repetition::Single)]);
    let inputs: &[(&str, &[&str])] = &[("a", &["module.m.x", "module.m.y"])];
    let outputs: &[(&str, &[&str])] = &[("x", &["var.a.b"]), ("y", &["var.a.c"])];
    root.calls.insert("m".into(), call(called, inputs, outputs, Repetition::Single));
    let config = Config::new(vec![made("module.m.aws_subnet.s")], root);
    let too_deep = (Vec::new(), vec![Cause::TooDeep]);
    assert_eq!(led(&config, "module.m.aws_subnet.s", &["var.a"]), too_deep);
}

#[test]
fn the_value_of_a_deposed_object_goes_nowhere() {
    let deposed = Resource { deposed: true, ..made("aws_vpc.a") };
    let root = module(&[("aws_vpc.a", Repetition::Single), ("aws_subnet.s", Repetition::Single)]);
    let config = Config::new(vec![deposed, made("aws_subnet.s")], root);
    assert_eq!(led(&config, "aws_subnet.s", &["aws_vpc.a.id", "aws_vpc.a"]), targets(&[]));
}
