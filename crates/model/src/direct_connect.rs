//! Direct Connect gateways, what they are associated with, and the virtual interfaces that end at them.

use groundplan_ir::{Cause, Fact, Tri};
use ipnet::IpNet;

use crate::entity::{Entity, Kind, Reads};
use crate::reader::Reader;
use crate::{Head, Id, Link, Topology, TransitGateway, VpnGateway};

/// A Direct Connect gateway.
#[derive(Clone, Debug)]
pub struct DxGateway {
    /// The common part.
    pub head: Head,
    /// Its autonomous system number.
    pub asn: Fact<u32>,
}

impl Entity for DxGateway {
    const KIND: Kind = Kind::DxGateway;
    const READS: Reads =
        &[("aws_dx_gateway", &["id", "arn", "owner_account_id", "amazon_side_asn"])];

    fn lower(reader: &Reader<'_>) -> Self {
        let mut head = reader.head();
        if let owner @ Tri::Known(_) = reader.text("owner_account_id").value {
            head.account = owner;
        }
        Self { head, asn: reader.asn("amazon_side_asn") }
    }
}

/// What a Direct Connect gateway is associated with.
#[derive(Clone, Debug)]
pub struct DxSide {
    /// The virtual private gateway, if it is one.
    pub vpn_gateway: Link<VpnGateway>,
    /// The transit gateway, if it is one.
    pub transit_gateway: Link<TransitGateway>,
}

impl DxSide {
    fn of(reader: &Reader<'_>) -> Self {
        Self {
            vpn_gateway: reader.link("associated_gateway_id"),
            transit_gateway: reader.link("associated_gateway_id"),
        }
    }

    /// Whether it is a transit gateway; absent where none is named.
    pub fn is_transit(&self) -> Tri<bool> {
        match (&self.vpn_gateway, &self.transit_gateway) {
            (Link::Here(_) | Link::OneOf(..), _) => Tri::Known(false),
            (_, Link::Here(_) | Link::OneOf(..)) => Tri::Known(true),
            (_, Link::Elsewhere(id)) if id.starts_with("tgw-") => Tri::Known(true),
            (_, Link::Elsewhere(id)) if id.starts_with("vgw-") => Tri::Known(false),
            (_, Link::Elsewhere(id)) => Tri::Unknown(Cause::NotInInput(id.clone())),
            (_, Link::Unknown(cause)) => Tri::Unknown(cause.clone()),
            (_, Link::Absent) => Tri::Absent,
        }
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
    /// The proposal that it accepts, where the other side is of another account.
    pub proposal: Link<DxProposal>,
    /// The ranges that AWS announces to the site.
    pub allowed_prefixes: Tri<Vec<Tri<IpNet>>>,
    /// Where those are written.
    pub prefixes_origin: groundplan_ir::Origin,
}

impl Entity for DxGatewayAssociation {
    const KIND: Kind = Kind::DxGatewayAssociation;
    const READS: Reads = &[(
        "aws_dx_gateway_association",
        &[
            "id",
            "dx_gateway_id",
            "associated_gateway_id",
            "proposal_id",
            "allowed_prefixes",
            "region",
        ],
    )];

    fn lower(reader: &Reader<'_>) -> Self {
        let side = DxSide::of(reader);
        let name = "allowed_prefixes";
        let prefixes = Fact { value: reader.cidrs(name), origin: reader.origin(name) };
        let prefixes = reader.unless_null(name, prefixes);
        Self {
            head: reader.head(),
            gateway: reader.link("dx_gateway_id"),
            vpn_gateway: side.vpn_gateway,
            transit_gateway: side.transit_gateway,
            proposal: reader.link("proposal_id"),
            allowed_prefixes: prefixes.value,
            prefixes_origin: prefixes.origin,
        }
    }
}

impl Topology {
    /// What an association is of: what it names itself, or the proposal that it accepts.
    pub fn dx_side(&self, id: Id<DxGatewayAssociation>) -> DxSide {
        let it = &self.dx_gateway_associations[id];
        let own = DxSide {
            vpn_gateway: it.vpn_gateway.clone(),
            transit_gateway: it.transit_gateway.clone(),
        };
        if own.transit_gateway != Link::Absent {
            return own;
        }
        let unclear = |cause: Cause| DxSide {
            vpn_gateway: Link::Unknown(cause.clone()),
            transit_gateway: Link::Unknown(cause),
        };
        match it.proposal.tri() {
            Tri::Known(proposal) => self.dx_proposals[proposal].side.clone(),
            Tri::Unknown(cause) => unclear(cause),
            Tri::Absent => own,
        }
    }
}

/// An `aws_dx_gateway_association_proposal`: a gateway's owner asks the owner of a Direct Connect gateway.
#[derive(Clone, Debug)]
pub struct DxProposal {
    /// The common part.
    pub head: Head,
    /// The Direct Connect gateway.
    pub gateway: Link<DxGateway>,
    /// What it is to be associated with.
    pub side: DxSide,
}

impl Entity for DxProposal {
    const KIND: Kind = Kind::DxProposal;
    const READS: Reads = &[(
        "aws_dx_gateway_association_proposal",
        &["id", "dx_gateway_id", "associated_gateway_id", "region"],
    )];

    fn lower(reader: &Reader<'_>) -> Self {
        Self {
            head: reader.head(),
            gateway: reader.link("dx_gateway_id"),
            side: DxSide::of(reader),
        }
    }
}

/// A virtual interface that may end at a Direct Connect gateway.
#[derive(Clone, Debug)]
pub struct DxInterface {
    /// The common part.
    pub head: Head,
    /// The Direct Connect gateway, if it ends there.
    pub gateway: Link<DxGateway>,
    /// Whether it is for transit gateways, and not for virtual private gateways.
    pub transit: bool,
}

const INTERFACE: &[&str] = &["id", "dx_gateway_id", "region"];

impl Entity for DxInterface {
    const KIND: Kind = Kind::DxInterface;
    const READS: Reads = &[
        ("aws_dx_private_virtual_interface", INTERFACE),
        ("aws_dx_transit_virtual_interface", INTERFACE),
        ("aws_dx_hosted_private_virtual_interface_accepter", INTERFACE),
        ("aws_dx_hosted_transit_virtual_interface_accepter", INTERFACE),
    ];

    fn lower(reader: &Reader<'_>) -> Self {
        Self {
            head: reader.head(),
            gateway: reader.link("dx_gateway_id"),
            transit: reader.resource_type().contains("_transit_"),
        }
    }
}
