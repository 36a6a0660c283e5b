//! Drafts → resources: what objects say of each other, and what nobody says.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use groundplan_findings::ProblemKind;
use groundplan_ir::{
    Action, Address, Attributes, BlockConfig, Cause, Census, Completeness, Config, Mode,
    ModuleConfig, ModulePath, Resource, Value,
};

use crate::Read;
use crate::draft::{Draft, text};
use crate::kinds::{Facts, LIST};
use crate::merge::merged;
use crate::pages::Pages;
use crate::secrets::standing;
use crate::whereabouts::{Place, Places};

/// Attributes that nothing in AWS stands behind, or that another attribute tells as well: that a
/// describe does not print them does not mean that something is unknown.
const SILENT: &[&str] = &[
    "arn",
    "attached_vpc_id",
    "auto_accept",
    "default_route_table_id",
    "entry",
    "ipv4_ipam_pool_id",
    "ipv4_netmask_length",
    "owner_id",
    "prefix_list_id",
    "region",
    "replace_existing_association",
    "routes",
    "vpc_owner_id",
];

/// Makes one configuration of everything.
pub(crate) fn config(mut pages: Pages<'_>) -> Read {
    let interest = pages.interest;
    pages.finish();
    let places = Places::new(&pages.files, &pages.drafts);
    let mut drafts = merged(&mut pages);
    relate(&mut drafts, &pages.facts);
    let mut resources = Vec::new();
    let mut root = ModuleConfig::default();
    let mut providers = BTreeMap::new();
    let mut census = Census::default();
    for draft in drafts {
        let Some(attributes) = interest.attributes(draft.kind) else {
            if interest.is_network(draft.kind) {
                *census.not_modelled.entry(draft.kind.into()).or_default() += 1;
            } else {
                census.other += 1;
            }
            continue;
        };
        *census.modelled.entry(draft.kind.into()).or_default() += 1;
        let place = places.of(&draft);
        providers.entry(place.key.clone()).or_insert_with(|| place.provider());
        let resource = resource(&draft, attributes, &place);
        let block = BlockConfig {
            provider: place.key,
            places: Some(Arc::new(draft.places)),
            ..BlockConfig::default()
        };
        root.blocks.insert(resource.address.block().into(), block);
        resources.push(resource);
    }
    let mut config = Config::new(resources, root);
    config.providers = providers;
    config.census = census;
    let lost = |kind: ProblemKind| kind != ProblemKind::Remark;
    if pages.problems.iter().any(|it| lost(it.kind)) {
        config.completeness = Completeness::Partial;
    }
    config.sources = pages.sources;
    let texts = pages.ids.iter().filter_map(|id| config.sources.file(*id));
    let left = standing(&pages.secrets, texts.map(|it| &*it.text));
    config.sources.mask(left.into_iter());
    pages.problems.sort();
    let read = !pages.files.is_empty();
    Read { config: read.then_some(config), problems: pages.problems }
}

fn resource(draft: &Draft, attributes: &'static [&'static str], place: &Place) -> Resource {
    let address = Arc::new(Address {
        module: ModulePath::default(),
        mode: Mode::Live,
        kind: draft.kind.into(),
        name: draft.id.clone(),
        key: None,
    });
    let value = |name: &&'static str| {
        let told = draft.told.get(name).cloned();
        let value = told.unwrap_or_else(|| match *name {
            "region" => text(place.region.as_deref()),
            name if SILENT.contains(&name) => Value::Null,
            name => Value::Unknown(Cause::NotInInput(format!("{name} of {address}").into())),
        });
        (*name, value)
    };
    let known: Attributes = attributes.iter().map(value).collect();
    Resource {
        previous_address: None,
        action: Action::NoOp,
        deposed: false,
        planned: Some(known.clone()),
        prior: Some(known),
        address,
    }
}

/// Adds what one object says of another.
fn relate(drafts: &mut [Draft], facts: &Facts) {
    let gateways = default_tables(drafts);
    let lists = lists(drafts);
    for draft in drafts {
        match draft.kind {
            "aws_vpc" => {
                let table = facts.main_tables.get(&draft.id).and_then(only).map_or_else(
                    || {
                        let what = format!("main_route_table_id of aws_vpc.{}", draft.id);
                        Value::Unknown(Cause::NotInInput(what.into()))
                    },
                    |table| text(Some(table)),
                );
                // The provider shows the main table under both names.
                draft.tell("main_route_table_id", table.clone());
                draft.tell("default_route_table_id", table);
            }
            "aws_ec2_transit_gateway_vpc_attachment" | "aws_ec2_transit_gateway_connect" => {
                by_default(draft, &gateways, facts);
            }
            "aws_vpc_endpoint" => {
                let service = draft.told.get("service_name").and_then(Value::as_text);
                if let Some([list]) = service.and_then(|it| lists.get(it)).map(Vec::as_slice) {
                    let list = text(Some(list));
                    draft.tell("prefix_list_id", list);
                }
            }
            _ => (),
        }
    }
}

/// The one that all agree on.
fn only<T>(all: &BTreeSet<T>) -> Option<&T> {
    let mut all = all.iter();
    all.next().filter(|_| all.next().is_none())
}

/// By transit gateway: what it says of its default tables for association and propagation.
fn default_tables(drafts: &[Draft]) -> BTreeMap<Box<str>, [Option<Value>; 2]> {
    let gateways = drafts.iter().filter(|it| it.kind == "aws_ec2_transit_gateway");
    let names = ["association_default_route_table_id", "propagation_default_route_table_id"];
    gateways.map(|it| (it.id.clone(), names.map(|name| it.told.get(name).cloned()))).collect()
}

/// The provider's words on an attachment's defaults: whether it is associated with its gateway's default
/// table, and whether it propagates into it. Nothing is said where the tables are not listed.
fn by_default(draft: &mut Draft, gateways: &BTreeMap<Box<str>, [Option<Value>; 2]>, facts: &Facts) {
    let gateway = draft.told.get("transit_gateway_id").and_then(Value::as_text);
    let Some([association, propagation]) = gateway.and_then(|it| gateways.get(it)) else { return };
    let associated = match (association, facts.associated.get(&draft.id).and_then(only)) {
        (Some(Value::Null), _) | (_, Some(None)) => Some(false),
        (Some(Value::Text(default)), Some(Some(table))) => Some(default == table),
        (Some(_) | None, _) => None,
    };
    let propagates = match propagation {
        Some(Value::Null) => Some(false),
        Some(Value::Text(default)) => match facts.propagating.get(default) {
            Some(listed) if listed.contains(&draft.id) => Some(true),
            Some(_) if !facts.partial_tables.contains(default) => Some(false),
            Some(_) | None => None,
        },
        Some(_) | None => None,
    };
    for (name, word) in [
        ("transit_gateway_default_route_table_association", associated),
        ("transit_gateway_default_route_table_propagation", propagates),
    ] {
        if let Some(word) = word {
            draft.tell(name, Value::Bool(word));
        }
    }
}

/// By name: the prefix lists of AWS, which the provider tells with the gateway endpoints of their
/// service.
fn lists(drafts: &[Draft]) -> BTreeMap<Box<str>, Vec<Box<str>>> {
    let mut out: BTreeMap<Box<str>, BTreeSet<Box<str>>> = BTreeMap::new();
    for draft in drafts.iter().filter(|it| it.kind == LIST) {
        let name = draft.told.get("name").and_then(Value::as_text);
        if let Some(name) = name.filter(|it| it.starts_with("com.amazonaws.")) {
            out.entry(name.into()).or_default().insert(draft.id.clone());
        }
    }
    out.into_iter().map(|(name, ids)| (name, ids.into_iter().collect())).collect()
}
