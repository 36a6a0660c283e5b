//! Client VPN endpoints and the subnets that they are in.

use groundplan_ir::Fact;
use ipnet::IpNet;

use crate::entity::{Entity, Kind, Reads};
use crate::reader::Reader;
use crate::{Head, Link, Subnet};

/// An `aws_ec2_client_vpn_endpoint`.
#[derive(Clone, Debug)]
pub struct ClientVpn {
    /// The common part.
    pub head: Head,
    /// The range that clients get their addresses from.
    pub range: Fact<IpNet>,
}

impl Entity for ClientVpn {
    const KIND: Kind = Kind::ClientVpn;
    const READS: Reads =
        &[("aws_ec2_client_vpn_endpoint", &["id", "arn", "client_cidr_block", "region"])];

    fn lower(reader: &Reader<'_>) -> Self {
        Self { head: reader.head(), range: reader.cidr("client_cidr_block") }
    }
}

/// An `aws_ec2_client_vpn_network_association`: a subnet through which clients come in.
#[derive(Clone, Debug)]
pub struct ClientVpnAssociation {
    /// The common part.
    pub head: Head,
    /// The endpoint.
    pub endpoint: Link<ClientVpn>,
    /// The subnet.
    pub subnet: Link<Subnet>,
}

impl Entity for ClientVpnAssociation {
    const KIND: Kind = Kind::ClientVpnAssociation;
    const READS: Reads = &[(
        "aws_ec2_client_vpn_network_association",
        &["id", "client_vpn_endpoint_id", "subnet_id", "region"],
    )];

    fn lower(reader: &Reader<'_>) -> Self {
        Self {
            head: reader.head(),
            endpoint: reader.link("client_vpn_endpoint_id"),
            subnet: reader.link("subnet_id"),
        }
    }
}
