//! A VPC as a transit gateway sees it, and what makes two of them behave alike.

use groundplan_ir::{Cause, Tri};
use groundplan_model::{
    Attachment, Exits, Id, Proven, TgwRouteTable, Topology, TransitGateway, Vpc,
};
use ipnet::IpNet;

/// A VPC behind a gateway.
pub(crate) struct Side {
    /// What ties it to the gateway.
    pub(crate) attachment: Id<Attachment>,
    /// The VPC, when it is in the input.
    pub(crate) vpc: Option<Id<Vpc>>,
    /// Its known IPv4 ranges.
    pub(crate) ranges: Vec<IpNet>,
    /// Why it may have more ranges.
    pub(crate) gap: Option<Cause>,
    /// The gateway's table for what comes from it.
    pub(crate) table: Tri<Id<TgwRouteTable>>,
    /// Where its own tables lead.
    pub(crate) exits: Exits,
}

/// What two VPCs of one class have in common.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Class {
    /// The gateway's table; else whether there may be one.
    pub(crate) table: Result<Id<TgwRouteTable>, bool>,
    /// The ranges that it sends to the gateway.
    pub(crate) gateway: Vec<IpNet>,
    /// The ranges that it sends elsewhere.
    pub(crate) elsewhere: Vec<IpNet>,
    /// Whether its tables may hold more.
    pub(crate) open: bool,
}

/// The VPC of an attachment; none for what is not a VPC.
pub(crate) fn side(
    topology: &Topology,
    attachment: Id<Attachment>,
    gateway: &Proven<TransitGateway>,
    stray: Option<&Cause>,
) -> Option<Side> {
    let table = topology.association(attachment).map(|tie| tie.to);
    match topology.attached_vpc(attachment) {
        Tri::Known(vpc) => {
            let ranges = topology.ranges(vpc);
            let mut exits = topology.exits(vpc, gateway);
            exits.gap = exits.gap.or_else(|| stray.cloned());
            Some(Side {
                attachment,
                vpc: Some(vpc),
                ranges: ranges.known_v4().map(|(net, _)| net).collect(),
                gap: ranges.gap().cloned(),
                table,
                exits,
            })
        }
        Tri::Unknown(cause) => Some(Side {
            attachment,
            vpc: None,
            ranges: Vec::new(),
            gap: Some(cause.clone()),
            table,
            exits: Exits { gap: Some(cause), ..Exits::default() },
        }),
        Tri::Absent => None,
    }
}

impl Class {
    /// The class of a VPC.
    pub(crate) fn of(side: &Side) -> Self {
        let sorted = |mut nets: Vec<IpNet>| {
            nets.sort();
            nets.dedup();
            nets
        };
        Self {
            table: match &side.table {
                Tri::Known(table) => Ok(*table),
                Tri::Unknown(_) => Err(true),
                Tri::Absent => Err(false),
            },
            gateway: sorted(side.exits.gateway.iter().map(|(net, _)| *net).collect()),
            elsewhere: sorted(side.exits.elsewhere.clone()),
            open: side.exits.gap.is_some(),
        }
    }
}
