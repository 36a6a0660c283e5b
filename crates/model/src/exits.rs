//! Where the packets of a VPC can leave to, as far as its route tables say.

use std::sync::Arc;

use groundplan_ir::{Cause, Mode, Tri};
use ipnet::IpNet;

use crate::{
    Destination, Head, Id, Inline, Link, Management, Proven, Route, RouteTable, RouteTarget,
    Subnet, Topology, TransitGateway, Vpc, VpnGateway,
};

/// Where a route may lead, seen from a transit gateway.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Exit {
    /// To the gateway, proven.
    Gateway,
    /// To something that may bring packets to another network, or that cannot be told.
    Elsewhere,
    /// To nothing that could reach the private addresses of another network.
    Nowhere,
}

/// The exits of a VPC, seen from one transit gateway.
#[derive(Clone, Debug, Default)]
pub struct Exits {
    /// Ranges that are sent to the gateway, with the route.
    pub gateway: Vec<(IpNet, Id<Route>)>,
    /// Ranges that are sent elsewhere.
    pub elsewhere: Vec<IpNet>,
    /// Why there may be more of both.
    pub gap: Option<Cause>,
}

impl Route {
    /// Where this leads, seen from `gateway`.
    ///
    /// Internet gateways drop what goes to private addresses, and a NAT gateway answers only what
    /// was begun behind it ("NAT gateways"), so neither carries an answer to another VPC.
    pub fn exit(&self, gateway: &Proven<TransitGateway>) -> Exit {
        match &self.target {
            RouteTarget::TransitGateway(link) => match link.proven() {
                Some(it) if it == *gateway => Exit::Gateway,
                Some(_) | None => Exit::Elsewhere,
            },
            RouteTarget::Peering(_)
            | RouteTarget::VpnGateway(_)
            | RouteTarget::Endpoint(_)
            | RouteTarget::NetworkInterface(_)
            | RouteTarget::Other(_)
            | RouteTarget::Unknown(_) => Exit::Elsewhere,
            RouteTarget::Local
            | RouteTarget::InternetGateway(_)
            | RouteTarget::EgressOnlyGateway(_)
            | RouteTarget::NatGateway(_) => Exit::Nowhere,
        }
    }
}

impl Topology {
    /// The exits of a VPC; what no table claims is left to [`Topology::stray_routes`].
    pub fn exits(&self, vpc: Id<Vpc>, gateway: &Proven<TransitGateway>) -> Exits {
        let leads = |route: &Route| route.exit(gateway) != Exit::Nowhere;
        let mut out = Exits { gap: self.vpc_routes_gap(vpc, leads), ..Exits::default() };
        for table in self.tables(vpc) {
            let (announced, gap) = self.announced(*table);
            out.elsewhere.extend(announced);
            out.gap = out.gap.or(gap);
            for (id, route) in self.routes(*table).filter(|(_, route)| leads(route)) {
                let (ranges, gap) = self.destination_ranges(&route.destination);
                out.gap = out.gap.or(gap);
                match route.exit(gateway) {
                    Exit::Gateway => out.gateway.extend(ranges.into_iter().map(|net| (net, id))),
                    Exit::Elsewhere if self.stays(route, vpc) => (),
                    Exit::Elsewhere => out.elsewhere.extend(ranges),
                    Exit::Nowhere => (),
                }
            }
        }
        out
    }

    /// Whether a route leads to a Gateway Load Balancer endpoint of the VPC: what is inspected comes out of it again, and
    /// goes on by the table of its subnets.
    fn stays(&self, route: &Route, vpc: Id<Vpc>) -> bool {
        let RouteTarget::Endpoint(link) = &route.target else { return false };
        let Some(endpoint) = link.here().map(|id| &self.endpoints[id]) else { return false };
        let Tri::Known(members) = &endpoint.subnets else { return false };
        let own = |id: &Id<Subnet>| self.subnets[*id].vpc.here() == Some(vpc);
        endpoint.endpoint_type.value.known().is_some_and(|it| &**it == "GatewayLoadBalancer")
            && members.exact
            && members.elsewhere.is_empty()
            && members.here.iter().all(own)
    }

    /// Why the tables of this VPC may hold routes that matter and that are not seen in them.
    ///
    /// Tables and routes that may belong to any VPC are left to [`Topology::stray_routes`], which is
    /// asked once for all VPCs.
    pub fn vpc_routes_gap(&self, vpc: Id<Vpc>, matters: impl Fn(&Route) -> bool) -> Option<Cause> {
        if let Some(cause) = self.container_open(&self.vpcs[vpc].head) {
            return Some(cause);
        }
        for (table, cause) in self.tables_of_vpc.possible_of(vpc) {
            let unknown = matches!(self.route_tables[*table].routes_unknown, Tri::Unknown(_));
            if unknown || self.perhaps_routes(*table).any(|(route, _)| matters(route)) {
                return Some(cause.clone());
            }
        }
        self.tables(vpc).iter().find_map(|table| self.table_gap(vpc, *table, &matters))
    }

    fn table_gap(
        &self,
        vpc: Id<Vpc>,
        table: Id<RouteTable>,
        matters: impl Fn(&Route) -> bool,
    ) -> Option<Cause> {
        let it = &self.route_tables[table];
        let unseen = it.is_default && (self.is_unseen_default(vpc, it) || self.is_handed_out(vpc));
        if unseen {
            // Every VPC has a main table, so this one exists, and nobody has shown it.
            let used = self.main_table_in_use(vpc, table);
            return used.then(|| Cause::NotManaged(it.head.origin.to_string().into()));
        }
        self.written_gap(table, matters)
    }

    /// Why a table that is in use may hold routes that matter and that are not seen in it.
    pub fn table_open(
        &self,
        table: Id<RouteTable>,
        matters: impl Fn(&Route) -> bool,
    ) -> Option<Cause> {
        let it = &self.route_tables[table];
        let unseen = it.vpc.here().is_none_or(|vpc| self.is_unseen_default(vpc, it));
        if it.is_default && unseen && it.head.management == Management::Observed {
            return Some(Cause::NotManaged(it.head.origin.to_string().into()));
        }
        self.written_gap(table, &matters).or_else(|| {
            let mut strays = self.routes_of_table.unplaced(it.head.stack());
            let found = strays.find(|(route, _)| matters(&self.routes[*route]));
            found.map(|(_, cause)| cause.clone())
        })
    }

    /// Why what is written of a table may not be all.
    fn written_gap(
        &self,
        table: Id<RouteTable>,
        matters: impl Fn(&Route) -> bool,
    ) -> Option<Cause> {
        let it = &self.route_tables[table];
        let unclear = it.inline == Inline::Unclear && it.head.management == Management::Created;
        let possible = self.routes_of_table.possible_of(table).iter();
        self.container_open(&it.head)
            .or_else(|| match &it.routes_unknown {
                Tri::Unknown(cause) => Some(cause.clone()),
                Tri::Known(()) | Tri::Absent => None,
            })
            .or_else(|| unclear.then(|| Cause::NoConfiguration(it.head.name().into())))
            .or_else(|| {
                let mut strays = possible.filter(|(route, _)| matters(&self.routes[*route]));
                strays.next().map(|(_, cause)| cause.clone())
            })
    }

    /// Whether nobody shows this default table. That of a managed VPC with subnets has nothing in it where
    /// somebody said that the inputs are all.
    fn is_unseen_default(&self, vpc: Id<Vpc>, table: &RouteTable) -> bool {
        let told = self.closed
            && table.head.origin.address.mode == Mode::Managed
            && !self.subnets_of_vpc.of(vpc).is_empty();
        table.head.management == Management::Observed && !told
    }

    /// Whether a directory describes a VPC and nothing in it, while others of the run could: then somebody
    /// else has its subnets and tables, in this run or not.
    fn is_handed_out(&self, vpc: Id<Vpc>) -> bool {
        self.idless.surely(self.vpcs[vpc].head.stack())
            && !self.closed
            && self.subnets_of_vpc.of(vpc).is_empty()
            && self.tables(vpc).len() <= 1
    }

    /// A virtual private gateway brings routes into a table that are in no plan: what is declared of
    /// them, and why there may be more.
    pub fn announced(&self, table: Id<RouteTable>) -> (Vec<IpNet>, Option<Cause>) {
        let it = &self.route_tables[table];
        let what = || {
            Some(Cause::NotInInput(format!("what is propagated into {}", it.head.origin).into()))
        };
        if self.unfollowed.iter().any(|(_, it)| it.table.may_be(table)) {
            return (Vec::new(), what());
        }
        let mut gateways: Vec<Link<VpnGateway>> = Vec::new();
        match &it.propagating {
            Tri::Known(members) => {
                gateways.extend(members.here.iter().map(|id| Link::Here(*id)));
                gateways.extend(members.elsewhere.iter().map(|id| Link::Elsewhere(id.clone())));
            }
            Tri::Unknown(_) => return (Vec::new(), what()),
            Tri::Absent => (),
        }
        let written = self.propagations_of_table.of(table).iter();
        gateways.extend(written.map(|id| self.route_propagations[*id].gateway.clone()));
        let mut out = (Vec::new(), None);
        for gateway in &gateways {
            let declared = self.declared_behind_gateway(gateway);
            out.0.extend(declared.known().map(|(net, _)| net));
            if !declared.complete {
                out.1 = what();
            }
        }
        out
    }

    /// Whether a subnet may use this default table of the VPC.
    fn main_table_in_use(&self, vpc: Id<Vpc>, table: Id<RouteTable>) -> bool {
        match self.main_table(vpc) {
            Tri::Known(main) if main != table => return false,
            Tri::Known(_) | Tri::Unknown(_) | Tri::Absent => (),
        }
        let subnets = self.subnets_of_vpc.of(vpc);
        subnets.is_empty()
            || self.subnets_of_vpc.open(vpc).is_some()
            || subnets.iter().any(|subnet| match self.table_of(*subnet) {
                Tri::Known(used) => used == table,
                Tri::Unknown(_) => true,
                Tri::Absent => false,
            })
    }

    /// Why a VPC of this stack may hold a route that matters, whichever VPC of it: a route or a table that
    /// cannot be placed.
    pub fn stray_routes(
        &self,
        stack: Option<&Arc<str>>,
        matters: impl Fn(&Route) -> bool,
    ) -> Option<Cause> {
        let mut routes = self.routes_of_table.unplaced(stack);
        if let Some((_, cause)) = routes.find(|(route, _)| matters(&self.routes[*route])) {
            return Some(cause.clone());
        }
        let holds = |table| self.perhaps_routes(table).any(|(route, _)| matters(route));
        let mut tables = self.tables_of_vpc.unplaced(stack).filter(|(table, _)| holds(*table));
        tables.next().map(|(_, cause)| cause.clone())
    }

    /// Whether two links may name one transit gateway.
    pub fn may_be_same_gateway(
        &self,
        one: &Link<TransitGateway>,
        two: &Link<TransitGateway>,
    ) -> bool {
        let heads = |link: &Link<TransitGateway>| match link {
            Link::Here(id) => vec![&self.transit_gateways[*id].head],
            Link::OneOf(ids, _) => ids.iter().map(|id| &self.transit_gateways[*id].head).collect(),
            Link::Elsewhere(_) | Link::Unknown(_) | Link::Absent => Vec::new(),
        };
        // Something that is only looked at, and whose id is not known yet, may have any id; and so may what
        // a directory describes.
        let unnamed = |head: &&Head| {
            (head.management == Management::Observed && head.id.is_none())
                || (head.id.is_none() && self.idless.may_name(head.stack(), None))
        };
        match (one, two) {
            (Link::Absent, _) | (_, Link::Absent) => false,
            (Link::Unknown(_), _) | (_, Link::Unknown(_)) => true,
            (Link::Elsewhere(one), Link::Elsewhere(two)) => one == two,
            (Link::Elsewhere(_), _) => heads(two).iter().any(unnamed),
            (_, Link::Elsewhere(_)) => heads(one).iter().any(unnamed),
            (Link::Here(_) | Link::OneOf(..), Link::Here(_) | Link::OneOf(..)) => {
                let (one, two) = (heads(one), heads(two));
                let mut pairs = one.iter().flat_map(|one| two.iter().map(move |two| (one, two)));
                pairs.any(|(one, two)| {
                    one.origin == two.origin || self.may_be_one(one, two).is_some()
                })
            }
        }
    }
}

impl Destination {
    /// Whether this leads to every address of a family.
    pub fn is_default(&self) -> bool {
        match self {
            Self::Range(Tri::Known(net)) => net.prefix_len() == 0,
            Self::Range(Tri::Unknown(_) | Tri::Absent) | Self::PrefixList(_) | Self::Unknown(_) => {
                false
            }
        }
    }
}
