//! What a route table of a transit gateway does with a packet.
//!
//! The longest prefix wins, and at equal length a static route before a propagated one ("How
//! transit gateways work", route evaluation order). The winner is final: when it drops, no shorter
//! route is tried.

use std::collections::{BTreeMap, BTreeSet};

use groundplan_ir::{Cause, Origin, Tri};
use ipnet::IpNet;

use crate::{Attachment, AttachmentKind, Id, Link, Prefixes, TgwRouteTable, Topology};

/// Where a route of a gateway's table leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HopTo {
    /// To this attachment.
    Attachment(Id<Attachment>),
    /// To an attachment that is not seen or cannot be told.
    Unseen,
    /// Nowhere: packets are dropped.
    Blackhole,
}

/// Where a route of a gateway's table comes from, the winner at equal length first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Source {
    /// A static route or a reference to a prefix list.
    Static,
    /// A propagation that somebody wrote.
    Propagated,
    /// The propagation that the gateway does by default.
    ByDefault,
    /// What is declared to be announced over a VPN connection, which comes last of all.
    Announced,
}

/// A route of a gateway's table.
#[derive(Clone, Debug)]
pub struct Hop {
    /// Where it leads.
    pub to: HopTo,
    /// Where it comes from.
    pub source: Source,
    /// The resource that brings it.
    pub origin: Origin,
}

/// The routes of a gateway's table.
#[derive(Clone, Debug, Default)]
pub struct Hops {
    routes: Prefixes<Vec<Hop>>,
    /// The static ranges by attachment.
    statics: BTreeMap<Id<Attachment>, Vec<IpNet>>,
    has_statics: bool,
    /// The attachments that propagate into it, also where their ranges are not known.
    pub propagating: BTreeSet<Id<Attachment>>,
    /// Why there may be more routes.
    pub open: Option<Cause>,
    /// Why there may be routes of this configuration that are longer or win at equal length.
    pub contested: Option<Cause>,
}

impl Hops {
    /// The route that decides about all of `net`, unless a longer one takes a part of it.
    pub fn winner(&self, net: IpNet) -> Option<&Hop> {
        self.routes.covering(net).find_map(|(_, hops)| hops.iter().min_by_key(|hop| hop.source))
    }

    /// Whether any address of `net` is handed to something.
    pub fn carries(&self, net: IpNet) -> bool {
        let live = |hop: &Hop| hop.to != HopTo::Blackhole;
        self.winner(net).is_some_and(live)
            || self
                .routes
                .within(net)
                .any(|(_, hops)| hops.iter().min_by_key(|hop| hop.source).is_some_and(live))
    }

    /// Whether any route is for any address of `net`.
    pub fn is_touched(&self, net: IpNet) -> bool {
        self.routes.covering(net).next().is_some() || self.routes.within(net).next().is_some()
    }

    /// The routes of a length that lie inside `net`, the winner of each, without one for `net` itself.
    pub fn inside(&self, net: IpNet) -> impl Iterator<Item = (IpNet, &Hop)> {
        let all = self.routes.within(net).filter(move |(it, _)| it.prefix_len() > net.prefix_len());
        all.filter_map(|(it, hops)| Some((it, hops.iter().min_by_key(|hop| hop.source)?)))
    }

    /// Whether a shorter route is for all of `net` as well.
    pub fn wider(&self, net: IpNet) -> bool {
        self.routes.covering(net).any(|(it, _)| it.prefix_len() < net.prefix_len())
    }

    /// The ranges that static routes send to this attachment.
    pub fn statics_to(&self, attachment: Id<Attachment>) -> &[IpNet] {
        self.statics.get(&attachment).map_or(&[], Vec::as_slice)
    }

    /// Whether any static route is in the table, blackholes included.
    pub fn has_statics(&self) -> bool {
        self.has_statics
    }

    fn add(&mut self, net: IpNet, hop: Hop) {
        self.routes.entry(net).push(hop);
    }
}

impl Topology {
    /// The routes of a table: static ones, and the IPv4 ranges of the VPCs that propagate into it.
    pub fn hops(&self, table: Id<TgwRouteTable>) -> Hops {
        let mut out = Hops::default();
        let (ties, open) = self.propagations(table);
        out.open = open;
        let routes = self.routes_of_tgw_table.possible_of(table).iter().map(|(_, cause)| cause);
        let propagations = self.propagations_of_tgw_table.possible_of(table).iter();
        let mut possible = routes.chain(propagations.map(|(_, cause)| cause));
        out.contested = possible.find(|it| matches!(it, Cause::Expansion(_))).cloned();
        for route in self.tgw_routes_in(table) {
            out.has_statics = true;
            let (ranges, gap) = self.destination_ranges(&route.destination);
            out.open = out.open.or(gap);
            let to = match (&route.blackhole.value, &route.attachment) {
                (Tri::Known(true), _) => HopTo::Blackhole,
                (_, Link::Here(id)) => HopTo::Attachment(*id),
                (_, Link::OneOf(..) | Link::Elsewhere(_) | Link::Unknown(_) | Link::Absent) => {
                    HopTo::Unseen
                }
            };
            for net in ranges {
                if let HopTo::Attachment(id) = to {
                    out.statics.entry(id).or_default().push(net);
                }
                let origin = route.head.origin.clone();
                out.add(net, Hop { to: to.clone(), source: Source::Static, origin });
            }
        }
        for tie in ties {
            let attachment = &self.attachments[tie.to];
            out.propagating.insert(tie.to);
            let own = tie.origin.address == attachment.head.origin.address;
            let source = if own { Source::ByDefault } else { Source::Propagated };
            match &attachment.kind {
                AttachmentKind::Vpc { vpc, .. } => {
                    let Some(vpc) = vpc.here() else { continue };
                    for (net, _) in self.ranges(vpc).known_v4() {
                        let (to, origin) = (HopTo::Attachment(tie.to), tie.origin.clone());
                        out.add(net, Hop { to, source, origin });
                    }
                }
                // What the other end announces is not in any plan; it may be declared.
                AttachmentKind::Connect | AttachmentKind::Vpn => {
                    let declared = self.declared_behind_attachment(tie.to);
                    for (net, _) in declared.known().filter(|(it, _)| matches!(it, IpNet::V4(_))) {
                        let (to, origin) = (HopTo::Attachment(tie.to), tie.origin.clone());
                        out.add(net, Hop { to, source: Source::Announced, origin });
                    }
                    if declared.complete {
                        continue;
                    }
                    let what = format!("what {} announces", attachment.head.name());
                    out.open = out.open.or(Some(Cause::NotInInput(what.into())));
                }
                AttachmentKind::Peering { .. } => (),
            }
        }
        out
    }
}
