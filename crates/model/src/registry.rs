//! Every kind of thing with the resource types it is made from: the table of contents of the model.

use std::collections::BTreeMap;

use groundplan_ir::Interest;

use crate::entity::{Entity, Kind, Reads};
use crate::network_acl::StandaloneAclRule;
use crate::security_group::StandaloneSgRule;
use crate::unfollowed::{self, Unfollowed};
use crate::{
    AclAssociation, Attachment, AttachmentAccepter, CidrAssociation, ClientVpn,
    ClientVpnAssociation, CustomerGateway, DxGateway, DxGatewayAssociation, DxInterface,
    DxProposal, EgressOnlyGateway, Endpoint, EndpointAccepter, EndpointGroupAssociation,
    EndpointPolicy, EndpointPrincipal, EndpointPrivateDns, EndpointRouteTableAssociation,
    EndpointService, EndpointSubnetAssociation, GatewayAttachment, HostedZone, InternetGateway,
    IpamPool, MainRouteTableAssociation, MulticastAssociation, MulticastDomain, NameForwarding,
    NameVerification, NatGateway, NetworkAcl, NetworkInterface, OnPremises, Organization, Peering,
    PeeringAccepter, PeeringOptions, PrefixList, PrefixListEntry, PublicAccess,
    PublicAccessExclusion, ResourceShare, ResourceShareMember, RoutePropagation, RouteTable,
    RouteTableAssociation, SecurityGroup, SgUser, SgVpcAssociation, StandaloneRoute, Subnet,
    TargetGroup, TgwAssociation, TgwConnect, TgwConnectPeer, TgwDefaultTable, TgwPropagation,
    TgwRoute, TgwRouteTable, TransitGateway, Vpc, VpnConnection, VpnConnectionRoute, VpnGateway,
    VpnGatewayAttachment, ZoneAssociation, ZoneAuthorization, ZoneRecord, network_types,
    whereabouts,
};

/// One kind: what it is read from, and by which attribute others name it.
#[derive(Clone)]
struct Entry {
    kind: Kind,
    reads: Reads,
    identity: fn(&str) -> &'static str,
}

fn entry<T: Entity>() -> Entry {
    Entry { kind: T::KIND, reads: T::READS, identity: T::identity }
}

/// Endpoints with what is tied to them, and the services and names that they are for.
fn endpoint_entries() -> Vec<Entry> {
    vec![
        entry::<Endpoint>(),
        entry::<EndpointRouteTableAssociation>(),
        entry::<EndpointGroupAssociation>(),
        entry::<EndpointSubnetAssociation>(),
        entry::<EndpointPrivateDns>(),
        entry::<EndpointPolicy>(),
        entry::<EndpointService>(),
        entry::<EndpointPrincipal>(),
        entry::<EndpointAccepter>(),
        entry::<NameVerification>(),
        entry::<HostedZone>(),
        entry::<ZoneAssociation>(),
        entry::<ZoneRecord>(),
        entry::<NameForwarding>(),
        entry::<ZoneAuthorization>(),
    ]
}

fn entries() -> Vec<Entry> {
    let near = vec![
        entry::<Vpc>(),
        entry::<CidrAssociation>(),
        entry::<IpamPool>(),
        entry::<Subnet>(),
        entry::<RouteTable>(),
        entry::<StandaloneRoute>(),
        entry::<RouteTableAssociation>(),
        entry::<MainRouteTableAssociation>(),
        entry::<InternetGateway>(),
        entry::<GatewayAttachment>(),
        entry::<EgressOnlyGateway>(),
        entry::<NatGateway>(),
        entry::<NetworkInterface>(),
        entry::<SecurityGroup>(),
        entry::<StandaloneSgRule>(),
        entry::<SgVpcAssociation>(),
        entry::<SgUser>(),
        entry::<NetworkAcl>(),
        entry::<StandaloneAclRule>(),
        entry::<AclAssociation>(),
        entry::<Peering>(),
        entry::<PeeringAccepter>(),
        entry::<PeeringOptions>(),
        entry::<PrefixList>(),
        entry::<PrefixListEntry>(),
        entry::<ResourceShare>(),
        entry::<ResourceShareMember>(),
        entry::<OnPremises>(),
        entry::<Unfollowed>(),
        entry::<PublicAccess>(),
        entry::<PublicAccessExclusion>(),
        entry::<Organization>(),
        entry::<TargetGroup>(),
    ];
    [near, endpoint_entries(), between_networks()].concat()
}

/// What joins VPCs with each other and with sites.
fn between_networks() -> Vec<Entry> {
    vec![
        entry::<TransitGateway>(),
        entry::<Attachment>(),
        entry::<AttachmentAccepter>(),
        entry::<TgwRouteTable>(),
        entry::<TgwAssociation>(),
        entry::<TgwPropagation>(),
        entry::<TgwRoute>(),
        entry::<TgwDefaultTable>(),
        entry::<VpnGateway>(),
        entry::<VpnGatewayAttachment>(),
        entry::<RoutePropagation>(),
        entry::<CustomerGateway>(),
        entry::<VpnConnection>(),
        entry::<VpnConnectionRoute>(),
        entry::<DxGateway>(),
        entry::<DxGatewayAssociation>(),
        entry::<DxProposal>(),
        entry::<DxInterface>(),
        entry::<TgwConnect>(),
        entry::<TgwConnectPeer>(),
        entry::<MulticastDomain>(),
        entry::<MulticastAssociation>(),
        entry::<ClientVpn>(),
        entry::<ClientVpnAssociation>(),
    ]
}

/// What the parser has to build for this model.
pub fn interest() -> Interest {
    let types = entries().into_iter().flat_map(|entry| entry.reads.iter().copied());
    let types = types.chain(whereabouts::READS.iter().copied());
    // How stacks find each other's outputs.
    let types = types
        .chain([("terraform_remote_state", &["backend", "config", "workspace", "outputs"][..])])
        // Most subnets mention it, and it waits for nothing by itself.
        .chain([("aws_availability_zones", &["id"][..])]);
    Interest::new(types, network_types::is_network).noting(unfollowed::TYPES)
}

/// By resource type: the kinds that it becomes, with the attribute that names each.
pub(crate) fn kinds() -> BTreeMap<&'static str, Vec<(Kind, &'static str)>> {
    let mut out: BTreeMap<&'static str, Vec<(Kind, &'static str)>> = BTreeMap::new();
    for entry in entries() {
        for (resource_type, _) in entry.reads {
            out.entry(resource_type)
                .or_default()
                .push((entry.kind, (entry.identity)(resource_type)));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Types that the provider has got since its schemas were taken; only their links are read.
    const NEWER: &[&str] =
        &["aws_ram_resource_share_associations_exclusive", "aws_route53profiles_association"];

    /// A directory has no plan that would give values the types of their arguments.
    #[test]
    fn what_is_read_has_a_type() {
        for (kind, _) in entries().into_iter().flat_map(|it| it.reads.iter().copied()) {
            // What groundplan.toml declares comes with its values.
            if kind.starts_with("groundplan_") {
                continue;
            }
            let schemas = [groundplan_schema::resource(kind), groundplan_schema::data(kind)];
            assert_ne!(schemas.iter().any(Option::is_some), NEWER.contains(&kind), "{kind}");
        }
    }

    #[test]
    fn a_type_that_becomes_two_things_is_read_the_same_for_both() {
        let mut seen: BTreeMap<&str, &[&str]> = BTreeMap::new();
        for entry in entries() {
            for (resource_type, attributes) in entry.reads {
                let known = seen.entry(resource_type).or_insert(attributes);
                assert_eq!(known, attributes, "{resource_type}");
                let identity = (entry.identity)(resource_type);
                assert!(
                    attributes.contains(&identity),
                    "{resource_type} is not read for {identity}"
                );
            }
        }
    }
}
