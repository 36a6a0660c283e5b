//! In which availability zone a subnet is, compared with another one.

use groundplan_ir::{Cause, Origin, Tri};
use groundplan_model::{Head, Id, Management, Members, Subnet, Topology};

/// Whether two subnets are in one availability zone. Where nobody asks for a zone, AWS chooses one.
pub(crate) fn same_zone(one: &Subnet, two: &Subnet) -> Tri<bool> {
    if let (Tri::Known(a), Tri::Known(b)) = (&one.zone.value, &two.zone.value)
        && is_one_view(&one.head, &two.head)
    {
        return Tri::Known(a == b);
    }
    if let (Tri::Known(one), Tri::Known(two)) = (&one.zone_id.value, &two.zone_id.value) {
        return Tri::Known(one == two);
    }
    match (&one.zone.value, &two.zone.value) {
        (Tri::Known(_), Tri::Known(_)) => Tri::Unknown(Cause::Account(two.head.name().into())),
        (Tri::Unknown(cause), _) | (_, Tri::Unknown(cause)) => Tri::Unknown(cause.clone()),
        (Tri::Absent, _) => Tri::Unknown(chosen_by_aws(one)),
        (_, Tri::Absent) => Tri::Unknown(chosen_by_aws(two)),
    }
}

/// Two subnets of one zone, in address order.
pub(crate) type Twins<'t> = (&'t Subnet, &'t Subnet);

/// Two of the subnets that the argument at `place` names which are in one zone.
pub(crate) fn twins<'t>(
    topology: &'t Topology,
    place: &Origin,
    members: &'t Members<Subnet>,
) -> Tri<Option<Twins<'t>>> {
    let mut doubt = members.elsewhere.first().map(|id| Cause::NotInInput(id.clone()));
    if members.here.len() + members.elsewhere.len() < 2 {
        return Tri::Known(None);
    }
    let vague = || Cause::ManyInstances(place.to_string().into());
    for (one, two) in pairs(topology, &members.here) {
        let apart = topology.may_be_one(&one.head, &two.head).map_or(Ok(()), Err);
        match (same_zone(one, two), apart) {
            (Tri::Known(true), Ok(())) if members.exact => return Tri::Known(Some((one, two))),
            (Tri::Known(true), Ok(())) => doubt = doubt.or_else(|| Some(vague())),
            (Tri::Known(true), Err(cause)) | (Tri::Unknown(cause), _) => {
                doubt = doubt.or(Some(cause));
            }
            (Tri::Known(false) | Tri::Absent, _) => (),
        }
    }
    doubt.map_or(Tri::Known(None), Tri::Unknown)
}

/// Each pair of a few subnets.
fn pairs<'t>(topology: &'t Topology, ids: &'t [Id<Subnet>]) -> impl Iterator<Item = Twins<'t>> {
    ids.iter().enumerate().flat_map(move |(at, two)| {
        ids.iter().take(at).map(move |one| (&topology.subnets[*one], &topology.subnets[*two]))
    })
}

/// The zone's name, else its id; for messages.
pub(crate) fn zone_name(subnet: &Subnet) -> &str {
    let known = subnet.zone.value.known().or(subnet.zone_id.value.known());
    known.map_or("an availability zone", |it| it)
}

fn chosen_by_aws(subnet: &Subnet) -> Cause {
    Cause::KnownAfterApply(format!("{}.availability_zone", subnet.head.name()).into())
}

/// Whether the names of zones mean the same to both: each account has its own ("AZ IDs", AWS RAM User
/// Guide), and who looks at a shared subnet sees it by his own.
fn is_one_view(one: &Head, two: &Head) -> bool {
    let one_provider =
        one.provider.is_some() && one.provider == two.provider && one.stack() == two.stack();
    let own = |head: &Head| head.management != Management::Observed;
    one_provider || (own(one) && own(two) && one.same_account(two) == Tri::Known(true))
}

/// Whether a subnet is in an ordinary zone of its Region, as far as its zone tells: Local Zones and
/// Wavelength Zones have the name of a place or carrier in theirs (`us-east-1-lax-1a`).
pub(crate) fn is_regional(subnet: &Subnet) -> bool {
    let by_name = |name: &str| {
        let ordinal = name.rsplit('-').next().unwrap_or_default();
        let parts = name.split('-').filter(|part| part.starts_with(|it: char| it.is_ascii_digit()));
        parts.count() == 1 && ordinal.starts_with(|it: char| it.is_ascii_digit())
    };
    match (subnet.zone.value.known(), subnet.zone_id.value.known()) {
        (Some(name), _) => by_name(name),
        // `use1-lax1-az1` beside `use1-az1`.
        (None, Some(id)) => id.split('-').count() == 2,
        (None, None) => true,
    }
}
