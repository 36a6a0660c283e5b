//! Direct Connect gateways by what is associated with them.

use std::sync::Arc;

use groundplan_ir::Cause;
use groundplan_model::{DxGateway, DxSide, Head, Id, Link, Management, Proven, Topology};

/// What names a Direct Connect gateway for certain, or why nothing does.
pub(crate) fn dx_key(
    topology: &Topology,
    link: &Link<DxGateway>,
) -> Result<Option<Proven<DxGateway>>, Cause> {
    match link {
        Link::Here(id) => match &topology.dx_gateways[*id].head {
            head if head.management == Management::Observed && head.id.is_none() => {
                Err(Cause::KnownAfterApply(format!("{}.id", head.name()).into()))
            }
            _ => Ok(Some(Proven::Here(*id))),
        },
        Link::Elsewhere(id) => Ok(Some(Proven::Elsewhere(id.clone()))),
        Link::OneOf(_, cause) | Link::Unknown(cause) => Err(cause.clone()),
        Link::Absent => Ok(None),
    }
}

/// The name of a Direct Connect gateway, its id where it is not in the input.
pub(crate) fn dx_name(topology: &Topology, gateway: &Proven<DxGateway>) -> String {
    match gateway {
        Proven::Here(id) => topology.dx_gateways[*id].head.name(),
        Proven::Elsewhere(id) => (**id).to_owned(),
    }
}

/// The name of what is associated, its id where it is not in the input.
pub(crate) fn side_name(topology: &Topology, side: &DxSide) -> String {
    match (&side.vpn_gateway, &side.transit_gateway) {
        (Link::Here(id), _) => topology.vpn_gateways[*id].head.name(),
        (_, Link::Here(id)) => topology.transit_gateways[*id].head.name(),
        (_, Link::Elsewhere(id)) => (**id).to_owned(),
        (_, Link::OneOf(..) | Link::Unknown(_) | Link::Absent) => "a gateway".to_owned(),
    }
}

/// Why two proven things with different names may be one, as far as their heads tell.
pub(crate) fn may_be_one<T>(
    topology: &Topology,
    (one, by_one): (&Proven<T>, Option<&Arc<str>>),
    (two, by_two): (&Proven<T>, Option<&Arc<str>>),
    head: impl Fn(Id<T>) -> Head,
) -> Option<Cause> {
    match (one, two) {
        (Proven::Here(one), Proven::Here(two)) => topology.may_be_one(&head(*one), &head(*two)),
        (Proven::Here(here), Proven::Elsewhere(id)) => {
            topology.may_have_id(&head(*here), id, by_two)
        }
        (Proven::Elsewhere(id), Proven::Here(here)) => {
            topology.may_have_id(&head(*here), id, by_one)
        }
        (Proven::Elsewhere(_), Proven::Elsewhere(_)) => None,
    }
}
