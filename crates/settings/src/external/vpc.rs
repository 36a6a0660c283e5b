//! `[[external.vpc]]`: a VPC of somebody else, or what a data source finds.

use std::collections::BTreeMap;
use std::sync::Arc;

use groundplan_findings::Problem;
use groundplan_ir::{Attributes, Config, SourceMap, Value};
use ipnet::IpNet;

use super::making::{Made, Making, text};
use super::named::{Named, Run};
use super::{Declared, Thing};
use crate::notes::Notes;
use crate::table::{Family, Table};

const KEYS: &[&str] =
    &["address", "cidr_blocks", "ipv6_cidr_blocks", "enable_dns_support", "enable_dns_hostnames"];

/// What may be named by address.
const TYPES: &[&str] = &["data.aws_vpc"];

/// A declared VPC.
#[derive(Clone, Debug)]
pub struct Vpc {
    /// The common part.
    pub thing: Thing,
    /// The data sources that find this VPC.
    pub addresses: Vec<Named>,
    /// All of its IPv4 ranges, the first one first; none where that is left open.
    pub cidr_blocks: Option<Vec<IpNet>>,
    /// Its IPv6 ranges, as far as they are declared.
    pub ipv6_cidr_blocks: Vec<IpNet>,
    /// `enable_dns_support`
    pub enable_dns_support: Option<bool>,
    /// `enable_dns_hostnames`
    pub enable_dns_hostnames: Option<bool>,
}

impl Declared for Vpc {
    fn read(table: &Table<'_>, notes: &mut Notes) -> Option<Self> {
        let thing = Thing::read(table, "vpc-", KEYS, notes);
        let names = table.text_or_texts("address", notes).unwrap_or_default();
        let addresses = names.iter().filter_map(|it| Named::address(it, TYPES, notes)).collect();
        let looked_up = table.has("name") && table.has("address");
        if !(table.has("id") || looked_up) {
            let help =
                "give the `id`, or a `name` and the `address` of the data source that looks it up";
            notes.error(&table.at, "`[[external.vpc]]` has no `id`", help);
        }
        let four = table.ranges("cidr_blocks", Family::Four, notes);
        let help = "every VPC has an IPv4 range; leave the key out to leave it open";
        table.filled("cidr_blocks", help, notes);
        Some(Self {
            thing,
            addresses,
            cidr_blocks: four,
            ipv6_cidr_blocks: table
                .ranges("ipv6_cidr_blocks", Family::Six, notes)
                .unwrap_or_default(),
            enable_dns_support: table.flag("enable_dns_support", notes),
            enable_dns_hostnames: table.flag("enable_dns_hostnames", notes),
        })
    }

    fn thing(&self) -> &Thing {
        &self.thing
    }
}

impl Vpc {
    /// The VPC as a resource; none where only an address names it, which then holds all that is said.
    pub(super) fn made(&self) -> Option<Made> {
        self.thing.id.as_ref()?;
        let mut making = Making::new(&self.thing, "aws_vpc").owned();
        match &self.cidr_blocks {
            Some(nets) => self.ranges(nets, |name, key, value| making.set(name, key, value)),
            None => making.told("cidr_block", "cidr_blocks", None),
        }
        if let Some(net) = self.ipv6_cidr_blocks.first() {
            making.set("ipv6_cidr_block", "ipv6_cidr_blocks", text(&net.to_string()));
        }
        making.flag("enable_dns_support", self.enable_dns_support);
        making.flag("enable_dns_hostnames", self.enable_dns_hostnames);
        Some(making.made())
    }

    /// The ranges as the data source gives them: the first of each family has an attribute of its own.
    fn ranges(&self, four: &[IpNet], mut set: impl FnMut(&'static str, &'static str, Value)) {
        if let Some(first) = four.first() {
            set("cidr_block", "cidr_blocks", text(&first.to_string()));
        }
        let more = four.iter().chain(self.ipv6_cidr_blocks.iter().skip(1));
        let one =
            |net: &IpNet| Value::Object([("cidr_block".into(), text(&net.to_string()))].into());
        set("cidr_block_associations", "cidr_blocks", Value::List(more.map(one).collect()));
    }

    /// What is said of the attributes of a resource that is this VPC.
    fn said(&self) -> Attributes {
        let mut out = Attributes::new();
        let thing = &self.thing;
        let texts = [("id", &thing.id), ("owner_id", &thing.account), ("region", &thing.region)];
        for (name, value) in texts {
            out.extend(value.as_deref().map(|it| (name, text(it))));
        }
        let flags = [
            ("enable_dns_support", self.enable_dns_support),
            ("enable_dns_hostnames", self.enable_dns_hostnames),
        ];
        out.extend(flags.iter().filter_map(|(name, it)| Some((*name, Value::Bool((*it)?)))));
        if let Some(nets) = &self.cidr_blocks {
            self.ranges(nets, |name, _, value| {
                out.insert(name, value);
            });
        }
        let six = self.ipv6_cidr_blocks.first();
        out.extend(six.map(|net| ("ipv6_cidr_block", text(&net.to_string()))));
        out
    }
}

/// Writes what is said into the data sources that are named by their address.
pub(super) fn fill(
    vpcs: &[Vpc],
    config: &mut Config,
    alone: Option<&str>,
    sources: &SourceMap,
) -> Vec<Problem> {
    let mut run = Run::new(config, alone, sources);
    let mut said = BTreeMap::new();
    for (at, vpc) in vpcs.iter().enumerate() {
        for named in &vpc.addresses {
            for address in run.find(named) {
                let (first, _) =
                    said.entry(Arc::clone(&address)).or_insert_with(|| (at, vpc.said()));
                if *first != at {
                    let message = format!("`{address}` cannot be two VPCs");
                    run.problem(named.at, message, "only the first one counts; name it once");
                }
            }
        }
    }
    let problems = run.into_problems();
    config.map_planned(&mut |address, planned| {
        let Some((_, said)) = said.get(address) else { return };
        for (name, value) in said {
            let old = planned.get(name);
            if old.is_none_or(|old| *old == Value::Null || old.first_unknown().is_some()) {
                planned.insert(name, value.clone());
            }
        }
    });
    problems
}
