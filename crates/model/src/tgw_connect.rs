//! Connect attachments of transit gateways: what carries them, and the peers at their other end.

use groundplan_ir::Tri;
use ipnet::IpNet;

use crate::attachment::ATTACHMENT_ATTRIBUTES;
use crate::entity::{Entity, Kind, Reads};
use crate::reader::Reader;
use crate::{Attachment, Head, Link};

/// What is read of an `aws_ec2_transit_gateway_connect` beside its attachment, which is made from the same
/// resource.
#[derive(Clone, Debug)]
pub struct TgwConnect {
    /// The common part.
    pub head: Head,
    /// The attachment that carries it.
    pub transport: Link<Attachment>,
    /// Where that is named.
    pub transport_origin: groundplan_ir::Origin,
}

impl Entity for TgwConnect {
    const KIND: Kind = Kind::TgwConnect;
    const READS: Reads = &[("aws_ec2_transit_gateway_connect", ATTACHMENT_ATTRIBUTES)];

    fn lower(reader: &Reader<'_>) -> Self {
        Self {
            head: reader.head(),
            transport: reader.link("transport_attachment_id"),
            transport_origin: reader.origin("transport_attachment_id"),
        }
    }
}

/// An `aws_ec2_transit_gateway_connect_peer`: a tunnel of a Connect attachment.
#[derive(Clone, Debug)]
pub struct TgwConnectPeer {
    /// The common part.
    pub head: Head,
    /// The Connect attachment.
    pub attachment: Link<Attachment>,
    /// The ranges inside of the tunnel.
    pub inside: Tri<Vec<Tri<IpNet>>>,
    /// Where those are written.
    pub inside_origin: groundplan_ir::Origin,
}

impl Entity for TgwConnectPeer {
    const KIND: Kind = Kind::TgwConnectPeer;
    const READS: Reads = &[(
        "aws_ec2_transit_gateway_connect_peer",
        &["id", "arn", "transit_gateway_attachment_id", "inside_cidr_blocks", "region"],
    )];

    fn lower(reader: &Reader<'_>) -> Self {
        Self {
            head: reader.head(),
            attachment: reader.link("transit_gateway_attachment_id"),
            inside: reader.cidrs("inside_cidr_blocks"),
            inside_origin: reader.origin("inside_cidr_blocks"),
        }
    }
}
