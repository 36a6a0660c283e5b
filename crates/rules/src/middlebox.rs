//! Whether what a subnet sends through a Gateway Load Balancer endpoint comes back over the same one.

use std::collections::{BTreeMap, BTreeSet};

use groundplan_ir::{Cause, Tri};
use groundplan_model::{
    Endpoint, Id, InternetGateway, Link, NatGateway, Proven, Route, RouteTable,
    RouteTableAssociation, RouteTarget, Subnet, Topology, Vpc,
};
use ipnet::IpNet;

use crate::default_route::{Family, default_route, may_inspect};
use crate::transit_subnets::TransitSubnets;
use crate::zones::same_zone;

/// A route to an endpoint.
#[derive(Clone, Copy)]
pub(crate) struct Way<'t> {
    /// The route.
    pub(crate) route: &'t Route,
    /// The endpoint.
    pub(crate) endpoint: Id<Endpoint>,
}

/// Where the answers come in.
#[derive(Clone, Copy)]
pub(crate) enum Enters {
    /// By an internet gateway, whose own table decides.
    Internet(Id<InternetGateway>),
    /// By a NAT gateway, whose subnet's table decides.
    Nat(Id<NatGateway>),
}

/// A way back that is not the way out.
#[derive(Clone, Copy)]
pub(crate) struct Back<'t> {
    /// The way out.
    pub(crate) out: Way<'t>,
    /// Where the answers come in.
    pub(crate) enters: Enters,
    /// The table that is asked there, where there is one.
    pub(crate) table: Option<Id<RouteTable>>,
    /// The other endpoint that they come back over.
    pub(crate) other: Option<Way<'t>>,
}

/// What passes an endpoint in one direction only, or a wrong one.
pub(crate) enum Fault<'t> {
    /// What goes out through the endpoint comes back past it, or over another one.
    Back(Back<'t>),
    /// What comes in through the endpoint is answered past it.
    Out { back: Way<'t>, past: &'t Route },
    /// The subnet's own zone has an endpoint for the same service.
    Zone { out: Way<'t>, own: Id<Endpoint> },
}

type Answer<'t> = Tri<Option<Fault<'t>>>;

/// The Gateway Load Balancer endpoints, and the tables of internet gateways.
pub(crate) struct Middleboxes<'t> {
    topology: &'t Topology,
    /// The subnet of each.
    subnets: BTreeMap<Id<Endpoint>, Id<Subnet>>,
    vpcs: BTreeSet<Id<Vpc>>,
    edges: BTreeMap<Id<InternetGateway>, &'t RouteTableAssociation>,
    /// Why any internet gateway may have a table that is not among these.
    open: Option<Cause>,
    transit: TransitSubnets<'t>,
}

impl<'t> Middleboxes<'t> {
    pub(crate) fn of(topology: &'t Topology) -> Self {
        let mut subnets = BTreeMap::new();
        let mut vpcs = BTreeSet::new();
        for (id, it) in topology.endpoints.iter().filter(|(_, it)| is_gwlb(it) == Tri::Known(true))
        {
            vpcs.extend(it.vpc.here());
            let members = it.subnets.known().filter(|it| it.exact && it.elsewhere.is_empty());
            if let Some([subnet]) = members.map(|it| &*it.here) {
                subnets.insert(id, *subnet);
            }
        }
        let mut out = Self {
            topology,
            subnets,
            vpcs,
            edges: BTreeMap::new(),
            open: None,
            transit: TransitSubnets::of(topology),
        };
        out.look_around();
        out
    }

    fn look_around(&mut self) {
        for (_, it) in self.topology.route_table_associations.iter() {
            match &it.edge {
                Some(RouteTarget::InternetGateway(Link::Here(id))) => {
                    self.edges.insert(*id, it);
                }
                Some(RouteTarget::Unknown(cause)) => self.open = Some(cause.clone()),
                Some(RouteTarget::InternetGateway(link)) => {
                    let cause = || Cause::OtherAttribute(it.head.name().into());
                    self.open = Some(match link.tri() {
                        Tri::Unknown(cause) => cause,
                        Tri::Known(_) | Tri::Absent => cause(),
                    });
                }
                Some(
                    RouteTarget::Local
                    | RouteTarget::VpnGateway(_)
                    | RouteTarget::EgressOnlyGateway(_)
                    | RouteTarget::NatGateway(_)
                    | RouteTarget::Peering(_)
                    | RouteTarget::TransitGateway(_)
                    | RouteTarget::Endpoint(_)
                    | RouteTarget::NetworkInterface(_)
                    | RouteTarget::Other(_),
                )
                | None => (),
            }
        }
    }

    /// Whether there is no such endpoint.
    pub(crate) fn is_empty(&self) -> bool {
        self.vpcs.is_empty()
    }

    /// What is wrong with the way of a subnet through an endpoint of its VPC.
    pub(crate) fn fault(&self, id: Id<Subnet>) -> Answer<'t> {
        let subnet = &self.topology.subnets[id];
        if !subnet.vpc.here().is_some_and(|vpc| self.vpcs.contains(&vpc)) {
            return Tri::Known(None);
        }
        let found = self.topology.table_of(id).and_then(|table| {
            match default_route(self.topology, table, Family::Four) {
                Tri::Known(Some(route)) => self.by(id, route),
                Tri::Unknown(cause) if self.may_concern(table) => Tri::Unknown(cause),
                Tri::Known(None) | Tri::Absent | Tri::Unknown(_) => Tri::Known(None),
            }
        });
        let doubt = match (&found, subnet.head.origin.address.expanded()) {
            (Tri::Known(Some(_)), Some(what)) => Some(Cause::Expansion(what.into())),
            (Tri::Known(Some(Fault::Back(_) | Fault::Out { .. })), None) => {
                self.transit.doubt(self.topology, id)
            }
            (Tri::Known(_) | Tri::Unknown(_) | Tri::Absent, _) => None,
        };
        doubt.map_or(found, Tri::Unknown)
    }

    /// Whether a default route that is not seen may lead to an endpoint or out by an internet gateway, which what a
    /// virtual private gateway brings never does.
    fn may_concern(&self, table: Id<RouteTable>) -> bool {
        let concerns = |route: &Route| {
            may_inspect(&route.target) || matches!(route.target, RouteTarget::InternetGateway(_))
        };
        let mut routes = self.topology.perhaps_routes(table);
        routes.any(|(route, _)| concerns(route))
            || self.topology.table_open(table, concerns).is_some()
    }

    /// The same for what the default route of the subnet sends.
    fn by(&self, id: Id<Subnet>, route: &'t Route) -> Answer<'t> {
        match &route.target {
            RouteTarget::Endpoint(_) => match self.leads_to(route) {
                Tri::Known(Some(endpoint)) => self.through(id, Way { route, endpoint }),
                Tri::Known(None) | Tri::Absent => Tri::Known(None),
                Tri::Unknown(cause) => Tri::Unknown(cause),
            },
            RouteTarget::InternetGateway(Link::Here(gateway)) => self.past(id, *gateway, route),
            RouteTarget::InternetGateway(_)
            | RouteTarget::Local
            | RouteTarget::VpnGateway(_)
            | RouteTarget::EgressOnlyGateway(_)
            | RouteTarget::NatGateway(_)
            | RouteTarget::Peering(_)
            | RouteTarget::TransitGateway(_)
            | RouteTarget::NetworkInterface(_)
            | RouteTarget::Other(_) => Tri::Known(None),
            RouteTarget::Unknown(cause) => Tri::Unknown(cause.clone()),
        }
    }

    /// The Gateway Load Balancer endpoint that a route leads to.
    fn leads_to(&self, route: &Route) -> Tri<Option<Id<Endpoint>>> {
        let link = match &route.target {
            RouteTarget::Endpoint(link) => link,
            RouteTarget::Unknown(cause) => return Tri::Unknown(cause.clone()),
            RouteTarget::Local
            | RouteTarget::InternetGateway(_)
            | RouteTarget::VpnGateway(_)
            | RouteTarget::EgressOnlyGateway(_)
            | RouteTarget::NatGateway(_)
            | RouteTarget::Peering(_)
            | RouteTarget::TransitGateway(_)
            | RouteTarget::NetworkInterface(_)
            | RouteTarget::Other(_) => return Tri::Known(None),
        };
        let id = match link.proven() {
            Some(Proven::Here(id)) => id,
            Some(Proven::Elsewhere(by)) => return Tri::Unknown(Cause::NotInInput(by)),
            None => return link.tri().map(Some),
        };
        let it = &self.topology.endpoints[id];
        match (is_gwlb(it), it.head.origin.address.expanded()) {
            (Tri::Known(true), Some(what)) => Tri::Unknown(Cause::Expansion(what.into())),
            (Tri::Known(true), None) => Tri::Known(Some(id)),
            (Tri::Known(false) | Tri::Absent, _) => Tri::Known(None),
            (Tri::Unknown(cause), _) => Tri::Unknown(cause),
        }
    }

    /// What leaves through an endpoint: where its answers come in, and which way they take from there.
    fn through(&self, id: Id<Subnet>, out: Way<'t>) -> Answer<'t> {
        let Some(stands) = self.subnets.get(&out.endpoint).copied() else {
            return Tri::Known(None);
        };
        if self.transit.surely(id) {
            return self.zone(id, stands, out);
        }
        let next = self
            .topology
            .table_of(stands)
            .and_then(|table| default_route(self.topology, table, Family::Four));
        let entered = match next {
            Tri::Known(Some(route)) => self.entered(route),
            Tri::Known(None) | Tri::Absent => Tri::Absent,
            Tri::Unknown(cause) => return Tri::Unknown(cause),
        };
        let found = match entered {
            Tri::Known((enters, table)) => self.back(id, Back { out, enters, table, other: None }),
            Tri::Unknown(cause) => Tri::Unknown(cause),
            Tri::Absent => Tri::Known(None),
        };
        match found {
            Tri::Known(None) => self.zone(id, stands, out),
            found @ (Tri::Known(Some(_)) | Tri::Unknown(_) | Tri::Absent) => found,
        }
    }

    /// Where the answers to what a route sends come in, and the table that is asked there.
    fn entered(&self, route: &Route) -> Tri<(Enters, Option<Id<RouteTable>>)> {
        match &route.target {
            RouteTarget::InternetGateway(Link::Here(gateway)) => {
                self.edge(*gateway).map(|table| (Enters::Internet(*gateway), table))
            }
            RouteTarget::NatGateway(Link::Here(gateway)) => {
                let subnet = self.topology.nat_gateways[*gateway].subnet.tri();
                let table = subnet.and_then(|subnet| self.topology.table_of(subnet));
                table.map(|table| (Enters::Nat(*gateway), Some(table)))
            }
            // What the input does not show has no table in it either.
            RouteTarget::InternetGateway(Link::OneOf(_, cause) | Link::Unknown(cause))
            | RouteTarget::NatGateway(Link::OneOf(_, cause) | Link::Unknown(cause))
            | RouteTarget::Unknown(cause) => Tri::Unknown(cause.clone()),
            RouteTarget::InternetGateway(_)
            | RouteTarget::NatGateway(_)
            | RouteTarget::Local
            | RouteTarget::VpnGateway(_)
            | RouteTarget::EgressOnlyGateway(_)
            | RouteTarget::Peering(_)
            | RouteTarget::TransitGateway(_)
            | RouteTarget::Endpoint(_)
            | RouteTarget::NetworkInterface(_)
            | RouteTarget::Other(_) => Tri::Absent,
        }
    }

    /// The table of an internet gateway; none where it has none.
    fn edge(&self, id: Id<InternetGateway>) -> Tri<Option<Id<RouteTable>>> {
        if let Some(it) = self.edges.get(&id) {
            return match it.head.origin.address.expanded() {
                Some(what) => Tri::Unknown(Cause::Expansion(what.into())),
                None => it.table.tri().map(Some),
            };
        }
        let open = self.topology.container_open(&self.topology.internet_gateways[id].head);
        open.or_else(|| self.open.clone()).map_or(Tri::Known(None), Tri::Unknown)
    }

    /// Whether the answers come back over the endpoint.
    fn back(&self, id: Id<Subnet>, past: Back<'t>) -> Answer<'t> {
        let out = past.out;
        let found = match past.table {
            Some(table) => self.covering(table, id),
            None => Tri::Known(None),
        };
        let past = |other| Tri::Known(Some(Fault::Back(Back { other, ..past })));
        let route = match found {
            Tri::Known(Some(route)) if route.target != RouteTarget::Local => route,
            Tri::Known(_) => return past(None),
            Tri::Unknown(cause) => return Tri::Unknown(cause),
            Tri::Absent => return Tri::Known(None),
        };
        match self.leads_to(route) {
            Tri::Known(Some(endpoint)) if endpoint == out.endpoint => Tri::Known(None),
            Tri::Known(Some(endpoint)) => {
                let head = |id: Id<Endpoint>| &self.topology.endpoints[id].head;
                match self.topology.may_be_one(head(endpoint), head(out.endpoint)) {
                    Some(cause) => Tri::Unknown(cause),
                    None => past(Some(Way { route, endpoint })),
                }
            }
            // By something else than an endpoint, which may lead on to it.
            Tri::Known(None) | Tri::Absent => Tri::Known(None),
            Tri::Unknown(cause) => Tri::Unknown(cause),
        }
    }

    /// The route of a table that decides about a whole subnet; absent where that has no IPv4 range.
    fn covering(&self, table: Id<RouteTable>, id: Id<Subnet>) -> Tri<Option<&'t Route>> {
        let range = match &self.topology.subnets[id].range.value {
            Tri::Known(range) => range.trunc(),
            Tri::Unknown(cause) => return Tri::Unknown(cause.clone()),
            Tri::Absent => return Tri::Absent,
        };
        let mut best: Option<(u8, &Route)> = None;
        for (_, route) in self.topology.routes(table) {
            let (nets, gap) = self.topology.destination_ranges(&route.destination);
            if let Some(cause) = gap {
                return Tri::Unknown(cause);
            }
            let lengths = nets.iter().filter(|net| net.contains(&range)).map(IpNet::prefix_len);
            if let Some(length) = lengths.max()
                && best.is_none_or(|(longest, _)| length > longest)
            {
                best = Some((length, route));
            }
        }
        // Every table has a route for each range of the VPC, and a shorter one decides nothing inside of it.
        let ranges = self.topology.subnets[id].vpc.here().map(|vpc| self.topology.ranges(vpc));
        let Some(ranges) = ranges else { return Tri::Absent };
        let mut own = ranges.known_v4().map(|(net, _)| net).filter(|net| net.contains(&range));
        let Some(own) = own.next() else {
            let outside = ranges.gap().cloned();
            return outside.map_or(Tri::Absent, Tri::Unknown);
        };
        let decides = |(length, _): &(u8, &Route)| *length >= own.prefix_len();
        let best = best.filter(decides).map(|(_, route)| route);
        let open = self.topology.table_open(table, |_| true);
        open.map_or(Tri::Known(best), Tri::Unknown)
    }

    /// What leaves straight through an internet gateway: whether what comes in there passes an endpoint.
    fn past(&self, id: Id<Subnet>, gateway: Id<InternetGateway>, route: &'t Route) -> Answer<'t> {
        // What an endpoint hands back leaves from its own subnet.
        if self.subnets.values().any(|it| *it == id) {
            return Tri::Known(None);
        }
        let table = match self.edge(gateway) {
            Tri::Known(Some(table)) => table,
            // Where no table of it is seen, nothing says that anything comes in through an endpoint.
            Tri::Known(None) | Tri::Unknown(_) | Tri::Absent => return Tri::Known(None),
        };
        self.covering(table, id).and_then(|found| match found {
            Some(back) => self.leads_to(back).map(|endpoint| {
                let back = endpoint.map(|endpoint| Way { route: back, endpoint });
                back.map(|back| Fault::Out { back, past: route })
            }),
            None => Tri::Known(None),
        })
    }

    /// Whether the endpoint is in another zone than the subnet, while one for the same service is in its own.
    fn zone(&self, id: Id<Subnet>, stands: Id<Subnet>, out: Way<'t>) -> Answer<'t> {
        let topology = self.topology;
        let used = &topology.endpoints[out.endpoint];
        let doubt = match same_zone(&topology.subnets[id], &topology.subnets[stands]) {
            Tri::Known(false) => None,
            Tri::Unknown(cause) => Some(cause),
            Tri::Known(true) | Tri::Absent => return Tri::Known(None),
        };
        let mut open = None;
        for (other, at) in &self.subnets {
            let it = &topology.endpoints[*other];
            let alike = it.vpc.here() == used.vpc.here() && it.service.value == used.service.value;
            if *other == out.endpoint || !alike || it.service.value.known().is_none() {
                continue;
            }
            let own = same_zone(&topology.subnets[id], &topology.subnets[*at]);
            let cause = match (own, it.head.origin.address.expanded()) {
                (Tri::Known(true), None) => doubt.clone(),
                (Tri::Known(true), Some(what)) => Some(Cause::Expansion(what.into())),
                (Tri::Unknown(cause), _) => Some(cause),
                (Tri::Known(false) | Tri::Absent, _) => continue,
            };
            match cause.or_else(|| topology.may_be_one(&it.head, &used.head)) {
                None => return Tri::Known(Some(Fault::Zone { out, own: *other })),
                Some(cause) => open = open.or(Some(cause)),
            }
        }
        open.map_or(Tri::Known(None), Tri::Unknown)
    }
}

fn is_gwlb(endpoint: &Endpoint) -> Tri<bool> {
    endpoint.endpoint_type.value.as_ref().map(|it| &**it == "GatewayLoadBalancer")
}
