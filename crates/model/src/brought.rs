//! Which ranges of VPCs meet in which route table of a transit gateway.

use std::collections::{BTreeMap, BTreeSet};

use groundplan_ir::{Cause, Origin, Tri};
use ipnet::IpNet;

use crate::{
    Attachment, AttachmentKind, DefaultRole, Id, Link, Proven, TgwRoute, TgwRouteTable, Topology,
    TransitGateway, Vpc, overlap,
};

/// A place where ranges meet.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Meeting {
    /// This table.
    Table(Proven<TgwRouteTable>),
    /// The default table of a gateway that is not in the input.
    DefaultOf(Box<str>),
    /// Some table of this gateway, or of any: for what cannot be followed to its table. What is
    /// certain to be in some table is here as well, but not certain to be in the same one.
    Somewhere(Option<Proven<TransitGateway>>),
}

/// A range that an attachment brings into a table.
#[derive(Clone, Debug)]
pub struct Brought {
    /// The attachment.
    pub attachment: Id<Attachment>,
    /// Its VPC.
    pub vpc: Id<Vpc>,
    /// The range: one of the VPC's, or the part that a static route leads to.
    pub net: IpNet,
    /// Where the range is written.
    pub range: Origin,
    /// What brings it: a propagation or static route, or the attachment by default.
    pub by: Origin,
    /// Why it may not be in the table.
    pub doubt: Option<Cause>,
}

/// Everything that VPCs bring into one table.
#[derive(Clone, Debug, Default)]
pub struct Company {
    /// The known ranges.
    pub ranges: Vec<Brought>,
    /// Attachments with ranges that are not known.
    pub gaps: BTreeMap<Id<Attachment>, Cause>,
    /// Every attachment that is or may be in it.
    pub members: BTreeSet<Id<Attachment>>,
}

/// How an attachment comes into a table.
struct Entry<'e> {
    attachment: Id<Attachment>,
    by: &'e Origin,
    /// The one static route; all ranges of the VPC without.
    only: Option<&'e TgwRoute>,
    doubt: Option<Cause>,
}

impl Topology {
    /// What VPCs bring into each table, by propagation or static route.
    pub fn companies(&self) -> BTreeMap<Meeting, Company> {
        let mut out = BTreeMap::new();
        for (_, it) in self.tgw_propagations.iter() {
            self.bring(&mut out, &it.attachment, &it.table, &it.head.origin, None);
        }
        for (_, it) in
            self.tgw_routes.iter().filter(|(_, it)| it.blackhole.value != Tri::Known(true))
        {
            self.bring(&mut out, &it.attachment, &it.table, &it.head.origin, Some(it));
        }
        for (id, attachment) in self.attachments.iter() {
            self.bring_by_default(&mut out, id, attachment);
        }
        self.mix(&mut out);
        out
    }

    fn bring(
        &self,
        out: &mut BTreeMap<Meeting, Company>,
        attachment: &Link<Attachment>,
        table: &Link<TgwRouteTable>,
        by: &Origin,
        only: Option<&TgwRoute>,
    ) {
        let (candidates, doubt) = match attachment {
            Link::Here(id) => (vec![*id], None),
            Link::OneOf(ids, cause) => (ids.clone(), Some(cause.clone())),
            Link::Unknown(cause) => (self.strangers(table), Some(cause.clone())),
            Link::Elsewhere(_) | Link::Absent => return,
        };
        for attachment in candidates {
            let gateway = self.attachments[attachment].gateway.proven();
            let (meetings, unplaced) = match table {
                Link::Here(id) => (vec![Meeting::Table(Proven::Here(*id))], None),
                Link::Elsewhere(id) => (vec![Meeting::Table(Proven::Elsewhere(id.clone()))], None),
                Link::OneOf(ids, cause) => {
                    let all = ids.iter().map(|id| Meeting::Table(Proven::Here(*id))).collect();
                    (all, Some(cause.clone()))
                }
                Link::Unknown(cause) => (vec![Meeting::Somewhere(gateway)], Some(cause.clone())),
                Link::Absent => return,
            };
            let doubt = unplaced.or(doubt.clone());
            for meeting in meetings {
                let doubt = doubt.clone();
                self.join(out.entry(meeting).or_default(), &Entry { attachment, by, only, doubt });
            }
        }
    }

    /// The attachments that an unknown one may be: all of the table's gateway.
    fn strangers(&self, table: &Link<TgwRouteTable>) -> Vec<Id<Attachment>> {
        let gateway = table.here().and_then(|table| self.tgw_route_tables[table].gateway.here());
        match gateway {
            Some(gateway) => self.attachments_of_gateway.of(gateway).to_vec(),
            None => Vec::new(),
        }
    }

    fn bring_by_default(
        &self,
        out: &mut BTreeMap<Meeting, Company>,
        id: Id<Attachment>,
        attachment: &Attachment,
    ) {
        let doubt = match self.propagated_by_default(id) {
            Tri::Known(true) => None,
            Tri::Unknown(cause) => Some(cause),
            Tri::Known(false) | Tri::Absent => return,
        };
        let (meeting, doubt) = match &attachment.gateway {
            Link::Here(gateway) => match self.default_table(*gateway, DefaultRole::Propagation) {
                Tri::Known(table) => (Meeting::Table(Proven::Here(table)), doubt),
                Tri::Unknown(cause) => {
                    (Meeting::Somewhere(Some(Proven::Here(*gateway))), Some(cause))
                }
                Tri::Absent => return,
            },
            Link::Elsewhere(gateway) => (Meeting::DefaultOf(gateway.clone()), doubt),
            Link::OneOf(_, cause) | Link::Unknown(cause) => {
                (Meeting::Somewhere(None), Some(cause.clone()))
            }
            Link::Absent => return,
        };
        let by = &attachment.head.origin;
        self.join(
            out.entry(meeting).or_default(),
            &Entry { attachment: id, by, only: None, doubt },
        );
    }

    /// Adds the ranges of one attachment. Only IPv4: the gateway carries IPv6 only where an
    /// attachment asks for it.
    fn join(&self, company: &mut Company, entry: &Entry<'_>) {
        let id = entry.attachment;
        let AttachmentKind::Vpc { vpc, .. } = &self.attachments[id].kind else { return };
        let vpc = match vpc.tri() {
            Tri::Known(vpc) => vpc,
            Tri::Unknown(cause) => {
                company.members.insert(id);
                company.gaps.entry(id).or_insert(cause);
                return;
            }
            Tri::Absent => return,
        };
        let ranges = self.ranges(vpc);
        let mut add = |net: IpNet, range: &Origin| {
            let (by, doubt) = (entry.by.clone(), entry.doubt.clone());
            let range = range.clone();
            company.members.insert(id);
            company.ranges.push(Brought { attachment: id, vpc, net, range, by, doubt });
        };
        let gap = if let Some(route) = entry.only {
            let (wanted, gap) = self.destination_ranges(&route.destination);
            for net in wanted {
                // A summary or a default route leads through the VPC, not to its addresses.
                let own = ranges.known_v4().any(|(own, _)| overlap(own, net) == Some(net));
                if own {
                    add(net, &route.destination_origin);
                }
            }
            gap
        } else {
            ranges.known_v4().for_each(|(net, fact)| add(net, &fact.origin));
            ranges.gap().cloned()
        };
        if let Some(cause) = gap {
            company.members.insert(id);
            company.gaps.entry(id).or_insert(cause);
        }
    }

    /// Puts what is in any table of a gateway together with what cannot be followed to its table.
    fn mix(&self, out: &mut BTreeMap<Meeting, Company>) {
        let wanted: Vec<Meeting> =
            out.keys().filter(|it| matches!(it, Meeting::Somewhere(_))).cloned().collect();
        for meeting in wanted {
            let Meeting::Somewhere(gateway) = &meeting else { continue };
            let mut mixed = out.get(&meeting).cloned().unwrap_or_default();
            for (other, company) in out.iter() {
                let Meeting::Table(_) = other else { continue };
                for brought in &company.ranges {
                    let near = self.attachments[brought.attachment].gateway.proven();
                    if gateway.is_none() || near == *gateway {
                        mixed.members.insert(brought.attachment);
                        mixed.ranges.push(brought.clone());
                    }
                }
            }
            out.insert(meeting, mixed);
        }
    }
}
