//! Direct Connect gateways and what they are associated with.

use groundplan_ir::Tri;
use ipnet::IpNet;

use crate::entity::{Entity, Kind, Reads};
use crate::reader::Reader;
use crate::{Head, Link, TransitGateway, VpnGateway};

/// A Direct Connect gateway.
#[derive(Clone, Debug)]
pub struct DxGateway {
    /// The common part.
    pub head: Head,
}

impl Entity for DxGateway {
    const KIND: Kind = Kind::DxGateway;
    const READS: Reads = &[("aws_dx_gateway", &["id", "owner_account_id"])];

    fn lower(reader: &Reader<'_>) -> Self {
        Self { head: reader.head() }
    }
}

/// An `aws_dx_gateway_association`.
#[derive(Clone, Debug)]
pub struct DxGatewayAssociation {
    /// The common part.
    pub head: Head,
    /// The Direct Connect gateway.
    pub gateway: Link<DxGateway>,
    /// The virtual private gateway on the other side, if it is one.
    pub vpn_gateway: Link<VpnGateway>,
    /// The transit gateway on the other side, if it is one.
    pub transit_gateway: Link<TransitGateway>,
    /// The ranges that AWS announces to the site.
    pub allowed_prefixes: Tri<Vec<Tri<IpNet>>>,
}

impl Entity for DxGatewayAssociation {
    const KIND: Kind = Kind::DxGatewayAssociation;
    const READS: Reads = &[(
        "aws_dx_gateway_association",
        &["id", "dx_gateway_id", "associated_gateway_id", "allowed_prefixes", "region"],
    )];

    fn lower(reader: &Reader<'_>) -> Self {
        Self {
            head: reader.head(),
            gateway: reader.link("dx_gateway_id"),
            vpn_gateway: reader.link("associated_gateway_id"),
            transit_gateway: reader.link("associated_gateway_id"),
            allowed_prefixes: reader.cidrs("allowed_prefixes"),
        }
    }
}
