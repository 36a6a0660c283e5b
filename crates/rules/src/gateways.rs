//! Which transit gateway is meant, by what belongs to it.

use groundplan_ir::{Cause, Tri};
use groundplan_model::{
    Attachment, AttachmentKind, Head, Id, Link, Management, TgwRouteTable, Topology, TransitGateway,
};

/// Whether both links lead to one transit gateway.
pub(crate) fn same_gateway(
    topology: &Topology,
    one: &Link<TransitGateway>,
    two: &Link<TransitGateway>,
) -> Tri<bool> {
    let (a, b) = (one.proven(), two.proven());
    if a.is_some() && a == b {
        return Tri::Known(true);
    }
    if !topology.may_be_same_gateway(one, two) {
        return Tri::Known(false);
    }
    Tri::Unknown(doubt(topology, one).or_else(|| doubt(topology, two)).unwrap_or(Cause::TooDeep))
}

/// Whether this link may lead to the gateway of another link that names another one: it is not proven, or
/// what it leads to is looked up only during the apply.
pub(crate) fn is_vague(topology: &Topology, link: &Link<TransitGateway>) -> bool {
    match link {
        Link::Here(id) => {
            let head = &topology.transit_gateways[*id].head;
            head.management == Management::Observed && head.id.is_none()
        }
        Link::OneOf(..) | Link::Unknown(_) => true,
        Link::Elsewhere(_) | Link::Absent => false,
    }
}

/// Why this link may lead to another gateway than the one it names.
fn doubt(topology: &Topology, link: &Link<TransitGateway>) -> Option<Cause> {
    match link {
        Link::Here(id) => {
            let head = &topology.transit_gateways[*id].head;
            let unnamed = head.id.is_none();
            unnamed.then(|| Cause::KnownAfterApply(format!("{}.id", head.name()).into()))
        }
        Link::OneOf(_, cause) | Link::Unknown(cause) => Some(cause.clone()),
        Link::Elsewhere(id) => Some(Cause::NotInInput(id.clone())),
        Link::Absent => None,
    }
}

/// Whether an attachment and a table belong to one gateway. A peering attachment belongs to two.
pub(crate) fn in_one_gateway(
    topology: &Topology,
    attachment: &Attachment,
    table: &TgwRouteTable,
) -> Tri<bool> {
    let near = same_gateway(topology, &attachment.gateway, &table.gateway);
    let far = match &attachment.kind {
        AttachmentKind::Peering { peer, .. } => same_gateway(topology, peer, &table.gateway),
        AttachmentKind::Vpc { .. } | AttachmentKind::Connect | AttachmentKind::Vpn => {
            Tri::Known(false)
        }
    };
    match (near, far) {
        (Tri::Known(true), _) | (_, Tri::Known(true)) => Tri::Known(true),
        (Tri::Unknown(cause), _) | (_, Tri::Unknown(cause)) => Tri::Unknown(cause),
        (Tri::Known(false) | Tri::Absent, Tri::Known(false) | Tri::Absent) => Tri::Known(false),
    }
}

/// What is looked up only during the apply may be any attachment: why, of the first of these that is.
pub(crate) fn looked_up_late<'l>(
    topology: &Topology,
    mut links: impl Iterator<Item = &'l Link<Attachment>>,
) -> Option<Cause> {
    links.find_map(|link| {
        let ids: &[Id<Attachment>] = match link {
            Link::Here(id) => std::slice::from_ref(id),
            Link::OneOf(ids, _) => ids,
            Link::Elsewhere(_) | Link::Unknown(_) | Link::Absent => &[],
        };
        ids.iter().find_map(|id| unread(&topology.attachments[*id].head))
    })
}

/// Why a table that is looked up only during the apply may be any table.
pub(crate) fn late_table(topology: &Topology) -> Option<Cause> {
    let mut tables = topology.tgw_route_tables.iter().filter(|(_, it)| !it.is_default);
    tables.find_map(|(_, it)| unread(&it.head))
}

fn unread(head: &Head) -> Option<Cause> {
    let unread = head.management == Management::Observed && head.id.is_none();
    unread.then(|| Cause::KnownAfterApply(format!("{}.id", head.name()).into()))
}
