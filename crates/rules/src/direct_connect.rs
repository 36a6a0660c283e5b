//! Direct Connect gateways by what is associated with them.

use std::collections::BTreeMap;
use std::sync::Arc;

use groundplan_ir::Cause;
use groundplan_model::{
    DxGateway, DxGatewayAssociation, DxSide, Head, Id, Link, Management, Proven, Topology,
};

/// The associations of the input, by the gateway that each is proven to be of.
#[derive(Default)]
pub(crate) struct Associated {
    /// In address order.
    pub(crate) of: BTreeMap<Proven<DxGateway>, Vec<Id<DxGatewayAssociation>>>,
    /// Those whose gateway is not told.
    pub(crate) astray: Vec<(Id<DxGatewayAssociation>, Cause)>,
}

impl Associated {
    /// Looks at every association once.
    pub(crate) fn new(topology: &Topology) -> Self {
        let mut out = Self::default();
        for (id, association) in topology.dx_gateway_associations.iter() {
            match dx_key(topology, &association.gateway) {
                Ok(Some(key)) => out.of.entry(key).or_default().push(id),
                Ok(None) => (),
                Err(cause) => out.astray.push((id, cause)),
            }
        }
        out
    }
}

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

/// Of two things that cannot be both: the one that AWS refuses, which is made while the other is there or
/// made before; none where neither is made.
pub(crate) fn refused<T>(one: (Id<T>, &Head), two: (Id<T>, &Head)) -> Option<(Id<T>, Id<T>)> {
    let (first, second) = if one.0 <= two.0 { (one, two) } else { (two, one) };
    let made = |head: &Head| head.management == Management::Created;
    match (made(first.1), made(second.1)) {
        (_, true) => Some((second.0, first.0)),
        (true, false) => Some((first.0, second.0)),
        (false, false) => None,
    }
}
