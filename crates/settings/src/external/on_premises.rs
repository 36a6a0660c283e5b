//! `[[external.on_premises]]`: ranges behind a VPN connection or Direct Connect.

use groundplan_ir::{Cause, Referred, SourceRef, Step, Value};
use ipnet::IpNet;

use super::making::{Made, Making, ranges, text};
use super::named::{Named, Run};
use super::{Declared, Thing};
use crate::notes::{Notes, Span};
use crate::table::{Family, Table};

const KEYS: &[&str] = &["cidr_blocks", "behind", "complete"];

/// What leads to a site.
const TYPES: &[&str] = &[
    "aws_customer_gateway",
    "aws_vpn_connection",
    "aws_vpn_gateway",
    "aws_dx_gateway",
    "aws_dx_gateway_association",
];

/// The beginnings of their ids, where these are no UUIDs.
const IDS: &[&str] = &["cgw-", "vpn-", "vgw-"];

/// The type of the resource that stands for the ranges; Terraform has none.
pub(super) const TYPE: &str = "groundplan_on_premises";

/// Declared ranges of a site.
#[derive(Clone, Debug)]
pub struct OnPremises {
    /// The common part.
    pub thing: Thing,
    /// The ranges, of both families.
    pub cidr_blocks: Vec<IpNet>,
    /// What they are behind.
    pub behind: Vec<Named>,
    /// Whether nothing else is behind these.
    pub complete: bool,
}

impl Declared for OnPremises {
    fn read(table: &Table<'_>, notes: &mut Notes) -> Option<Self> {
        let thing = Thing::named(table, KEYS, notes);
        let nets = table.ranges("cidr_blocks", Family::Any, notes);
        let behind = table.texts("behind", notes).unwrap_or_default();
        for key in ["cidr_blocks", "behind"] {
            if !table.has(key) {
                lacks(&table.at, key, notes);
            }
            table.filled(key, "", notes);
        }
        Some(Self {
            thing,
            cidr_blocks: nets.unwrap_or_default(),
            behind: behind.iter().filter_map(|it| Named::any(it, TYPES, IDS, notes)).collect(),
            complete: table.flag("complete", notes).unwrap_or(false),
        })
    }

    fn thing(&self) -> &Thing {
        &self.thing
    }
}

fn lacks(at: &Span, key: &str, notes: &mut Notes) {
    let help = match key {
        "behind" => {
            "name what leads there: behind = [\"network:aws_vpn_connection.dc\", \"vgw-0123\"]"
        }
        _ => "name its ranges: cidr_blocks = [\"192.168.0.0/16\"]",
    };
    notes.error(at, format!("`[[external.on_premises]]` has no `{key}`"), help);
}

impl OnPremises {
    /// The ranges as a resource that names what they are behind.
    pub(super) fn made(&self, run: &mut Run<'_>) -> Made {
        let mut making = Making::new(&self.thing, TYPE);
        making.set("cidr_blocks", "cidr_blocks", ranges(&self.cidr_blocks));
        let mut behind = Vec::new();
        for named in &self.behind {
            if named.is_id {
                behind.push(text(&named.text));
                continue;
            }
            behind.extend(run.find(named).into_iter().map(|address| {
                let path = vec![Step::Name("id".into())];
                let sources = vec![SourceRef { address, path }];
                let cause = Cause::KnownAfterApply("behind".into());
                Value::Referred(Box::new(Referred { cause, sources, exact: true }))
            }));
        }
        making.set("behind", "behind", Value::List(behind));
        making.set("complete", "complete", Value::Bool(self.complete));
        making.made()
    }
}
