//! Prefix lists: the customer's own, and the ones of AWS services.

use groundplan_ir::{Cause, Fact, Mode, Tri, Value};
use ipnet::IpNet;

use crate::entity::{Entity, Kind, Reads};
use crate::reader::Reader;
use crate::{Head, Link};

/// Who keeps a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ListOwner {
    /// AWS, for this service (`com.amazonaws.eu-west-1.s3`).
    Aws(Box<str>),
    /// The customer.
    Customer,
}

/// A prefix list.
#[derive(Clone, Debug)]
pub struct PrefixList {
    /// The common part.
    pub head: Head,
    /// Who keeps it.
    pub owner: Tri<ListOwner>,
    /// Whether its ranges are IPv6 ones.
    pub is_v6: Tri<bool>,
    /// How many ranges it has room for, which is what it counts for in a route table.
    pub room: Fact<u32>,
    /// The ranges in it, as far as it names them itself.
    pub entries: Tri<Vec<Tri<IpNet>>>,
}

impl Entity for PrefixList {
    const KIND: Kind = Kind::PrefixList;
    const READS: Reads = &[
        (
            "aws_ec2_managed_prefix_list",
            &[
                "id",
                "arn",
                "name",
                "address_family",
                "max_entries",
                "owner_id",
                "entry",
                "entries",
                "region",
            ],
        ),
        // The data source names the list by `prefix_list_id` in the argument and by `id` when read.
        ("aws_prefix_list", &["id", "name", "prefix_list_id", "cidr_blocks", "region"]),
        ("aws_vpc_endpoint", crate::endpoint::ENDPOINT_ATTRIBUTES),
    ];

    fn identity(resource_type: &str) -> &'static str {
        match resource_type {
            "aws_vpc_endpoint" => "prefix_list_id",
            _ => "id",
        }
    }

    fn lower(reader: &Reader<'_>) -> Self {
        Self {
            head: reader.head(),
            owner: owner(reader),
            is_v6: match reader.resource_type() {
                "aws_ec2_managed_prefix_list" => {
                    reader.text("address_family").value.map(|family| &*family == "IPv6")
                }
                _ => Tri::Absent,
            },
            room: room(reader),
            entries: entries(reader),
        }
    }
}

fn room(reader: &Reader<'_>) -> Fact<u32> {
    let fact = reader.text("max_entries");
    let bad = || Cause::BadValue(fact.origin.to_string().into());
    let value = match &fact.value {
        Tri::Known(text) => text.parse().map_or_else(|_| Tri::Unknown(bad()), Tri::Known),
        Tri::Unknown(cause) => Tri::Unknown(cause.clone()),
        Tri::Absent => Tri::Absent,
    };
    Fact { value, origin: fact.origin }
}

fn owner(reader: &Reader<'_>) -> Tri<ListOwner> {
    let name = match reader.resource_type() {
        // The list of a gateway endpoint is the one of its service.
        "aws_vpc_endpoint" => return reader.text("service_name").value.map(ListOwner::Aws),
        _ => reader.text("name").value,
    };
    let managed = reader.resource.address.mode == Mode::Managed;
    match name {
        _ if managed => Tri::Known(ListOwner::Customer),
        Tri::Known(name) if name.starts_with("com.amazonaws.") => Tri::Known(ListOwner::Aws(name)),
        Tri::Known(_) if reader.resource_type() == "aws_prefix_list" => {
            // This data source finds lists of AWS only ("aws_prefix_list").
            name.map(ListOwner::Aws)
        }
        Tri::Known(_) => match reader.text("owner_id").value {
            Tri::Known(owner) if &*owner == "AWS" => name.map(ListOwner::Aws),
            Tri::Known(_) => Tri::Known(ListOwner::Customer),
            Tri::Unknown(cause) => Tri::Unknown(cause),
            Tri::Absent => {
                Tri::Unknown(Cause::BadValue(reader.origin("owner_id").to_string().into()))
            }
        },
        Tri::Unknown(cause) => Tri::Unknown(cause),
        Tri::Absent => {
            Tri::Unknown(Cause::KnownAfterApply(reader.origin("name").to_string().into()))
        }
    }
}

fn entries(reader: &Reader<'_>) -> Tri<Vec<Tri<IpNet>>> {
    if let Tri::Known(ranges) = reader.cidrs("cidr_blocks") {
        return Tri::Known(ranges);
    }
    let items = match (reader.value("entry"), reader.value("entries")) {
        (Value::List(items), _) | (_, Value::List(items)) => items,
        (blocks, entries) => {
            return match (blocks.unknown(), entries.unknown()) {
                (Some(cause), _) if reader.is_written("entry") != Tri::Known(false) => {
                    Tri::Unknown(cause.clone())
                }
                (Some(_), _) => Tri::Known(Vec::new()),
                (None, Some(cause)) => Tri::Unknown(cause.clone()),
                (None, None) => Tri::Absent,
            };
        }
    };
    let range = |item: &Value| reader.range("entry", &item.member("cidr"));
    Tri::Known(items.iter().map(range).collect())
}

/// An `aws_ec2_managed_prefix_list_entry`.
#[derive(Clone, Debug)]
pub struct PrefixListEntry {
    /// The common part.
    pub head: Head,
    /// The list.
    pub list: Link<PrefixList>,
    /// The range.
    pub range: Fact<IpNet>,
}

impl Entity for PrefixListEntry {
    const KIND: Kind = Kind::PrefixListEntry;
    const READS: Reads =
        &[("aws_ec2_managed_prefix_list_entry", &["id", "prefix_list_id", "cidr", "region"])];

    fn lower(reader: &Reader<'_>) -> Self {
        Self {
            head: reader.head(),
            list: reader.link("prefix_list_id"),
            range: reader.cidr("cidr"),
        }
    }
}
