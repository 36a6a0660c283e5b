//! Which table of a transit gateway an attachment uses, and what is in that table.

use groundplan_ir::{Cause, Origin, Tri};

use crate::{
    Attachment, AttachmentAccepter, AttachmentKind, DefaultRole, Head, Id, Management,
    TgwAssociation, TgwDefaultTable, TgwRoute, TgwRouteTable, Topology, TransitGateway, Vpc,
};

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
        self.by_default(attachment, DefaultRole::Association)
    }

    /// Whether the attachment's ranges go into the gateway's default table by default.
    pub fn propagated_by_default(&self, attachment: Id<Attachment>) -> Tri<bool> {
        self.by_default(attachment, DefaultRole::Propagation)
    }

    fn by_default(&self, id: Id<Attachment>, which: DefaultRole) -> Tri<bool> {
        let attachment = &self.attachments[id];
        if let AttachmentKind::Peering { .. } = attachment.kind {
            return match which {
                DefaultRole::Association => {
                    Tri::Unknown(Cause::KnownAfterApply(attachment.head.name().into()))
                }
                DefaultRole::Propagation => Tri::Known(false),
            };
        }
        let accepters = self.accepters_of_attachment.of(id).iter();
        let accepted = accepters.map(|it| self.accepted_word(*it, which).clone());
        let perhaps = self.accepters_of_attachment.perhaps_of(id).map(|(it, cause)| {
            match self.accepted_word(it, which) {
                Tri::Known(true) => Tri::Known(true),
                Tri::Known(false) | Tri::Unknown(_) | Tri::Absent => Tri::Unknown(cause.clone()),
            }
        });
        let words = [self.own_word(attachment, which), self.gateway_word(attachment, which)];
        all(words.into_iter().chain(accepted).chain(perhaps))
    }

    fn accepted_word(&self, id: Id<AttachmentAccepter>, which: DefaultRole) -> &Tri<bool> {
        let accepter = &self.attachment_accepters[id];
        match which {
            DefaultRole::Association => &accepter.default_association.value,
            DefaultRole::Propagation => &accepter.default_propagation.value,
        }
    }

    /// What the attachment itself says. It has no say about a gateway that another account shares
    /// (provider page `aws_ec2_transit_gateway_vpc_attachment`).
    fn own_word(&self, attachment: &Attachment, which: DefaultRole) -> Tri<bool> {
        let word = match which {
            DefaultRole::Association => &attachment.default_association.value,
            DefaultRole::Propagation => &attachment.default_propagation.value,
        };
        if attachment.head.management == Management::Observed {
            // What AWS has, not what its owner asks for; of a VPN connection nobody says it.
            return match attachment.kind {
                AttachmentKind::Vpn => {
                    Tri::Unknown(Cause::NotManaged(attachment.head.name().into()))
                }
                AttachmentKind::Vpc { .. }
                | AttachmentKind::Peering { .. }
                | AttachmentKind::Connect => word.clone(),
            };
        }
        match (word, attachment.gateway.tri()) {
            (Tri::Known(true), _) => Tri::Known(true),
            (_, Tri::Known(gateway)) => {
                match same_owner(&attachment.head, &self.transit_gateways[gateway].head) {
                    Tri::Known(true) => word.clone(),
                    Tri::Known(false) | Tri::Absent => Tri::Known(true),
                    Tri::Unknown(cause) => Tri::Unknown(cause),
                }
            }
            (_, Tri::Unknown(cause)) => Tri::Unknown(cause),
            (_, Tri::Absent) => word.clone(),
        }
    }

    /// What the gateway says. Whether a table that is made the default one switches the default on
    /// is not documented (API page `ModifyTransitGateway`).
    fn gateway_word(&self, attachment: &Attachment, which: DefaultRole) -> Tri<bool> {
        let id = match attachment.gateway.tri() {
            Tri::Known(id) => id,
            Tri::Unknown(cause) => return Tri::Unknown(cause),
            Tri::Absent => return Tri::Known(false),
        };
        let gateway = &self.transit_gateways[id];
        let word = match which {
            DefaultRole::Association => &gateway.default_association.value,
            DefaultRole::Propagation => &gateway.default_propagation.value,
        };
        let chosen = self.defaults_of_gateway.of(id).first().copied();
        let chosen = chosen.or(self.defaults_of_gateway.perhaps_of(id).next().map(|(it, _)| it));
        match (word, chosen) {
            (Tri::Known(false), Some(chosen)) => {
                let name = self.tgw_default_tables[chosen].head.name();
                Tri::Unknown(Cause::KnownAfterApply(name.into()))
            }
            (_, _) => word.clone(),
        }
    }

    /// The table that attachments of a gateway get by default.
    pub fn default_table(
        &self,
        gateway: Id<TransitGateway>,
        role: DefaultRole,
    ) -> Tri<Id<TgwRouteTable>> {
        let fits = |id: &Id<TgwDefaultTable>| self.tgw_default_tables[*id].role == role;
        if let Some(id) = self.defaults_of_gateway.of(gateway).iter().find(|id| fits(id)) {
            return self.tgw_default_tables[*id].table.tri();
        }
        let perhaps = self.defaults_of_gateway.perhaps_of(gateway).find(|(id, _)| fits(id));
        if let Some((_, cause)) = perhaps {
            return Tri::Unknown(cause.clone());
        }
        let it = &self.transit_gateways[gateway];
        match (role, &it.propagation_table, it.default_table) {
            (DefaultRole::Propagation, Some(link), _) => link.tri(),
            (_, _, Some(table)) => Tri::Known(table),
            (_, _, None) => Tri::Unknown(Cause::NotManaged(it.head.name().into())),
        }
    }

    /// The table whose routes decide where packets from this attachment go; [`Tri::Absent`] when
    /// there is none.
    pub fn association(&self, attachment: Id<Attachment>) -> Tri<Tie<TgwRouteTable>> {
        let all = self.associations_of_attachment.of(attachment);
        if let Some(id) = all.first() {
            let association = &self.tgw_associations[*id];
            if all.len() > 1 || self.meets_default(attachment, association) {
                return Tri::Unknown(Cause::Contested(
                    self.attachments[attachment].head.name().into(),
                ));
            }
            let origin = association.head.origin.clone();
            return association.table.tri().map(|to| Tie { to, origin });
        }
        if let Some(cause) = self.associations_of_attachment.open(attachment) {
            return Tri::Unknown(cause.clone());
        }
        let it = &self.attachments[attachment];
        match self.associated_by_default(attachment) {
            Tri::Known(true) => it.gateway.tri().and_then(|gateway| {
                let table = self.default_table(gateway, DefaultRole::Association);
                table.map(|to| Tie { to, origin: it.head.origin.clone() })
            }),
            // Somebody else may associate it where the gateway is not managed here.
            Tri::Known(false) => match it.gateway.tri() {
                Tri::Known(gateway) => {
                    let gateway = &self.transit_gateways[gateway].head;
                    // Nobody else can have associated what is only made by this plan.
                    let open = self.container_open(gateway);
                    match open.or_else(|| self.shared_open(&it.head)) {
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

    /// Whether an association is about to be made where the default one is there already, or comes first:
    /// which of the two stays is up to AWS.
    fn meets_default(&self, attachment: Id<Attachment>, association: &TgwAssociation) -> bool {
        association.head.management == Management::Created
            && association.replaces.value == Tri::Known(false)
            && self.associated_by_default(attachment) == Tri::Known(true)
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
        let gateway = self.tgw_route_tables[table].gateway.here();
        let default = gateway.map(|it| (it, self.default_table(it, DefaultRole::Propagation)));
        match default {
            Some((gateway, Tri::Known(it))) if it == table => {
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
                open = open.or_else(|| self.direct_connect(gateway));
            }
            Some((_, Tri::Unknown(cause))) => open = open.or(Some(cause)),
            Some((_, Tri::Known(_) | Tri::Absent)) | None => (),
        }
        open = open.or_else(|| self.tgw_table_open(table));
        (ties, open)
    }

    /// Why a Direct Connect gateway may bring ranges into the default table of this gateway: its
    /// association is an attachment, and no plan tells what the site announces.
    fn direct_connect(&self, gateway: Id<TransitGateway>) -> Option<Cause> {
        if self.transit_gateways[gateway].default_propagation.value == Tri::Known(false) {
            return None;
        }
        let mut all = self.dx_gateway_associations.iter().map(|(_, it)| it);
        let found =
            all.find(|it| it.transit_gateway.may_be(gateway) && it.vpn_gateway.proven().is_none())?;
        Some(Cause::NotInInput(format!("what {} announces", found.head.name()).into()))
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
        self.shared_open(head).or_else(|| self.routes_of_tgw_table.open(table).cloned())
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

/// Whether one account owns both. A data source may look at what another account shares, so there
/// the provider configuration does not tell.
fn same_owner(one: &Head, two: &Head) -> Tri<bool> {
    match (&one.account, &two.account) {
        (Tri::Known(one), Tri::Known(two)) => Tri::Known(one == two),
        (_, _) if two.management == Management::Observed => {
            Tri::Unknown(Cause::Account(one.name().into()))
        }
        (_, _) => one.same_account(two),
    }
}

/// Whether all say yes: one certain "no" settles it, whatever the others are.
fn all(words: impl Iterator<Item = Tri<bool>>) -> Tri<bool> {
    let mut out = Tri::Known(true);
    for word in words {
        match word {
            Tri::Known(false) => return Tri::Known(false),
            Tri::Unknown(cause) => out = Tri::Unknown(cause),
            Tri::Known(true) | Tri::Absent => (),
        }
    }
    out
}
