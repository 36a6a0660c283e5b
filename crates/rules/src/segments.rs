//! The attachments of a transit gateway by the environment that they serve.

use std::collections::BTreeMap;

use groundplan_ir::{Cause, Tri};
use groundplan_model::{Attachment, AttachmentKind, HopTo, Hops, Id, Topology, TransitGateway};

use crate::environments::{Environment, environment};

/// An attachment of which the environment is told.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Member {
    /// The attachment, of a VPC.
    pub(crate) attachment: Id<Attachment>,
    /// What it serves.
    pub(crate) environment: Environment,
}

impl Member {
    /// The VPC, or the attachment where that is not seen.
    pub(crate) fn name(&self, topology: &Topology) -> String {
        match topology.attached_vpc(self.attachment) {
            Tri::Known(vpc) => topology.vpcs[vpc].head.name(),
            Tri::Unknown(_) | Tri::Absent => topology.attachments[self.attachment].head.name(),
        }
    }
}

/// What is told of the attachments of each gateway.
pub(crate) struct Segments {
    members: BTreeMap<Id<TransitGateway>, Vec<Member>>,
}

impl Segments {
    /// Looks at every attachment once.
    pub(crate) fn of(topology: &Topology) -> Self {
        let mut members: BTreeMap<Id<TransitGateway>, Vec<Member>> = BTreeMap::new();
        for (id, attachment) in topology.attachments.iter() {
            let AttachmentKind::Vpc { .. } = attachment.kind else { continue };
            let Some(gateway) = attachment.gateway.here() else { continue };
            if let Some(environment) = environment(topology, id) {
                members.entry(gateway).or_default().push(Member { attachment: id, environment });
            }
        }
        Self { members }
    }

    /// The gateways that serve production and development both.
    pub(crate) fn mixed(&self) -> impl Iterator<Item = (Id<TransitGateway>, &[Member])> {
        let has = |all: &[Member], wanted| all.iter().any(|it| it.environment == wanted);
        self.members.iter().map(|(id, all)| (*id, &**all)).filter(move |(_, all)| {
            has(all, Environment::Production) && has(all, Environment::Development)
        })
    }
}

/// Whether packets for the VPC of an attachment that propagates into a table get there.
pub(crate) fn gets_to(topology: &Topology, hops: &Hops, id: Id<Attachment>) -> Tri<bool> {
    let vpc = match topology.attached_vpc(id) {
        Tri::Known(vpc) => vpc,
        Tri::Unknown(cause) => return Tri::Unknown(cause),
        Tri::Absent => return Tri::Absent,
    };
    let ranges = topology.ranges(vpc);
    let arrives = |net| hops.winner(net).is_some_and(|hop| hop.to == HopTo::Attachment(id));
    if ranges.known_v4().any(|(net, _)| arrives(net)) {
        return match &hops.contested {
            Some(cause) => Tri::Unknown(cause.clone()),
            None => Tri::Known(true),
        };
    }
    match ranges.gap() {
        Some(cause) => unseen(hops, cause),
        None => Tri::Known(false),
    }
}

/// A range that is not known is brought in as well, unless a static route may take it.
fn unseen(hops: &Hops, cause: &Cause) -> Tri<bool> {
    if hops.has_statics() { Tri::Unknown(cause.clone()) } else { Tri::Known(true) }
}
