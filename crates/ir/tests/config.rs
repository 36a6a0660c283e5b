//! Finding instances, module instances and blocks.
#![expect(clippy::unwrap_used, reason = "a test may stop at what it does not expect")]

use std::sync::Arc;

use groundplan_ir::{
    Action, Address, BlockConfig, Config, Mode, ModuleCall, ModuleConfig, ModulePath, Resource,
};

fn resource(address: &str) -> Resource {
    Resource {
        address: Arc::new(Address::parse(address).unwrap()),
        previous_address: None,
        action: Action::NoOp,
        deposed: false,
        planned: None,
        prior: None,
    }
}

fn config(addresses: &[&str]) -> Config {
    Config::new(addresses.iter().map(|it| resource(it)).collect(), ModuleConfig::default())
}

#[test]
fn instances_come_in_key_order_and_only_of_the_block_asked_for() {
    let config = config(&[
        "aws_vpc.a[\"10\"]",
        "aws_vpc.a[10]",
        "aws_vpc.a[9]",
        "aws_vpc.aa",
        "aws_vpc_peering_connection.a",
        "data.aws_vpc.a",
        "module.m.aws_vpc.a",
    ]);
    let root = ModulePath::default();
    let names = |mode| -> Vec<String> {
        config
            .instances(&root, mode, "aws_vpc", "a")
            .map(|(_, it)| it.address.to_string())
            .collect()
    };
    assert_eq!(names(Mode::Managed), ["aws_vpc.a[9]", "aws_vpc.a[10]", "aws_vpc.a[\"10\"]"]);
    assert_eq!(names(Mode::Data), ["data.aws_vpc.a"]);
    for (at, it) in config.instances(&root, Mode::Managed, "aws_vpc", "a") {
        assert_eq!(config.resources()[at].address, it.address);
    }
}

#[test]
fn order_does_not_depend_on_the_input() {
    let addresses =
        ["module.b.aws_vpc.a", "aws_vpc.b", "aws_vpc.a[1]", "module.a.aws_vpc.a", "aws_vpc.a[0]"];
    let mut turned = addresses;
    turned.reverse();
    let order = |config: &Config| -> Vec<String> {
        config.resources().iter().map(|it| it.address.to_string()).collect()
    };
    let expected =
        ["aws_vpc.a[0]", "aws_vpc.a[1]", "aws_vpc.b", "module.a.aws_vpc.a", "module.b.aws_vpc.a"];
    assert_eq!(order(&config(&addresses)), expected);
    assert_eq!(order(&config(&turned)), expected);
}

#[test]
fn module_instances_are_those_that_hold_something_somewhere() {
    let config = config(&[
        "module.m[\"a\"].aws_vpc.v",
        "module.m[\"b\"].module.inner[0].aws_vpc.v",
        "module.m[\"b\"].module.inner[1].aws_vpc.v",
        "module.mm.aws_vpc.v",
    ]);
    let root = ModulePath::default();
    let names = |path: &ModulePath, name: &str| -> Vec<String> {
        config.module_instances(path, name).map(ToString::to_string).collect()
    };
    assert_eq!(names(&root, "m"), ["module.m[\"a\"]", "module.m[\"b\"]"]);
    assert_eq!(names(&root, "mm"), ["module.mm"]);
    assert_eq!(names(&root, "none"), [""; 0]);
    let inner = Address::parse("module.m[\"b\"].aws_vpc.v").unwrap().module;
    assert_eq!(
        names(&inner, "inner"),
        ["module.m[\"b\"].module.inner[0]", "module.m[\"b\"].module.inner[1]"]
    );
}

#[test]
fn all_instances_share_a_block() {
    let mut called = ModuleConfig::default();
    called.blocks.insert("data.aws_vpc.v".into(), BlockConfig::default());
    let mut root = ModuleConfig::default();
    root.calls.insert("m".into(), ModuleCall { module: called, ..ModuleCall::default() });
    let config = Config::new(Vec::new(), root);
    let block = |address: &str| config.block(&Address::parse(address).unwrap()).is_some();
    assert!(block("module.m.data.aws_vpc.v"));
    assert!(block("module.m[\"x\"].data.aws_vpc.v[3]"));
    assert!(!block("module.m.aws_vpc.v"));
    assert!(!block("data.aws_vpc.v"));
    assert!(!block("module.n.data.aws_vpc.v"));
}
