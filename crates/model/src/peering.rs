//! VPC peering connections, their accepters and their options.

use groundplan_ir::{Fact, Origin, Tri, Value};

use crate::entity::{Entity, Kind, Reads};
use crate::reader::Reader;
use crate::{Head, Link, Vpc};

/// The options of the two sides that one resource sets.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// The `requester` block.
    pub requester: Option<SideOptions>,
    /// The `accepter` block.
    pub accepter: Option<SideOptions>,
}

/// The options of one side.
#[derive(Clone, Debug)]
pub struct SideOptions {
    /// The block.
    pub origin: Origin,
    /// `allow_remote_vpc_dns_resolution`.
    pub remote_dns: Tri<bool>,
}

/// A peering connection, from the side that asks for it.
#[derive(Clone, Debug)]
pub struct Peering {
    /// The common part.
    pub head: Head,
    /// The VPC that asks.
    pub requester: Link<Vpc>,
    /// Where it is named.
    pub requester_origin: Origin,
    /// The VPC that is asked.
    pub accepter: Link<Vpc>,
    /// Where it is named.
    pub accepter_origin: Origin,
    /// The account that is asked; absent means the own one.
    pub peer_owner: Fact<Box<str>>,
    /// The region that is asked; absent means the own one.
    pub peer_region: Fact<Box<str>>,
    /// Whether the request accepts itself.
    pub auto_accept: Fact<bool>,
    /// What AWS says of it, where the state knows.
    pub status: Tri<Box<str>>,
    /// The options it sets.
    pub options: Options,
}

/// The states in which a connection no longer stands in the way of another ("VPC peering connection
/// lifecycle").
const OVER: &[&str] = &["deleted", "failed", "rejected", "expired"];

impl Peering {
    /// Whether it stands in the way of another one, as far as AWS has told.
    pub fn is_in_the_way(&self) -> bool {
        !self.status.known().is_some_and(|status| OVER.contains(&&**status))
    }
}

impl Entity for Peering {
    const KIND: Kind = Kind::Peering;
    const READS: Reads = &[(
        "aws_vpc_peering_connection",
        &[
            "id",
            "vpc_id",
            "peer_vpc_id",
            "peer_owner_id",
            "peer_region",
            "auto_accept",
            "accept_status",
            "status",
            "requester",
            "accepter",
            "region",
        ],
    )];

    fn lower(reader: &Reader<'_>) -> Self {
        let mut status = reader.text("accept_status").value;
        if status == Tri::Absent {
            status = reader.text("status").value;
        }
        Self {
            head: reader.head(),
            requester: reader.link("vpc_id"),
            requester_origin: reader.origin("vpc_id"),
            accepter: reader.link("peer_vpc_id"),
            accepter_origin: reader.origin("peer_vpc_id"),
            peer_owner: reader.text("peer_owner_id"),
            peer_region: reader.text("peer_region"),
            auto_accept: reader.flag("auto_accept"),
            status,
            options: options(reader),
        }
    }

    fn also(&mut self, twin: Self) {
        if self.status.known().is_none() && twin.status.known().is_some() {
            self.status = twin.status;
        }
    }
}

/// An `aws_vpc_peering_connection_accepter`.
#[derive(Clone, Debug)]
pub struct PeeringAccepter {
    /// The common part.
    pub head: Head,
    /// The connection it accepts.
    pub peering: Link<Peering>,
    /// Without this it only takes the connection over.
    pub auto_accept: Fact<bool>,
    /// The options it sets.
    pub options: Options,
}

impl Entity for PeeringAccepter {
    const KIND: Kind = Kind::PeeringAccepter;
    const READS: Reads = &[(
        "aws_vpc_peering_connection_accepter",
        &["id", "vpc_peering_connection_id", "auto_accept", "requester", "accepter", "region"],
    )];

    fn lower(reader: &Reader<'_>) -> Self {
        Self {
            head: reader.head(),
            peering: reader.link("vpc_peering_connection_id"),
            auto_accept: reader.flag("auto_accept"),
            options: options(reader),
        }
    }
}

/// An `aws_vpc_peering_connection_options`.
#[derive(Clone, Debug)]
pub struct PeeringOptions {
    /// The common part.
    pub head: Head,
    /// The connection.
    pub peering: Link<Peering>,
    /// The options it sets.
    pub options: Options,
    /// The accepters that it waits for, by reference or `depends_on`; and whether that list is whole.
    pub waits_for: Tri<Vec<crate::Id<PeeringAccepter>>>,
}

impl Entity for PeeringOptions {
    const KIND: Kind = Kind::PeeringOptions;
    const READS: Reads = &[(
        "aws_vpc_peering_connection_options",
        &["id", "vpc_peering_connection_id", "requester", "accepter", "region"],
    )];

    fn lower(reader: &Reader<'_>) -> Self {
        Self {
            head: reader.head(),
            peering: reader.link("vpc_peering_connection_id"),
            options: options(reader),
            waits_for: reader.dependencies(),
        }
    }
}

fn options(reader: &Reader<'_>) -> Options {
    Options { requester: side(reader, "requester"), accepter: side(reader, "accepter") }
}

/// The block of one side. It is optional and computed, so it counts only where it is written.
fn side(reader: &Reader<'_>, name: &str) -> Option<SideOptions> {
    if reader.is_written(name) != Tri::Known(true) {
        return None;
    }
    let value = reader.value(name);
    let member = value
        .as_list()
        .and_then(<[Value]>::first)
        .unwrap_or(value)
        .member("allow_remote_vpc_dns_resolution");
    let remote_dns = match (member.as_flag(), member.unknown()) {
        (Some(flag), _) => Tri::Known(flag),
        (None, Some(cause)) => Tri::Unknown(cause.clone()),
        (None, None) => Tri::Absent,
    };
    Some(SideOptions { origin: reader.origin(name), remote_dns })
}
