//! Which associations are for which attachment of a transit gateway.

use std::collections::BTreeMap;

use groundplan_ir::{Cause, Tri};
use groundplan_model::{
    Attachment, AttachmentKind, Id, Link, Management, Proven, TgwAssociation, Topology,
};

/// The associations of the input.
#[derive(Default)]
pub(crate) struct Associations {
    /// By attachment, in address order.
    proven: BTreeMap<Proven<Attachment>, Vec<Id<TgwAssociation>>>,
    /// By attachment: how many are or may be its own.
    pub(crate) possible: BTreeMap<Id<Attachment>, usize>,
}

impl Associations {
    /// Puts them in order.
    pub(crate) fn of(topology: &Topology) -> Self {
        let mut all = Self::default();
        for (id, association) in topology.tgw_associations.iter() {
            if let Some(attachment) = association.attachment.proven() {
                all.proven.entry(attachment).or_default().push(id);
            }
            match &association.attachment {
                Link::Here(id) => *all.possible.entry(*id).or_default() += 1,
                Link::OneOf(ids, _) => {
                    for id in ids {
                        *all.possible.entry(*id).or_default() += 1;
                    }
                }
                Link::Elsewhere(_) | Link::Unknown(_) | Link::Absent => (),
            }
        }
        all
    }

    /// The association that stands in the way of `id`. Two that AWS has both are not in each other's
    /// way, whatever the configuration says.
    pub(crate) fn earlier(
        &self,
        topology: &Topology,
        id: Id<TgwAssociation>,
    ) -> Option<Id<TgwAssociation>> {
        let attachment = topology.tgw_associations[id].attachment.proven()?;
        let rivals = self.proven.get(&attachment)?;
        let made = |id: &Id<TgwAssociation>| {
            topology.tgw_associations[*id].head.management == Management::Created
        };
        let stays = |id: &&Id<TgwAssociation>| {
            topology.tgw_associations[**id].replaces.value == Tri::Known(false)
        };
        let apart = |it: &&Id<TgwAssociation>| perhaps_one(topology, id, **it).is_none();
        let mut before = rivals.iter().take_while(|it| **it != id).filter(stays).filter(apart);
        before.find(|it| (made(&id) || made(it)) && same_end(topology, id, **it)).copied()
    }

    /// Why an association of the same attachment may be `id` itself, told by somebody else.
    pub(crate) fn perhaps(&self, topology: &Topology, id: Id<TgwAssociation>) -> Option<Cause> {
        let attachment = topology.tgw_associations[id].attachment.proven()?;
        let mut rivals = self.proven.get(&attachment)?.iter().filter(|it| **it != id);
        rivals.find_map(|it| perhaps_one(topology, id, *it))
    }
}

fn perhaps_one(
    topology: &Topology,
    one: Id<TgwAssociation>,
    two: Id<TgwAssociation>,
) -> Option<Cause> {
    topology.may_be_one(&topology.tgw_associations[one].head, &topology.tgw_associations[two].head)
}

/// Whether two associations of one attachment are in one gateway: a peering attachment has a table
/// in each of its two gateways, and what is elsewhere may be one.
fn same_end(topology: &Topology, one: Id<TgwAssociation>, two: Id<TgwAssociation>) -> bool {
    let (one, two) = (&topology.tgw_associations[one], &topology.tgw_associations[two]);
    let peering = match one.attachment.here().map(|id| &topology.attachments[id].kind) {
        Some(AttachmentKind::Vpc { .. } | AttachmentKind::Connect | AttachmentKind::Vpn) => false,
        Some(AttachmentKind::Peering { .. }) | None => true,
    };
    let gateway = |it: &TgwAssociation| {
        it.table.here().and_then(|table| topology.tgw_route_tables[table].gateway.proven())
    };
    let same_table = one.table.proven().is_some() && one.table.proven() == two.table.proven();
    !peering || same_table || (gateway(one).is_some() && gateway(one) == gateway(two))
}
