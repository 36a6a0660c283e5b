//! Who is associated with which table of a transit gateway.

use std::collections::BTreeMap;

use groundplan_ir::Tri;
use groundplan_model::{Attachment, AttachmentKind, Id, TgwRouteTable, Tie, Topology};

/// The attachments of VPCs by the table that they use, as far as it is told.
pub(crate) struct Associated {
    by_table: BTreeMap<Id<TgwRouteTable>, Vec<Id<Attachment>>>,
    ties: BTreeMap<Id<Attachment>, Tie<TgwRouteTable>>,
}

impl Associated {
    /// Looks at every attachment once.
    pub(crate) fn of(topology: &Topology) -> Self {
        let mut out = Self { by_table: BTreeMap::new(), ties: BTreeMap::new() };
        for (id, attachment) in topology.attachments.iter() {
            let AttachmentKind::Vpc { .. } = attachment.kind else { continue };
            if let Tri::Known(tie) = topology.association(id) {
                out.by_table.entry(tie.to).or_default().push(id);
                out.ties.insert(id, tie);
            }
        }
        out
    }

    /// What uses a table, in address order.
    pub(crate) fn with(&self, table: Id<TgwRouteTable>) -> &[Id<Attachment>] {
        self.by_table.get(&table).map_or(&[], Vec::as_slice)
    }

    /// The table of an attachment, and what makes it so.
    pub(crate) fn tie(&self, attachment: Id<Attachment>) -> Option<&Tie<TgwRouteTable>> {
        self.ties.get(&attachment)
    }
}
