//! Private hosted zones: which names a VPC resolves by itself.

use groundplan_ir::{Fact, Mode, Tri};

use crate::entity::{Entity, Kind, Reads};
use crate::reader::Reader;
use crate::{Endpoint, Head, Id, Link, Vpc};

/// A hosted zone of Route 53.
#[derive(Clone, Debug)]
pub struct HostedZone {
    /// The common part.
    pub head: Head,
    /// Its domain, in small letters and without the last dot.
    pub name: Fact<Box<str>>,
    /// The VPCs that it names itself; none where it is a public one.
    pub vpcs: Tri<Vec<Link<Vpc>>>,
}

impl Entity for HostedZone {
    const KIND: Kind = Kind::HostedZone;
    const READS: Reads =
        &[("aws_route53_zone", &["id", "arn", "zone_id", "name", "vpc", "vpc_id", "private_zone"])];

    fn identity(_resource_type: &str) -> &'static str {
        "zone_id"
    }

    fn lower(reader: &Reader<'_>) -> Self {
        let name = reader.text("name");
        let plain = |name: Box<str>| name.trim_end_matches('.').to_lowercase().into();
        Self {
            head: reader.head(),
            name: Fact { value: name.value.map(plain), origin: name.origin },
            vpcs: vpcs(reader),
        }
    }
}

fn vpcs(reader: &Reader<'_>) -> Tri<Vec<Link<Vpc>>> {
    if reader.resource.address.mode != Mode::Managed {
        // The data source is told one VPC to look in, and does not tell the others.
        return match reader.link("vpc_id") {
            Link::Absent => Tri::Absent,
            link @ (Link::Here(_) | Link::OneOf(..) | Link::Elsewhere(_) | Link::Unknown(_)) => {
                Tri::Known(vec![link])
            }
        };
    }
    let value = reader.value("vpc");
    if let Some(cause) = value.unknown() {
        if reader.is_left_out("vpc", cause) {
            return Tri::Absent;
        }
        return Tri::Unknown(reader.qualified(cause));
    }
    let items = value.as_list().unwrap_or_default();
    let links: Vec<Link<Vpc>> =
        items.iter().map(|item| reader.merged_link("vpc", &item.member("vpc_id"))).collect();
    if links.is_empty() { Tri::Absent } else { Tri::Known(links) }
}

/// An `aws_route53_zone_association`.
#[derive(Clone, Debug)]
pub struct ZoneAssociation {
    /// The common part.
    pub head: Head,
    /// The zone.
    pub zone: Link<HostedZone>,
    /// The VPC that resolves its names.
    pub vpc: Link<Vpc>,
}

impl Entity for ZoneAssociation {
    const KIND: Kind = Kind::ZoneAssociation;
    const READS: Reads = &[("aws_route53_zone_association", &["id", "zone_id", "vpc_id"])];

    fn lower(reader: &Reader<'_>) -> Self {
        Self { head: reader.head(), zone: reader.link("zone_id"), vpc: reader.link("vpc_id") }
    }
}

/// An `aws_route53_vpc_association_authorization`: the zone's account lets another one associate a VPC.
#[derive(Clone, Debug)]
pub struct ZoneAuthorization {
    /// The common part.
    pub head: Head,
    /// The zone.
    pub zone: Link<HostedZone>,
    /// The VPC.
    pub vpc: Link<Vpc>,
}

impl Entity for ZoneAuthorization {
    const KIND: Kind = Kind::ZoneAuthorization;
    const READS: Reads =
        &[("aws_route53_vpc_association_authorization", &["id", "zone_id", "vpc_id"])];

    fn lower(reader: &Reader<'_>) -> Self {
        Self { head: reader.head(), zone: reader.link("zone_id"), vpc: reader.link("vpc_id") }
    }
}

/// An `aws_route53_record`.
#[derive(Clone, Debug)]
pub struct ZoneRecord {
    /// The common part.
    pub head: Head,
    /// The zone.
    pub zone: Link<HostedZone>,
    /// The endpoints that it mentions.
    pub endpoints: Tri<Vec<Id<Endpoint>>>,
}

impl Entity for ZoneRecord {
    const KIND: Kind = Kind::ZoneRecord;
    const READS: Reads = &[("aws_route53_record", &["id", "zone_id", "alias", "records"])];

    fn lower(reader: &Reader<'_>) -> Self {
        Self { head: reader.head(), zone: reader.link("zone_id"), endpoints: reader.dependencies() }
    }
}
