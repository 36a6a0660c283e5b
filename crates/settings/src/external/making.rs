//! From a declared thing to a resource of a configuration.

use std::sync::Arc;

use groundplan_ir::{
    Action, Address, Attributes, BlockConfig, BlockPlaces, Cause, Mode, ModulePath, Provider,
    Resource, Tri, Value,
};
use ipnet::IpNet;

use super::Thing;

/// A resource with its block and where it is.
pub(super) struct Made {
    pub(super) resource: Resource,
    pub(super) block: BlockConfig,
    pub(super) provider: Provider,
}

/// Puts the attributes of one resource together.
pub(super) struct Making<'t> {
    thing: &'t Thing,
    address: Arc<Address>,
    attributes: Attributes,
    places: BlockPlaces,
}

impl<'t> Making<'t> {
    /// A resource of this type, with its id.
    pub(super) fn new(thing: &'t Thing, kind: &str) -> Self {
        let (module, mode) = (ModulePath::default(), Mode::Live);
        let name = thing.word().into();
        let address = Arc::new(Address { module, mode, kind: kind.into(), name, key: None });
        let whole = thing.keys.values().fold(thing.at, |all, it| all.to(*it));
        let places = BlockPlaces { header: thing.at, whole, ..BlockPlaces::default() };
        let mut making = Self { thing, address, attributes: Attributes::new(), places };
        if let Some(id) = &thing.id {
            making.set("id", "id", text(id));
        }
        making
    }

    /// The owner and the Region, for types that have these attributes.
    pub(super) fn owned(mut self) -> Self {
        self.told("owner_id", "account", self.thing.account.as_deref());
        self.told("region", "region", self.thing.region.as_deref());
        self
    }

    /// An attribute that stands behind this key.
    pub(super) fn set(&mut self, name: &'static str, key: &str, value: Value) {
        if let Some(at) = self.thing.keys.get(key) {
            self.places.arguments.insert(name.into(), *at);
        }
        self.attributes.insert(name, value);
    }

    /// An attribute that may be declared; without that, nobody knows it.
    pub(super) fn told(&mut self, name: &'static str, key: &str, value: Option<&str>) {
        let value = value.map_or_else(|| self.unknown(name), text);
        self.set(name, key, value);
    }

    /// The same for `true` and `false`.
    pub(super) fn flag(&mut self, name: &'static str, value: Option<bool>) {
        let value = value.map_or_else(|| self.unknown(name), Value::Bool);
        self.set(name, name, value);
    }

    /// What stands for an attribute that is not declared.
    pub(super) fn unknown(&self, name: &str) -> Value {
        Value::Unknown(Cause::NotInInput(format!("{}.{name}", self.address).into()))
    }

    /// The resource. Everything unknown has a provider configuration of its own, since two things that
    /// share one are taken to be in one account and Region.
    pub(super) fn made(self) -> Made {
        let known = |it: &Option<String>, why: fn(Box<str>) -> Cause| match it {
            Some(it) => Tri::Known(it.as_str().into()),
            None => Tri::Unknown(why(self.address.to_string().into())),
        };
        let provider = Provider {
            region: known(&self.thing.region, Cause::Region),
            account: known(&self.thing.account, Cause::Account),
        };
        let block = BlockConfig {
            provider: format!("groundplan.toml:{}", self.address).into(),
            places: Some(Arc::new(self.places)),
            ..BlockConfig::default()
        };
        let resource = Resource {
            address: self.address,
            previous_address: None,
            action: Action::NoOp,
            deposed: false,
            planned: Some(self.attributes),
            prior: None,
        };
        Made { resource, block, provider }
    }
}

/// Text as a value.
pub(super) fn text(text: &str) -> Value {
    Value::Text(text.into())
}

/// Ranges as a value.
pub(super) fn ranges(nets: &[IpNet]) -> Value {
    Value::List(nets.iter().map(|net| text(&net.to_string())).collect())
}
