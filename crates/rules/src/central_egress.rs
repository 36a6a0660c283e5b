//! The way of packets through a VPC that holds the NAT gateways of others.

use std::collections::{BTreeMap, BTreeSet};

use groundplan_ir::{Cause, Tri};
use groundplan_model::{
    Attachment, AttachmentKind, Endpoint, Exit, Id, Members, NatGateway, Proven, Route, RouteTable,
    RouteTarget, Subnet, TgwRoute, Topology, TransitGateway, Vpc, touches,
};
use ipnet::IpNet;

use crate::associated::Associated;

/// Where packets of another VPC to the internet end.
pub(crate) struct Lost {
    /// The route of the gateway's table that brings them.
    pub(crate) by: Id<TgwRoute>,
    /// Whose they are.
    pub(crate) spoke: Id<Attachment>,
    /// That one's addresses.
    pub(crate) ranges: Vec<IpNet>,
    /// What loses them.
    pub(crate) at: End,
}

/// What loses them.
pub(crate) enum End {
    /// Answers do not get from the NAT gateway to the transit gateway.
    NoWayBack(Id<NatGateway>, Id<RouteTable>),
    /// They get to an internet gateway with private addresses.
    NoNat(Id<Route>),
}

/// For each attachment that others send to the internet over: whether that gets through.
pub(crate) fn egress(topology: &Topology) -> BTreeMap<Id<Attachment>, Tri<Option<Lost>>> {
    let mut defaults: BTreeMap<Id<Attachment>, Vec<Id<TgwRoute>>> = BTreeMap::new();
    for (id, route) in topology.tgw_routes.iter() {
        if route.destination.is_default()
            && route.blackhole.value != Tri::Known(true)
            && let Some(attachment) = route.attachment.here()
        {
            defaults.entry(attachment).or_default().push(id);
        }
    }
    if defaults.is_empty() {
        return BTreeMap::new();
    }
    let associated = Associated::of(topology);
    let answers = defaults.into_iter().filter_map(|(attachment, routes)| {
        let hub = Hub::of(topology, attachment)?;
        Some((attachment, hub.answer(&associated, &routes)))
    });
    answers.collect()
}

/// A VPC that others send to the internet over.
struct Hub<'t> {
    topology: &'t Topology,
    vpc: Id<Vpc>,
    gateway: Proven<TransitGateway>,
    /// The NAT gateways that the subnets of its attachment lead to.
    nats: Vec<Id<NatGateway>>,
    /// Routes of those subnets to an internet gateway.
    open: Vec<Id<Route>>,
    doubt: Option<Cause>,
}

impl<'t> Hub<'t> {
    /// None where the subnets of the attachment lead to neither.
    fn of(topology: &'t Topology, id: Id<Attachment>) -> Option<Self> {
        let attachment = &topology.attachments[id];
        let AttachmentKind::Vpc { vpc, subnets: Tri::Known(members), .. } = &attachment.kind else {
            return None;
        };
        let (vpc, gateway) = (vpc.here()?, attachment.gateway.proven()?);
        let mut hub =
            Self { topology, vpc, gateway, nats: Vec::new(), open: Vec::new(), doubt: None };
        hub.look(members);
        (!hub.nats.is_empty() || !hub.open.is_empty()).then_some(hub)
    }

    fn look(&mut self, members: &Members<Subnet>) {
        if !members.exact {
            return;
        }
        let mut subnets: Vec<Id<Subnet>> = members.here.clone();
        let mut seen: BTreeSet<Id<Subnet>> = subnets.iter().copied().collect();
        while let Some(subnet) = subnets.pop() {
            let table = match self.topology.table_of(subnet) {
                Tri::Known(table) => table,
                Tri::Unknown(cause) => {
                    self.doubt = self.doubt.take().or(Some(cause));
                    continue;
                }
                Tri::Absent => continue,
            };
            for (id, route) in self.topology.routes(table) {
                if !is_default_v4(route) {
                    continue;
                }
                match &route.target {
                    RouteTarget::NatGateway(link) => self.nats.extend(link.here()),
                    RouteTarget::InternetGateway(_) => self.open.push(id),
                    // What a firewall lets through comes out of its endpoint again.
                    RouteTarget::Endpoint(link) => {
                        let behind = link.here().map(|it| self.behind(it)).unwrap_or_default();
                        subnets.extend(behind.iter().filter(|it| seen.insert(**it)));
                    }
                    RouteTarget::Local
                    | RouteTarget::VpnGateway(_)
                    | RouteTarget::Peering(_)
                    | RouteTarget::TransitGateway(_)
                    | RouteTarget::EgressOnlyGateway(_)
                    | RouteTarget::NetworkInterface(_)
                    | RouteTarget::Other(_)
                    | RouteTarget::Unknown(_) => (),
                }
            }
        }
        self.nats.sort();
        self.nats.dedup();
    }

    /// The subnets that packets go on from after the endpoint of a Gateway Load Balancer.
    fn behind(&self, id: Id<Endpoint>) -> &'t [Id<Subnet>] {
        let endpoint = &self.topology.endpoints[id];
        let kind = endpoint.endpoint_type.value.known();
        match &endpoint.subnets {
            Tri::Known(members)
                if members.exact && kind.is_some_and(|it| &**it == "GatewayLoadBalancer") =>
            {
                &members.here
            }
            Tri::Known(_) | Tri::Unknown(_) | Tri::Absent => &[],
        }
    }

    fn answer(self, associated: &Associated, routes: &[Id<TgwRoute>]) -> Tri<Option<Lost>> {
        let mut doubt = self.doubt.clone();
        for by in routes {
            let Some(table) = self.topology.tgw_routes[*by].table.here() else { continue };
            for spoke in associated.with(table) {
                let Some(ranges) = self.sends(*spoke) else { continue };
                let lost = |at| Lost { by: *by, spoke: *spoke, ranges: ranges.clone(), at };
                if let Some(route) = self.open.first() {
                    return Tri::Known(Some(lost(End::NoNat(*route))));
                }
                for nat in &self.nats {
                    match self.back(*nat, &ranges) {
                        Tri::Known(Some(table)) => {
                            return Tri::Known(Some(lost(End::NoWayBack(*nat, table))));
                        }
                        Tri::Known(None) | Tri::Absent => (),
                        Tri::Unknown(cause) => doubt = doubt.or(Some(cause)),
                    }
                }
            }
        }
        doubt.map_or(Tri::Known(None), Tri::Unknown)
    }

    /// The addresses of a VPC that sends everything else to the gateway.
    fn sends(&self, spoke: Id<Attachment>) -> Option<Vec<IpNet>> {
        let vpc = *self.topology.attached_vpc(spoke).known()?;
        let (one, two) = (&self.topology.vpcs[vpc].head, &self.topology.vpcs[self.vpc].head);
        if vpc == self.vpc || self.topology.may_be_one(one, two).is_some() {
            return None;
        }
        let exits = self.topology.exits(vpc, &self.gateway);
        let default = |net: &IpNet| net.prefix_len() == 0 && matches!(net, IpNet::V4(_));
        let ranges: Vec<IpNet> = self.topology.ranges(vpc).known_v4().map(|(net, _)| net).collect();
        (exits.gateway.iter().any(|(net, _)| default(net)) && !ranges.is_empty()).then_some(ranges)
    }

    /// The table of the NAT gateway, where it has no way back to these addresses.
    fn back(&self, nat: Id<NatGateway>, ranges: &[IpNet]) -> Tri<Option<Id<RouteTable>>> {
        let subnet = self.topology.nat_gateways[nat].subnet.tri();
        subnet.and_then(|subnet| self.topology.table_of(subnet)).and_then(|table| {
            let leads = |route: &Route| route.exit(&self.gateway) != Exit::Nowhere;
            let mut gap = None;
            for (_, route) in self.topology.routes(table).filter(|(_, route)| leads(route)) {
                let (nets, open) = self.topology.destination_ranges(&route.destination);
                if touches(&nets, ranges) {
                    return Tri::Known(None);
                }
                gap = gap.or(open);
            }
            let (announced, open) = self.topology.announced(table);
            if touches(&announced, ranges) {
                return Tri::Known(None);
            }
            let stack = self.topology.vpcs[self.vpc].head.stack();
            gap.or(open)
                .or_else(|| self.topology.table_open(table, leads))
                .or_else(|| self.topology.stray_routes(stack, leads))
                .map_or(Tri::Known(Some(table)), Tri::Unknown)
        })
    }
}

/// Whether a route is for all IPv4 addresses.
fn is_default_v4(route: &Route) -> bool {
    let four = |net: IpNet| net.prefix_len() == 0 && matches!(net, IpNet::V4(_));
    route.range().is_some_and(four)
}
