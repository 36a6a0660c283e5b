//! Which table of a transit gateway an attachment uses, and what is in that table.

use groundplan_ir::{Cause, Origin, Tri};

use crate::{Attachment, AttachmentKind, Id, TgwRoute, TgwRouteTable, Topology, Vpc};

/// Why an attachment uses a table, or brings its ranges into one.
#[derive(Clone, Debug)]
pub struct Tie<T> {
    /// The other end.
    pub to: Id<T>,
    /// The resource that makes the tie: an association or propagation, or the attachment or gateway
    /// whose default does.
    pub origin: Origin,
}

impl Topology {
    /// Whether the gateway's default table takes this attachment in, by association.
    ///
    /// The gateway's own switch must be on and the attachment (or its accepter, where it belongs to
    /// another account) must not opt out. AWS documents an explicit step for peering attachments, so
    /// for those the default is not taken for granted ("Transit gateway peering attachments").
    pub fn associated_by_default(&self, attachment: Id<Attachment>) -> Tri<bool> {
        self.by_default(attachment, Default::Association)
    }

    /// Whether the attachment's ranges go into the gateway's default table by default.
    pub fn propagated_by_default(&self, attachment: Id<Attachment>) -> Tri<bool> {
        self.by_default(attachment, Default::Propagation)
    }

    fn by_default(&self, id: Id<Attachment>, which: Default) -> Tri<bool> {
        let attachment = &self.attachments[id];
        if let AttachmentKind::Peering { .. } = attachment.kind {
            return match which {
                Default::Association => {
                    Tri::Unknown(Cause::KnownAfterApply(attachment.head.name().into()))
                }
                Default::Propagation => Tri::Known(false),
            };
        }
        let own = match which {
            Default::Association => &attachment.default_association.value,
            Default::Propagation => &attachment.default_propagation.value,
        };
        let accepters = self.accepters_of_attachment.of(id);
        let accepted = accepters.iter().map(|id| match which {
            Default::Association => &self.attachment_accepters[*id].default_association.value,
            Default::Propagation => &self.attachment_accepters[*id].default_propagation.value,
        });
        let gateway = match attachment.gateway.tri() {
            Tri::Known(gateway) => {
                let gateway = &self.transit_gateways[gateway];
                match which {
                    Default::Association => gateway.default_association.value.clone(),
                    Default::Propagation => gateway.default_propagation.value.clone(),
                }
            }
            Tri::Unknown(cause) => Tri::Unknown(cause),
            Tri::Absent => Tri::Known(false),
        };
        // One certain "no" settles it, whatever the others are.
        let all: Vec<&Tri<bool>> = accepted.chain([own, &gateway]).collect();
        if all.iter().any(|it| **it == Tri::Known(false)) {
            return Tri::Known(false);
        }
        let unknown = all.into_iter().find(|it| matches!(it, Tri::Unknown(_)));
        unknown.cloned().unwrap_or(Tri::Known(true))
    }

    /// The table whose routes decide where packets from this attachment go; [`Tri::Absent`] when
    /// there is none.
    pub fn association(&self, attachment: Id<Attachment>) -> Tri<Tie<TgwRouteTable>> {
        if let Some(id) = self.associations_of_attachment.of(attachment).first() {
            let association = &self.tgw_associations[*id];
            let origin = association.head.origin.clone();
            return association.table.tri().map(|to| Tie { to, origin });
        }
        if let Some(cause) = self.associations_of_attachment.open(attachment) {
            return Tri::Unknown(cause.clone());
        }
        let it = &self.attachments[attachment];
        match self.associated_by_default(attachment) {
            Tri::Known(true) => it.gateway.tri().and_then(|gateway| {
                match self.transit_gateways[gateway].default_table {
                    Some(to) => Tri::Known(Tie { to, origin: it.head.origin.clone() }),
                    None => Tri::Unknown(Cause::NotManaged(
                        self.transit_gateways[gateway].head.name().into(),
                    )),
                }
            }),
            // Somebody else may associate it where the gateway is not managed here.
            Tri::Known(false) => match it.gateway.tri() {
                Tri::Known(gateway) => {
                    match self.container_open(&self.transit_gateways[gateway].head) {
                        Some(cause) => Tri::Unknown(cause),
                        None => Tri::Absent,
                    }
                }
                Tri::Unknown(cause) => Tri::Unknown(cause),
                Tri::Absent => Tri::Absent,
            },
            Tri::Unknown(cause) => Tri::Unknown(cause),
            Tri::Absent => Tri::Absent,
        }
    }

    /// The attachments whose ranges go into this table, and why there may be more.
    pub fn propagations(&self, table: Id<TgwRouteTable>) -> (Vec<Tie<Attachment>>, Option<Cause>) {
        let mut open = self.propagations_of_tgw_table.open(table).cloned();
        let mut ties = Vec::new();
        for id in self.propagations_of_tgw_table.of(table) {
            let propagation = &self.tgw_propagations[*id];
            match propagation.attachment.tri() {
                Tri::Known(to) => ties.push(Tie { to, origin: propagation.head.origin.clone() }),
                Tri::Unknown(cause) => open = open.or(Some(cause)),
                Tri::Absent => (),
            }
        }
        let it = &self.tgw_route_tables[table];
        if let (true, Some(gateway)) = (it.is_default, it.gateway.here()) {
            for id in self.attachments_of_gateway.of(gateway) {
                match self.propagated_by_default(*id) {
                    Tri::Known(true) => {
                        let origin = self.attachments[*id].head.origin.clone();
                        ties.push(Tie { to: *id, origin });
                    }
                    Tri::Unknown(cause) => open = open.or(Some(cause)),
                    Tri::Known(false) | Tri::Absent => (),
                }
            }
            open = open.or_else(|| self.attachments_of_gateway.open(gateway).cloned());
        }
        open = open.or_else(|| self.tgw_table_open(table));
        (ties, open)
    }

    /// The static routes of a table.
    pub fn tgw_routes_in(&self, table: Id<TgwRouteTable>) -> impl Iterator<Item = &TgwRoute> {
        self.routes_of_tgw_table.of(table).iter().map(|id| &self.tgw_routes[*id])
    }

    /// Why this table may have static routes or propagations that are not seen here.
    pub fn tgw_table_open(&self, table: Id<TgwRouteTable>) -> Option<Cause> {
        let it = &self.tgw_route_tables[table];
        let gateway = it.gateway.here().map(|id| &self.transit_gateways[id].head);
        // The default table of a gateway that is managed here is as visible as the gateway.
        let head = if it.is_default { gateway.unwrap_or(&it.head) } else { &it.head };
        self.container_open(head).or_else(|| self.routes_of_tgw_table.open(table).cloned())
    }

    /// The VPC that hangs on an attachment.
    pub fn attached_vpc(&self, attachment: Id<Attachment>) -> Tri<Id<Vpc>> {
        match &self.attachments[attachment].kind {
            AttachmentKind::Vpc { vpc, .. } => vpc.tri(),
            AttachmentKind::Peering { .. } | AttachmentKind::Connect | AttachmentKind::Vpn => {
                Tri::Absent
            }
        }
    }
}

/// Which of the two defaults.
#[derive(Clone, Copy)]
enum Default {
    Association,
    Propagation,
}
