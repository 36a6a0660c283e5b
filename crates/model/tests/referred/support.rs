//! Networks made by hand, with values that say what they come from.

use std::sync::Arc;

use groundplan_ir::{
    Action, Address, Argument, Attributes, BlockConfig, Cause, Config, Expression, InstanceKey,
    Mode, ModuleConfig, Referred, Resource, SourceRef, Step, Value,
};
use groundplan_model::{Arena, Id, Link, Topology, Vpc, build};

/// An address in which `[*]` is the key of a symbolic instance.
pub(crate) fn address(text: &str) -> Arc<Address> {
    let mut address = Address::parse(&text.replace("[*]", "[\"*\"]")).unwrap();
    let modules = address.module.steps.iter_mut().filter_map(|step| step.key.as_mut());
    for key in modules.chain(address.key.as_mut()) {
        if *key == InstanceKey::Text("*".into()) {
            *key = InstanceKey::Any;
        }
    }
    Arc::new(address)
}

/// `aws_vpc.a.id` as a source: the last name is the attribute.
pub(crate) fn source(text: &str) -> SourceRef {
    let (instance, attribute) = text.rsplit_once('.').unwrap();
    SourceRef { address: address(instance), path: vec![Step::Name(attribute.into())] }
}

pub(crate) fn referred(sources: &[&str], exact: bool) -> Value {
    let cause = Cause::KnownAfterApply("here".into());
    let sources = sources.iter().map(|it| source(it)).collect();
    Value::Referred(Box::new(Referred { cause, sources, exact }))
}

/// The value of exactly this, or of one of these.
pub(crate) fn exactly(sources: &[&str]) -> Value {
    referred(sources, true)
}

pub(crate) fn computed(sources: &[&str]) -> Value {
    referred(sources, false)
}

pub(crate) fn text(text: &str) -> Value {
    Value::Text(text.into())
}

pub(crate) fn object(members: &[(&str, Value)]) -> Value {
    Value::Object(members.iter().map(|(name, it)| ((*name).into(), it.clone())).collect())
}

/// An instance with what is written in it; its id and, of a data source, what it looks up refer to
/// itself.
pub(crate) fn instance(name: &str, written: &[(&'static str, Value)]) -> Resource {
    let address = address(name);
    let own = |attribute: &'static str| (attribute, exactly(&[&format!("{name}.{attribute}")]));
    let computed: &[&'static str] = match address.mode {
        Mode::Managed | Mode::Live => &["id"],
        Mode::Data => &["id", "vpc_id", "cidr_block", "main_route_table_id"],
    };
    let mut planned: Attributes = computed.iter().map(|it| own(it)).collect();
    planned.extend(written.iter().cloned());
    let action = if address.mode == Mode::Data { Action::Read } else { Action::Create };
    Resource {
        address,
        previous_address: None,
        action,
        deposed: false,
        planned: Some(planned),
        prior: None,
    }
}

/// The configuration of these instances: every argument is written, and mentions nothing.
pub(crate) fn config(instances: Vec<(Resource, Vec<&str>)>) -> Config {
    let mut root = ModuleConfig::default();
    let mut resources = Vec::new();
    for (resource, written) in instances {
        let mut module = &mut root;
        for step in &resource.address.module.steps {
            module = &mut module.calls.entry(step.name.clone()).or_default().module;
        }
        let empty = || Argument::Expression(Expression::default());
        let arguments = written.iter().map(|name| ((*name).into(), empty())).collect();
        let block = BlockConfig { arguments, ..BlockConfig::default() };
        module.blocks.insert(resource.address.block().into(), block);
        resources.push(resource);
    }
    Config::new(resources, root)
}

pub(crate) fn network(instances: &[(&str, &[(&'static str, Value)])]) -> Topology {
    let all = instances.iter().map(|(name, written)| {
        (instance(name, written), written.iter().map(|(name, _)| *name).collect())
    });
    build(&config(all.collect()))
}

/// The thing with this address.
pub(crate) fn find<'t, T>(arena: &'t Arena<T>, origin: impl Fn(&T) -> String, name: &str) -> Id<T> {
    let found: Vec<(Id<T>, &'t T)> = arena.iter().filter(|(_, it)| origin(it) == name).collect();
    assert_eq!(found.len(), 1, "{name}");
    found[0].0
}

pub(crate) fn vpc(topology: &Topology, name: &str) -> Id<Vpc> {
    find(&topology.vpcs, |it| it.head.name(), name)
}

/// The VPC that the only subnet names.
pub(crate) fn vpc_of_subnet(topology: &Topology) -> Link<Vpc> {
    topology.subnets.iter().next().unwrap().1.vpc.clone()
}

/// Two VPCs.
pub(crate) const A: (&str, &[(&str, Value)]) = ("aws_vpc.a", &[]);
pub(crate) const B: (&str, &[(&str, Value)]) = ("aws_vpc.b", &[]);

/// The cause of a value that only the apply tells.
pub(crate) fn known_after_apply(what: &str) -> Cause {
    Cause::KnownAfterApply(what.into())
}
