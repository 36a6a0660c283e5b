//! What a modelled thing must say of itself to be found and linked.

use crate::reader::Reader;

/// The kinds of things in a topology, one for each arena that is filled from resources.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub(crate) enum Kind {
    Vpc,
    CidrAssociation,
    IpamPool,
    Subnet,
    RouteTable,
    StandaloneRoute,
    RouteTableAssociation,
    MainRouteTableAssociation,
    InternetGateway,
    GatewayAttachment,
    EgressOnlyGateway,
    NatGateway,
    NetworkInterface,
    SecurityGroup,
    StandaloneSgRule,
    SgVpcAssociation,
    SgUser,
    NetworkAcl,
    StandaloneAclRule,
    AclAssociation,
    Peering,
    PeeringAccepter,
    PeeringOptions,
    Endpoint,
    EndpointRouteTableAssociation,
    EndpointGroupAssociation,
    EndpointSubnetAssociation,
    EndpointPrivateDns,
    EndpointPolicy,
    EndpointService,
    EndpointPrincipal,
    EndpointAccepter,
    NameVerification,
    HostedZone,
    ZoneAssociation,
    ZoneRecord,
    NameForwarding,
    ZoneAuthorization,
    PrefixList,
    PrefixListEntry,
    TransitGateway,
    Attachment,
    AttachmentAccepter,
    TgwRouteTable,
    TgwAssociation,
    TgwPropagation,
    TgwRoute,
    TgwDefaultTable,
    VpnGateway,
    VpnGatewayAttachment,
    RoutePropagation,
    CustomerGateway,
    VpnConnection,
    VpnConnectionRoute,
    DxGateway,
    DxGatewayAssociation,
    DxProposal,
    DxInterface,
    TgwConnect,
    TgwConnectPeer,
    MulticastDomain,
    MulticastAssociation,
    ClientVpn,
    ClientVpnAssociation,
    ResourceShare,
    ResourceShareMember,
    OnPremises,
    Unfollowed,
    PublicAccess,
    PublicAccessExclusion,
    Organization,
    TargetGroup,
}

/// Resource types with the attributes that are read of them.
pub(crate) type Reads = &'static [(&'static str, &'static [&'static str])];

/// A modelled thing: its type and its lowering stand together in one file.
pub(crate) trait Entity: Sized + Send {
    /// Which kind it is.
    const KIND: Kind;
    /// What it is made from; managed resources and data sources share type names.
    const READS: Reads;

    /// The attribute of `resource_type` that holds the id by which others name this thing.
    fn identity(_resource_type: &str) -> &'static str {
        "id"
    }

    /// Makes one from its resource.
    fn lower(reader: &Reader<'_>) -> Self;

    /// Takes over what only another resource says of the same thing. That one looks at it, or another
    /// stack manages it too.
    fn also(&mut self, _twin: Self) {}
}
