//! Attachments of transit gateways that AWS refuses, since there is one between the same two ends already. Rules
//! about these say so; the rules about routes and tables have nothing to add before one of them is gone.

use std::collections::{BTreeMap, BTreeSet};

use groundplan_model::{
    Attachment, AttachmentKind, Id, Management, Proven, Topology, TransitGateway, VpcKey,
};

/// What an attachment joins.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Ends {
    Vpc(Proven<TransitGateway>, VpcKey),
    Gateways(Proven<TransitGateway>, Proven<TransitGateway>),
}

/// Those of which there are several between the same two ends, so that all but one are refused
/// (`tgw-duplicate-vpc-attachment`, `tgw-peering-duplicate-or-self`).
pub(crate) fn rival_attachments(topology: &Topology) -> BTreeSet<Id<Attachment>> {
    let mut by_ends: BTreeMap<Ends, Vec<Id<Attachment>>> = BTreeMap::new();
    for (id, attachment) in topology.attachments.iter() {
        if let Some(ends) = ends(topology, attachment) {
            by_ends.entry(ends).or_default().push(id);
        }
    }
    let head = |id: &Id<Attachment>| &topology.attachments[*id].head;
    let made = |id: &Id<Attachment>| head(id).management == Management::Created;
    let mut out = BTreeSet::new();
    for all in by_ends.into_values() {
        let Some((first, rest)) = all.split_first() else { continue };
        let apart = |id: &Id<Attachment>| topology.may_be_one(head(first), head(id)).is_none();
        if all.iter().any(made) && !rest.is_empty() && rest.iter().all(apart) {
            out.extend(all);
        }
    }
    out
}

fn ends(topology: &Topology, attachment: &Attachment) -> Option<Ends> {
    let gateway = attachment.gateway.proven()?;
    match &attachment.kind {
        AttachmentKind::Vpc { vpc, .. } => {
            Some(Ends::Vpc(gateway, topology.vpc_key(vpc).known()?.clone()))
        }
        AttachmentKind::Peering { peer, .. } => {
            let peer = peer.proven()?;
            let (one, two) = if gateway <= peer { (gateway, peer) } else { (peer, gateway) };
            Some(Ends::Gateways(one, two))
        }
        AttachmentKind::Connect | AttachmentKind::Vpn => None,
    }
}
