//! Which table a subnet uses, which routes a table has, and whether those are all.
//!
//! A question for something that is *not* there is only answered where the container is closed:
//! managed by this configuration, with every possible member followed to where it belongs.

use std::sync::Arc;

use groundplan_ir::{Cause, Completeness, Mode, Tri};
use ipnet::IpNet;

use crate::addressing::overlap;
use crate::route::Destination;
use crate::{
    Head, Id, Link, Management, Peering, PrefixList, Route, RouteTable, RouteTarget, Subnet,
    TransitGateway, Vpc,
};

use crate::Topology;

impl Topology {
    /// The routes of a table that are proven to be in it, in address order.
    pub fn routes(&self, table: Id<RouteTable>) -> impl Iterator<Item = (Id<Route>, &Route)> {
        self.routes_of_table.of(table).iter().map(|id| (*id, &self.routes[*id]))
    }

    /// The routes that are or may be in a table, but not those that may be in any; with what keeps it
    /// open.
    pub fn perhaps_routes(
        &self,
        table: Id<RouteTable>,
    ) -> impl Iterator<Item = (&Route, Option<&Cause>)> {
        let possible = self.routes_of_table.possible_of(table).iter();
        let possible = possible.map(|(id, cause)| (&self.routes[*id], Some(cause)));
        self.routes(table).map(|(_, route)| (route, None)).chain(possible)
    }

    /// Whether what is missing of the input may belong to the thing of this head. What is made new can
    /// only be named in its own stack.
    pub(crate) fn may_miss(&self, head: &Head) -> bool {
        // Only a run over several stacks tells which of them lack something.
        let own = |head: &Head| {
            self.partial.is_empty() || self.partial.contains(&head.origin.address.module.stack)
        };
        self.completeness == Completeness::Partial
            && (head.management != Management::Created || own(head))
    }

    /// Why something that this configuration does not show may belong to the thing of this head.
    pub fn container_open(&self, head: &Head) -> Option<Cause> {
        if self.may_miss(head) {
            return Some(Cause::PlanIncomplete);
        }
        // What belongs to one of its instances need not belong to another.
        if let Some(what) = head.origin.address.expanded() {
            return Some(Cause::Expansion(what.into()));
        }
        if self.is_only_seen(head) {
            return Some(Cause::NotManaged(head.origin.to_string().into()));
        }
        if self.may_be_added_to(head) {
            return Some(Cause::Shared(head.name().into()));
        }
        // A state was not looked at again since it was written; a plan has asked AWS what is there.
        let old = head.management == Management::Managed && head.provider.is_none();
        (old && !self.closed).then(|| Cause::Shared(head.name().into()))
    }

    /// Whether an output hands on what this input makes, for others to add routes, associations or accepters to it.
    /// What others put into a VPC or subnet is their own, and leaves what is seen of it as it is.
    pub fn may_be_added_to(&self, head: &Head) -> bool {
        let kind = &*head.origin.address.kind;
        let own = kind.ends_with("_vpc") || kind.ends_with("_subnet");
        let table = head.origin.attribute.is_some();
        head.handed_on && head.management == Management::Created && !self.closed && (!own || table)
    }

    /// Whether the thing of this head is only looked at, so that it may hold more than is seen. What AWS
    /// describes, or has made along with what is managed, is all that there is where somebody said so.
    pub fn is_only_seen(&self, head: &Head) -> bool {
        match head.management {
            Management::Created | Management::Managed => false,
            Management::Observed => !(self.closed && head.origin.address.mode != Mode::Data),
        }
    }

    /// The same for what several configurations commonly add to: a transit gateway and its tables, and
    /// attachments to VPCs. Once it exists, only what is made along with this plan is surely not there.
    pub fn shared_open(&self, head: &Head) -> Option<Cause> {
        self.container_open(head).or_else(|| match head.management {
            Management::Created | Management::Observed => None,
            Management::Managed if self.closed => None,
            Management::Managed => Some(Cause::Shared(head.name().into())),
        })
    }

    /// The tables of a VPC that are proven to be in it, its default table among them.
    pub fn tables(&self, vpc: Id<Vpc>) -> &[Id<RouteTable>] {
        self.tables_of_vpc.of(vpc)
    }

    /// The table that subnets of the VPC use unless they are associated with another.
    pub fn main_table(&self, vpc: Id<Vpc>) -> Tri<Id<RouteTable>> {
        if let Some(cause) = self.main_associations_of_vpc.open(vpc) {
            return Tri::Unknown(cause.clone());
        }
        match self.main_associations_of_vpc.of(vpc).last() {
            Some(id) => self.main_route_table_associations[*id].table.tri(),
            None => match self.vpcs[vpc].default_table {
                Some(table) => Tri::Known(table),
                None => Tri::Unknown(Cause::NotManaged(self.vpcs[vpc].head.name().into())),
            },
        }
    }

    /// The table that a subnet uses: the one it is associated with, else the main one.
    pub fn table_of(&self, subnet: Id<Subnet>) -> Tri<Id<RouteTable>> {
        if let Some(id) = self.associations_of_subnet.of(subnet).first() {
            return self.route_table_associations[*id].table.tri();
        }
        if let Some(cause) = self.associations_of_subnet.open(subnet) {
            return Tri::Unknown(cause.clone());
        }
        let it = &self.subnets[subnet];
        if let Some(cause) = self.container_open(&it.head) {
            return Tri::Unknown(cause);
        }
        it.vpc.tri().and_then(|vpc| self.main_table(vpc))
    }

    /// The ranges in a prefix list, with the entries that resources of their own add.
    pub fn entries(&self, list: Id<PrefixList>) -> Tri<Vec<Tri<IpNet>>> {
        if let Some(cause) = self.entries_of_prefix_list.open(list) {
            return Tri::Unknown(cause.clone());
        }
        let added = self.entries_of_prefix_list.of(list);
        let mut all: Vec<Tri<IpNet>> =
            added.iter().map(|id| self.prefix_list_entries[*id].range.value.clone()).collect();
        match &self.prefix_lists[list].entries {
            Tri::Known(own) => all.extend(own.iter().cloned()),
            Tri::Unknown(cause) => return Tri::Unknown(cause.clone()),
            Tri::Absent if all.is_empty() => return Tri::Absent,
            Tri::Absent => (),
        }
        Tri::Known(all)
    }

    /// The known ranges that a destination leads to, and what keeps the list from being whole.
    pub fn destination_ranges(&self, destination: &Destination) -> (Vec<IpNet>, Option<Cause>) {
        let facts = match destination {
            Destination::Range(fact) => vec![fact.clone()],
            Destination::PrefixList(list) => match list.tri().and_then(|list| self.entries(list)) {
                Tri::Known(entries) => entries,
                Tri::Unknown(cause) => return (Vec::new(), Some(cause)),
                Tri::Absent => return (Vec::new(), None),
            },
            Destination::Unknown(cause) => return (Vec::new(), Some(cause.clone())),
        };
        let mut gap = None;
        let mut ranges = Vec::new();
        for fact in facts {
            match fact {
                Tri::Known(net) => ranges.push(net.trunc()),
                Tri::Unknown(cause) => gap = gap.or(Some(cause)),
                Tri::Absent => (),
            }
        }
        (ranges, gap)
    }

    /// The VPC on the other side of a peering connection, seen from `near`.
    ///
    /// [`Tri::Absent`] means that `near` is on neither side.
    pub fn far_side(&self, peering: Id<Peering>, near: Id<Vpc>) -> Tri<Id<Vpc>> {
        let it = &self.peerings[peering];
        let (near, stack) = (Link::Here(near), it.head.stack());
        let is_near = |side| self.same_vpc_of([(side, stack), (&near, None)]);
        match (is_near(&it.requester), is_near(&it.accepter)) {
            (Tri::Known(true), _) => it.accepter.tri(),
            (_, Tri::Known(true)) => it.requester.tri(),
            (Tri::Unknown(cause), _) | (_, Tri::Unknown(cause)) => Tri::Unknown(cause),
            (Tri::Known(false) | Tri::Absent, Tri::Known(false) | Tri::Absent) => Tri::Absent,
        }
    }

    /// Whether a route leads over this peering connection. One that is only looked at, and whose id is not
    /// known yet, may be any.
    pub fn leads_over(&self, route: &Route, peering: Id<Peering>) -> Tri<bool> {
        let head = &self.peerings[peering].head;
        let may_be = |id: &Id<Peering>| {
            let why = self.may_be_one(&self.peerings[*id].head, head)?;
            (self.same_sides(*id, peering) != Some(false)).then_some(why)
        };
        let open = match &route.target {
            RouteTarget::Peering(Link::Here(id)) if *id == peering => return Tri::Known(true),
            // Two VPCs have one connection, so what is looked up by them is that one.
            RouteTarget::Peering(Link::Here(id))
                if may_be(id).is_some() && self.same_sides(*id, peering) == Some(true) =>
            {
                return Tri::Known(true);
            }
            RouteTarget::Peering(Link::Here(id)) => may_be(id),
            RouteTarget::Peering(Link::OneOf(ids, cause)) => {
                let own = ids.contains(&peering).then(|| cause.clone());
                own.or_else(|| ids.iter().find_map(may_be))
            }
            RouteTarget::Peering(Link::Elsewhere(id)) => self.may_have_id(head, id, route.stack()),
            RouteTarget::Peering(Link::Unknown(cause)) | RouteTarget::Unknown(cause) => {
                Some(cause.clone())
            }
            RouteTarget::Peering(Link::Absent)
            | RouteTarget::Local
            | RouteTarget::InternetGateway(_)
            | RouteTarget::VpnGateway(_)
            | RouteTarget::EgressOnlyGateway(_)
            | RouteTarget::NatGateway(_)
            | RouteTarget::TransitGateway(_)
            | RouteTarget::Endpoint(_)
            | RouteTarget::NetworkInterface(_)
            | RouteTarget::Other(_) => None,
        };
        open.map_or(Tri::Known(false), Tri::Unknown)
    }

    /// Whether both connections join the same two VPCs, asked from the same side, where that is told.
    fn same_sides(&self, one: Id<Peering>, two: Id<Peering>) -> Option<bool> {
        let (one, two) = (&self.peerings[one], &self.peerings[two]);
        let same = |one: &Link<Vpc>, two: &Link<Vpc>| match (one, two) {
            (Link::Absent, _) | (_, Link::Absent) => None,
            _ => self.same_vpc(one, two).known().copied(),
        };
        match (same(&one.requester, &two.requester), same(&one.accepter, &two.accepter)) {
            (Some(false), _) | (_, Some(false)) => Some(false),
            (Some(true), Some(true)) => Some(true),
            (None, _) | (_, None) => None,
        }
    }

    /// Whether a route may lead over this peering connection.
    pub fn may_use_peering(&self, route: &Route, peering: Id<Peering>) -> bool {
        self.leads_over(route, peering) != Tri::Known(false)
    }

    /// Whether it is not told over which peering connection of the input a route leads, if over any.
    pub fn is_vague(&self, route: &Route) -> bool {
        match &route.target {
            RouteTarget::Peering(Link::Here(id)) => {
                let head = &self.peerings[*id].head;
                head.management == Management::Observed
                    && (head.id.is_none() || !self.idless.is_empty())
            }
            RouteTarget::Peering(Link::Elsewhere(_)) => !self.idless.is_empty(),
            RouteTarget::Peering(Link::OneOf(..) | Link::Unknown(_)) | RouteTarget::Unknown(_) => {
                true
            }
            RouteTarget::Peering(Link::Absent)
            | RouteTarget::Local
            | RouteTarget::InternetGateway(_)
            | RouteTarget::VpnGateway(_)
            | RouteTarget::EgressOnlyGateway(_)
            | RouteTarget::NatGateway(_)
            | RouteTarget::TransitGateway(_)
            | RouteTarget::Endpoint(_)
            | RouteTarget::NetworkInterface(_)
            | RouteTarget::Other(_) => false,
        }
    }
}

impl Route {
    /// The stack that it is in, where there are several.
    pub fn stack(&self) -> Option<&Arc<str>> {
        self.origin.address.module.stack.as_ref()
    }

    /// The peering connection that it leads over, when it is proven.
    pub fn peering(&self) -> Option<Id<Peering>> {
        match &self.target {
            RouteTarget::Peering(link) => link.here(),
            RouteTarget::Local
            | RouteTarget::InternetGateway(_)
            | RouteTarget::VpnGateway(_)
            | RouteTarget::EgressOnlyGateway(_)
            | RouteTarget::NatGateway(_)
            | RouteTarget::TransitGateway(_)
            | RouteTarget::Endpoint(_)
            | RouteTarget::NetworkInterface(_)
            | RouteTarget::Other(_)
            | RouteTarget::Unknown(_) => None,
        }
    }

    /// The transit gateway that it leads to, when it is proven.
    pub fn transit_gateway(&self) -> Option<Id<TransitGateway>> {
        match &self.target {
            RouteTarget::TransitGateway(link) => link.here(),
            RouteTarget::Local
            | RouteTarget::InternetGateway(_)
            | RouteTarget::VpnGateway(_)
            | RouteTarget::EgressOnlyGateway(_)
            | RouteTarget::NatGateway(_)
            | RouteTarget::Peering(_)
            | RouteTarget::Endpoint(_)
            | RouteTarget::NetworkInterface(_)
            | RouteTarget::Other(_)
            | RouteTarget::Unknown(_) => None,
        }
    }
}

/// Whether any range of one list overlaps any of the other.
pub fn touches(one: &[IpNet], two: &[IpNet]) -> bool {
    one.iter().any(|a| two.iter().any(|b| overlap(*a, *b).is_some()))
}
