//! The way of packets through a VPC that looks into those of others.

use std::collections::{BTreeMap, BTreeSet};

use groundplan_ir::{Origin, Tri};
use groundplan_model::{
    Attachment, AttachmentKind, Endpoint, Hops, Id, Proven, RouteTarget, Subnet, TgwRoute,
    TgwRouteTable, Topology, Vpc, overlap, touches,
};
use ipnet::IpNet;

use crate::associated::Associated;
use crate::segments::gets_to;

/// What comes back to the VPC that hands it on.
pub(crate) struct Loop {
    /// The attachment of that VPC.
    pub(crate) attachment: Id<Attachment>,
    /// What associates it with the table.
    pub(crate) tie: Origin,
    /// The table.
    pub(crate) table: Id<TgwRouteTable>,
    /// Who waits for an answer.
    pub(crate) spoke: Id<Attachment>,
    /// Its range.
    pub(crate) range: IpNet,
}

/// What gets around a firewall.
pub(crate) struct Bypass {
    /// The table.
    pub(crate) table: Id<TgwRouteTable>,
    /// The route of the inspection VPC that leads to the firewall.
    pub(crate) firewall: Origin,
    /// Who sends.
    pub(crate) asking: Id<Attachment>,
    /// Who is reached, and by what.
    pub(crate) reached: Vec<(Id<Attachment>, Origin)>,
}

/// An endpoint in the subnet that leads to it.
pub(crate) struct InOneSubnet {
    /// The attachment.
    pub(crate) attachment: Id<Attachment>,
    /// The subnet of both.
    pub(crate) subnet: Id<Subnet>,
    /// The endpoint.
    pub(crate) endpoint: Id<Endpoint>,
    /// The route to it.
    pub(crate) route: Origin,
}

/// What is told of the tables that lead to other VPCs by static routes.
pub(crate) struct Inspection<'t> {
    topology: &'t Topology,
    associated: Associated,
    hops: BTreeMap<Id<TgwRouteTable>, Hops>,
}

impl<'t> Inspection<'t> {
    /// Looks at the tables that have static routes.
    pub(crate) fn of(topology: &'t Topology) -> Self {
        let mut hops = BTreeMap::new();
        for (_, route) in topology.tgw_routes.iter() {
            if let (Some(table), Some(_)) = (route.table.here(), route.attachment.here()) {
                hops.entry(table).or_insert_with(|| topology.hops(table));
            }
        }
        Self { topology, associated: Associated::of(topology), hops }
    }

    /// Table and target of a static route to a VPC, with the ranges that it is for.
    fn led(&self, id: Id<TgwRoute>) -> Option<Led<'_>> {
        let route = &self.topology.tgw_routes[id];
        if route.blackhole.value == Tri::Known(true) {
            return None;
        }
        let (table, attachment) = (route.table.here()?, route.attachment.here()?);
        let vpc = *self.topology.attached_vpc(attachment).known()?;
        let (ranges, _) = self.topology.destination_ranges(&route.destination);
        Some(Led { table, attachment, vpc, ranges, hops: self.hops.get(&table)? })
    }

    /// Whether what the target of a route hands back for others comes to it again; none where it uses
    /// another table.
    pub(crate) fn comes_back(&self, id: Id<TgwRoute>) -> Option<Tri<Option<Loop>>> {
        let led = self.led(id)?;
        let tie = self.associated.tie(led.attachment).filter(|tie| tie.to == led.table)?;
        let gateway = self.topology.attachments[led.attachment].gateway.proven()?;
        let exits = self.topology.exits(led.vpc, &gateway);
        let returned: Vec<IpNet> = exits.gateway.iter().map(|(net, _)| *net).collect();
        let origin = &self.topology.tgw_routes[id].head.origin;
        for spoke in self.others(&led) {
            let Some(vpc) = self.sends(spoke, &led) else { continue };
            for (range, _) in self.topology.ranges(vpc).known_v4() {
                let again = led.hops.winner(range).filter(|hop| hop.origin == *origin);
                if again.is_none() || !touches(&[range], &returned) {
                    continue;
                }
                let doubt = led.hops.contested.clone().or_else(|| led.hops.open.clone());
                return Some(match doubt {
                    Some(cause) => Tri::Unknown(cause),
                    None => Tri::Known(Some(Loop {
                        attachment: led.attachment,
                        tie: tie.origin.clone(),
                        table: led.table,
                        spoke,
                        range,
                    })),
                });
            }
        }
        Some(Tri::Known(None))
    }

    /// Whether what uses a table that leads to a firewall reaches others of its kind without it; none
    /// where the target has no firewall, or no table of its own.
    pub(crate) fn gets_around(&self, id: Id<TgwRoute>) -> Option<Tri<Option<Bypass>>> {
        let led = self.led(id)?;
        self.associated.tie(led.attachment).filter(|tie| tie.to != led.table)?;
        let firewall = self.firewall(&led)?;
        // Of two that send a range, one is another than the one that is reached.
        let mut senders: BTreeMap<IpNet, Vec<Id<Attachment>>> = BTreeMap::new();
        for spoke in self.others(&led) {
            for net in self.exits(spoke) {
                let known = senders.entry(net).or_default();
                if known.len() < 2 && !known.contains(&spoke) {
                    known.push(spoke);
                }
            }
        }
        let (ties, open) = self.topology.propagations(led.table);
        let (mut reached, mut asking, mut doubt) = (Vec::new(), None, None);
        let spokes: BTreeSet<_> = self.others(&led).collect();
        for tie in ties.into_iter().filter(|tie| spokes.contains(&tie.to)) {
            let Some(asker) = self.asker(tie.to, &led, &senders) else { continue };
            match gets_to(self.topology, led.hops, tie.to) {
                Tri::Known(true) => {
                    asking = asking.or(Some(asker));
                    reached.push((tie.to, tie.origin));
                }
                Tri::Known(false) | Tri::Absent => (),
                Tri::Unknown(cause) => doubt = doubt.or(Some(cause)),
            }
        }
        let doubt = doubt.or(open).filter(|_| spokes.len() > 1);
        Some(match (asking, doubt) {
            (Some(asking), _) => {
                Tri::Known(Some(Bypass { table: led.table, firewall, asking, reached }))
            }
            (None, Some(cause)) => Tri::Unknown(cause),
            (None, None) => Tri::Known(None),
        })
    }

    /// Who sends to the VPC of an attachment what a route means for the firewall.
    fn asker(
        &self,
        to: Id<Attachment>,
        led: &Led<'_>,
        senders: &BTreeMap<IpNet, Vec<Id<Attachment>>>,
    ) -> Option<Id<Attachment>> {
        let vpc = *self.topology.attached_vpc(to).known()?;
        let ranges: Vec<IpNet> = self.topology.ranges(vpc).known_v4().map(|(net, _)| net).collect();
        if !touches(&ranges, &led.ranges) {
            return None;
        }
        let meets = |net: &IpNet| ranges.iter().any(|it| overlap(*it, *net).is_some());
        let mut all = senders.iter().filter(|(net, _)| meets(net)).flat_map(|(_, all)| all);
        all.find(|it| **it != to).copied()
    }

    /// The route of an attachment subnet that leads to an endpoint what comes in by this.
    fn firewall(&self, led: &Led<'_>) -> Option<Origin> {
        let AttachmentKind::Vpc { subnets: Tri::Known(members), .. } =
            &self.topology.attachments[led.attachment].kind
        else {
            return None;
        };
        let tables = members.here.iter().filter(|_| members.exact);
        let mut tables = tables.filter_map(|it| self.topology.table_of(*it).known().copied());
        tables.find_map(|table| {
            let mut routes = self.topology.routes(table);
            let found = routes.find(|(_, route)| {
                let (nets, _) = self.topology.destination_ranges(&route.destination);
                matches!(route.target, RouteTarget::Endpoint(_)) && touches(&nets, &led.ranges)
            });
            found.map(|(_, route)| route.origin.clone())
        })
    }

    /// What else uses the table of a route.
    fn others(&self, led: &Led<'_>) -> impl Iterator<Item = Id<Attachment>> {
        let own = led.attachment;
        self.associated.with(led.table).iter().copied().filter(move |it| *it != own)
    }

    /// What a VPC sends to its gateway.
    fn exits(&self, id: Id<Attachment>) -> Vec<IpNet> {
        let gateway = self.topology.attachments[id].gateway.proven();
        let vpc = self.topology.attached_vpc(id).known().copied();
        let exits = vpc.zip(gateway).map(|(vpc, gateway)| self.topology.exits(vpc, &gateway));
        exits.map(|it| it.gateway.into_iter().map(|(net, _)| net).collect()).unwrap_or_default()
    }

    /// The VPC of an attachment, where it sends anything that a route is for and is another one.
    fn sends(&self, id: Id<Attachment>, led: &Led<'_>) -> Option<Id<Vpc>> {
        let vpc = *self.topology.attached_vpc(id).known()?;
        let (one, two) = (&self.topology.vpcs[vpc].head, &self.topology.vpcs[led.vpc].head);
        if vpc == led.vpc || self.topology.may_be_one(one, two).is_some() {
            return None;
        }
        touches(&self.exits(id), &led.ranges).then_some(vpc)
    }

    /// Endpoints that stand in the subnet of an attachment, whose table leads to them.
    pub(crate) fn in_one_subnet(&self) -> Vec<InOneSubnet> {
        let mut out = Vec::new();
        for (attachment, it) in self.topology.attachments.iter() {
            let AttachmentKind::Vpc { subnets: Tri::Known(members), .. } = &it.kind else {
                continue;
            };
            for subnet in members.here.iter().filter(|_| members.exact) {
                let Tri::Known(table) = self.topology.table_of(*subnet) else { continue };
                for (_, route) in self.topology.routes(table) {
                    let RouteTarget::Endpoint(link) = &route.target else { continue };
                    let Some(Proven::Here(endpoint)) = link.proven() else { continue };
                    if self.stands_in(endpoint, *subnet) {
                        let (subnet, route) = (*subnet, route.origin.clone());
                        out.push(InOneSubnet { attachment, subnet, endpoint, route });
                        break;
                    }
                }
            }
        }
        out
    }

    fn stands_in(&self, endpoint: Id<Endpoint>, subnet: Id<Subnet>) -> bool {
        match &self.topology.endpoints[endpoint].subnets {
            Tri::Known(members) => members.exact && members.here.contains(&subnet),
            Tri::Unknown(_) | Tri::Absent => false,
        }
    }
}

/// A static route to a VPC.
struct Led<'i> {
    table: Id<TgwRouteTable>,
    attachment: Id<Attachment>,
    vpc: Id<Vpc>,
    ranges: Vec<IpNet>,
    hops: &'i Hops,
}
