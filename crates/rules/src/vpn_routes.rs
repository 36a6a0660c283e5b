//! Which VPN attachments of transit gateways static routes lead to.

use std::collections::{BTreeMap, BTreeSet};

use groundplan_ir::{Cause, Tri};
use groundplan_model::{Attachment, Id, Link, Topology, VpnConnection};

use crate::gateways::looked_up_late;

/// The static routes of transit gateways, by the attachment that each leads to.
pub(crate) struct StaticRoutes {
    attachments: BTreeMap<Id<VpnConnection>, Id<Attachment>>,
    proven: BTreeSet<Id<Attachment>>,
    perhaps: BTreeMap<Id<Attachment>, Cause>,
    astray: Option<Cause>,
}

impl StaticRoutes {
    /// Looks at every route once.
    pub(crate) fn new(topology: &Topology) -> Self {
        let attachments = topology.vpn_attachments();
        let mut out = Self {
            attachments: attachments.into_iter().map(|(one, two)| (two, one)).collect(),
            proven: BTreeSet::new(),
            perhaps: BTreeMap::new(),
            astray: None,
        };
        for (_, route) in topology.tgw_routes.iter() {
            match &route.attachment {
                Link::Here(id) => {
                    out.proven.insert(*id);
                }
                Link::OneOf(ids, cause) => {
                    for id in ids {
                        out.perhaps.entry(*id).or_insert_with(|| cause.clone());
                    }
                }
                Link::Unknown(cause) => {
                    out.astray.get_or_insert_with(|| cause.clone());
                }
                Link::Elsewhere(_) | Link::Absent => (),
            }
        }
        let late =
            looked_up_late(topology, topology.tgw_routes.iter().map(|(_, it)| &it.attachment));
        out.astray = out.astray.or(late);
        out
    }

    /// The attachment that a connection is.
    pub(crate) fn attachment(&self, connection: Id<VpnConnection>) -> Option<Id<Attachment>> {
        self.attachments.get(&connection).copied()
    }

    /// Whether a static route leads to this attachment, as far as the input shows.
    pub(crate) fn lead_to(&self, topology: &Topology, attachment: Id<Attachment>) -> Tri<bool> {
        if self.proven.contains(&attachment) {
            return Tri::Known(true);
        }
        let perhaps = self.perhaps.get(&attachment).or(self.astray.as_ref()).cloned();
        // A directory does not tell which attachment an id names.
        let by_id = || {
            if topology.idless.is_empty() {
                return None;
            }
            let head = &topology.attachments[attachment].head;
            topology.tgw_routes.iter().find_map(|(_, it)| match &it.attachment {
                Link::Elsewhere(id) => topology.may_have_id(head, id, it.head.stack()),
                Link::Here(_) | Link::OneOf(..) | Link::Unknown(_) | Link::Absent => None,
            })
        };
        perhaps.or_else(by_id).map_or(Tri::Known(false), Tri::Unknown)
    }
}
