//! Configuration → network: typed things, linked by reference, each with its place.
//!
//! One file per AWS thing holds its type and how it is made from resources. [`build`] puts them into
//! a [`Topology`]; what follows from several of them (which table a subnet uses, which ranges a VPC
//! has) is asked of its methods, which answer in three values.

mod addressing;
mod arena;
mod arns;
mod asn;
mod attachment;
mod before;
mod blocks;
mod brought;
mod children;
mod client_vpn;
mod composed;
mod conflicts;
mod direct_connect;
mod endpoint;
mod endpoint_service;
mod entity;
mod every_route;
mod exits;
mod gateways;
mod head;
mod hosted_zone;
mod identity;
mod idless;
mod implicit;
mod index;
mod inline_route;
mod internet_gateway;
mod ipam_pool;
mod link;
mod linking;
mod lowering;
mod managed_twice;
mod multicast;
mod name_forwarding;
mod nat_gateway;
mod network_acl;
mod network_types;
mod on_premises;
mod order;
mod organization;
mod peering;
mod places;
mod policy;
mod prefix_list;
mod prefixes;
mod public_access;
mod reader;
mod referred;
mod registry;
mod route;
mod route_argument;
mod route_table;
mod route_table_association;
mod routing;
mod security_group;
mod seen;
mod sg_user;
mod share;
mod sites;
mod subnet;
mod tags;
mod target_group;
mod tgw_connect;
mod tgw_hops;
mod tgw_route;
mod tgw_route_table;
mod topology;
mod traffic;
mod transit;
mod transit_gateway;
mod twins;
mod unfollowed;
mod vpc;
mod vpc_ranges;
mod vpn;
mod whereabouts;

pub use addressing::{Ranges, covered, next_free, overlap, same_family};
pub use arena::{Arena, Id};
pub use attachment::{Attachment, AttachmentAccepter, AttachmentKind};
pub use blocks::RuleSource;
pub use brought::{Brought, Company, Meeting};
pub use children::Children;
pub use client_vpn::{ClientVpn, ClientVpnAssociation};
pub use conflicts::Conflict;
pub use direct_connect::{DxGateway, DxGatewayAssociation, DxInterface, DxProposal, DxSide};
pub use endpoint::{
    Endpoint, EndpointCounts, EndpointGroupAssociation, EndpointPolicy, EndpointPrivateDns,
    EndpointRouteTableAssociation, EndpointSubnetAssociation, EndpointWritten,
};
pub use endpoint_service::{
    EndpointAccepter, EndpointPrincipal, EndpointService, NameVerification,
};
pub use exits::{Exit, Exits};
pub use head::{Head, Management};
pub use hosted_zone::{HostedZone, ZoneAssociation, ZoneAuthorization, ZoneRecord};
pub use identity::VpcKey;
pub use idless::Idless;
pub use internet_gateway::{EgressOnlyGateway, GatewayAttachment, InternetGateway};
pub use ipam_pool::{IpamPool, PoolRequest};
pub use link::{Link, Members, Proven};
pub use managed_twice::ManagedTwice;
pub use multicast::{MulticastAssociation, MulticastDomain};
pub use name_forwarding::NameForwarding;
pub use nat_gateway::{NatGateway, NetworkInterface};
pub use network_acl::{AclAssociation, AclRule, AclsOfSubnets, NetworkAcl};
pub use on_premises::{Behind, DeclaredSite, DeclaredSites, OnPremises};
pub use order::Order;
pub use organization::Organization;
pub use peering::{Options, Peering, PeeringAccepter, PeeringOptions, SideOptions};
pub use policy::allows_everything;
pub use prefix_list::{ListOwner, PrefixList, PrefixListEntry};
pub use prefixes::{Held, Prefixes, first_overlaps};
pub use public_access::{PublicAccess, PublicAccessExclusion};
pub use registry::interest;
pub use route::{Destination, DestinationKey, Route, RouteSource, RouteTarget};
pub use route_argument::WrongKind;
pub use route_table::{Inline, RouteTable};
pub use route_table_association::{MainRouteTableAssociation, RouteTableAssociation};
pub use routing::touches;
pub use security_group::{Direction, SecurityGroup, SgPeer, SgRule, SgVpcAssociation};
pub use sg_user::SgUser;
pub use share::{Adds, ResourceShare, ResourceShareMember};
pub use sites::{Site, Sites};
pub use subnet::Subnet;
pub use tags::Tags;
pub use target_group::TargetGroup;
pub use tgw_connect::{TgwConnect, TgwConnectPeer};
pub use tgw_hops::{Hop, HopTo, Hops, Source};
pub use tgw_route::TgwRoute;
pub use tgw_route_table::{TgwAssociation, TgwPropagation, TgwRouteTable};
pub use topology::{Departed, Topology, build};
pub use traffic::{Ports, Protocol, TCP, Traffic, UDP};
pub use transit::Tie;
pub use transit_gateway::{DefaultRole, TgwDefaultTable, TransitGateway};
pub use unfollowed::Unfollowed;
pub use vpc::{CidrAssociation, Vpc};
pub use vpc_ranges::VpcRanges;
pub use vpn::{
    CustomerGateway, RoutePropagation, VpnConnection, VpnConnectionRoute, VpnGateway,
    VpnGatewayAttachment,
};

use route::StandaloneRoute;
