//! A VPC as a transit gateway sees it, and what makes two of them behave alike.

use groundplan_ir::{Cause, Tri};
use groundplan_model::{
    Attachment, Exits, Id, Proven, RouteTarget, TgwRouteTable, Topology, TransitGateway, Vpc,
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
    /// Why what it sends may come from others.
    pub(crate) relays: Option<Cause>,
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
                relays: relays(topology, vpc),
                exits,
            })
        }
        Tri::Unknown(cause) => Some(Side {
            attachment,
            vpc: None,
            ranges: Vec::new(),
            gap: Some(cause.clone()),
            table,
            relays: None,
            exits: Exits { gap: Some(cause), ..Exits::default() },
        }),
        Tri::Absent => None,
    }
}

/// Whether a VPC hands packets to a NAT gateway, a firewall or an appliance: in central egress and
/// inspection it sends packets whose answers look for other addresses than its own ("Centralized
/// egress to internet", "Appliance in a shared services VPC").
fn relays(topology: &Topology, vpc: Id<Vpc>) -> Option<Cause> {
    let passes_on = |target: &RouteTarget| {
        matches!(
            target,
            RouteTarget::NatGateway(_)
                | RouteTarget::NetworkInterface(_)
                | RouteTarget::Endpoint(_)
        )
    };
    let possible = topology.tables_of_vpc.possible_of(vpc).iter().map(|(table, _)| table);
    let tables = topology.tables(vpc).iter().chain(possible);
    let mut routes = tables.flat_map(|table| topology.perhaps_routes(*table));
    routes
        .any(|(route, _)| passes_on(&route.target))
        .then(|| Cause::Relayed(topology.vpcs[vpc].head.name().into()))
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
