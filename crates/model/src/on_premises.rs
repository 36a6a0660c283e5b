//! Ranges of sites that are declared to lie behind a VPN connection or Direct Connect.
//!
//! What a site announces by BGP is in no Terraform. groundplan.toml may say it; whether that is all that
//! the site announces is said there too, since only then absence proves something.

use std::collections::BTreeMap;

use groundplan_ir::{Fact, Tri, Value};
use ipnet::IpNet;

use crate::entity::{Entity, Kind, Reads};
use crate::reader::Reader;
use crate::{
    Attachment, CustomerGateway, DxGateway, DxGatewayAssociation, Head, Id, Link, Proven, Topology,
    VpnConnection, VpnGateway,
};

/// Declared ranges of a site.
#[derive(Clone, Debug)]
pub struct OnPremises {
    /// The common part.
    pub head: Head,
    /// The ranges.
    pub ranges: Vec<Fact<IpNet>>,
    /// What they are behind.
    pub behind: Vec<Behind>,
    /// Whether what is behind these announces nothing else.
    pub complete: bool,
}

/// What leads to a site.
#[derive(Clone, Debug)]
pub enum Behind {
    /// The other end of VPN connections.
    CustomerGateway(Link<CustomerGateway>),
    /// A VPN connection.
    Connection(Link<VpnConnection>),
    /// A virtual private gateway: all that ends at it.
    VpnGateway(Link<VpnGateway>),
    /// A Direct Connect gateway: all that it is associated with.
    DxGateway(Link<DxGateway>),
    /// One association of a Direct Connect gateway.
    Association(Link<DxGatewayAssociation>),
}

impl Entity for OnPremises {
    const KIND: Kind = Kind::OnPremises;
    const READS: Reads =
        &[("groundplan_on_premises", &["id", "cidr_blocks", "behind", "complete"])];

    fn lower(reader: &Reader<'_>) -> Self {
        let list = |name: &str| reader.value(name).as_list().unwrap_or_default();
        let range = |value: &Value| Fact {
            value: reader.range("cidr_blocks", value),
            origin: reader.origin("cidr_blocks"),
        };
        Self {
            head: reader.head(),
            ranges: list("cidr_blocks").iter().map(range).collect(),
            behind: list("behind").iter().filter_map(|value| behind(reader, value)).collect(),
            complete: reader.flag("complete").value == Tri::Known(true),
        }
    }
}

fn behind(reader: &Reader<'_>, value: &Value) -> Option<Behind> {
    let kind = match value {
        Value::Text(id) if id.starts_with("cgw-") => "aws_customer_gateway",
        Value::Text(id) if id.starts_with("vpn-") => "aws_vpn_connection",
        Value::Text(id) if id.starts_with("vgw-") => "aws_vpn_gateway",
        Value::Text(_) => "aws_dx_gateway",
        Value::Referred(referred) => &referred.sources.first()?.address.kind,
        Value::Null
        | Value::Bool(_)
        | Value::Number(_)
        | Value::List(_)
        | Value::Object(_)
        | Value::Unknown(_) => return None,
    };
    match kind {
        "aws_customer_gateway" => {
            Some(Behind::CustomerGateway(reader.merged_link("behind", value)))
        }
        "aws_vpn_connection" => Some(Behind::Connection(reader.merged_link("behind", value))),
        "aws_vpn_gateway" => Some(Behind::VpnGateway(reader.merged_link("behind", value))),
        "aws_dx_gateway" => Some(Behind::DxGateway(reader.merged_link("behind", value))),
        "aws_dx_gateway_association" => {
            Some(Behind::Association(reader.merged_link("behind", value)))
        }
        _ => None,
    }
}

/// Declared sites, by what leads to them. Only what is proven to lead to one is here.
#[derive(Debug, Default)]
pub struct DeclaredSites {
    customers: BTreeMap<Proven<CustomerGateway>, Vec<Id<OnPremises>>>,
    connections: BTreeMap<Proven<VpnConnection>, Vec<Id<OnPremises>>>,
    gateways: BTreeMap<Proven<VpnGateway>, Vec<Id<OnPremises>>>,
    dx_gateways: BTreeMap<Proven<DxGateway>, Vec<Id<OnPremises>>>,
    associations: BTreeMap<Proven<DxGatewayAssociation>, Vec<Id<OnPremises>>>,
    /// By attachment of a transit gateway: the VPN connection that it is.
    attached: BTreeMap<Id<Attachment>, Id<VpnConnection>>,
}

impl DeclaredSites {
    /// Looks at every declared site once.
    pub(crate) fn new(topology: &Topology) -> Self {
        let mut out = Self::default();
        if topology.on_premises.is_empty() {
            return out;
        }
        for (id, site) in topology.on_premises.iter() {
            for behind in &site.behind {
                match behind {
                    Behind::CustomerGateway(link) => add(&mut out.customers, link, id),
                    Behind::Connection(link) => add(&mut out.connections, link, id),
                    Behind::VpnGateway(link) => add(&mut out.gateways, link, id),
                    Behind::DxGateway(link) => add(&mut out.dx_gateways, link, id),
                    Behind::Association(link) => add(&mut out.associations, link, id),
                }
            }
        }
        out.attached = topology.vpn_attachments();
        out
    }
}

fn add<T>(
    all: &mut BTreeMap<Proven<T>, Vec<Id<OnPremises>>>,
    link: &Link<T>,
    site: Id<OnPremises>,
) {
    if let Some(proven) = link.proven() {
        all.entry(proven).or_default().push(site);
    }
}

fn of<'a, T>(
    all: &'a BTreeMap<Proven<T>, Vec<Id<OnPremises>>>,
    link: &Link<T>,
) -> impl Iterator<Item = Id<OnPremises>> + 'a {
    let found = link.proven().and_then(|it| all.get(&it));
    found.into_iter().flatten().copied()
}

/// What is declared behind one thing.
#[derive(Clone, Debug, Default)]
pub struct DeclaredSite<'t> {
    /// The ranges with their places, known or not.
    pub ranges: Vec<&'t Fact<IpNet>>,
    /// Whether nothing else is announced there.
    pub complete: bool,
}

impl DeclaredSite<'_> {
    /// The known ranges.
    pub fn known(&self) -> impl Iterator<Item = (IpNet, &Fact<IpNet>)> {
        self.ranges.iter().filter_map(|it| Some((it.value.known()?.trunc(), *it)))
    }
}

impl Topology {
    /// What is declared behind a VPN connection, its customer gateway, or the gateway that it ends at.
    pub fn declared_behind_connection(&self, id: Id<VpnConnection>) -> DeclaredSite<'_> {
        let (connection, sites) = (&self.vpn_connections[id], &self.declared_sites);
        self.declared(
            of(&sites.connections, &Link::Here(id))
                .chain(of(&sites.customers, &connection.customer_gateway))
                .chain(of(&sites.gateways, &connection.vpn_gateway)),
        )
    }

    /// What is declared behind an association, its Direct Connect gateway, or the virtual private gateway
    /// that it is associated with.
    pub fn declared_behind_association(&self, id: Id<DxGatewayAssociation>) -> DeclaredSite<'_> {
        let (association, sites) = (&self.dx_gateway_associations[id], &self.declared_sites);
        self.declared(
            of(&sites.associations, &Link::Here(id))
                .chain(of(&sites.dx_gateways, &association.gateway))
                .chain(of(&sites.gateways, &association.vpn_gateway)),
        )
    }

    /// What is declared behind a virtual private gateway itself.
    pub fn declared_behind_gateway(&self, gateway: &Link<VpnGateway>) -> DeclaredSite<'_> {
        self.declared(of(&self.declared_sites.gateways, gateway))
    }

    /// What is declared behind the VPN connection that is attached to a transit gateway.
    ///
    /// Only of one that learns its routes: "when the VPN connection is up, the BGP session is established
    /// and the Site-to-Site VPN CIDR propagates" ("Example: Centralized router"). What a static one brings
    /// into a table is left open.
    pub fn declared_behind_attachment(&self, id: Id<Attachment>) -> DeclaredSite<'_> {
        match self.declared_sites.attached.get(&id) {
            Some(connection)
                if self.vpn_connections[*connection].static_routes_only.value
                    == Tri::Known(false) =>
            {
                self.declared_behind_connection(*connection)
            }
            Some(_) | None => DeclaredSite::default(),
        }
    }

    fn declared(&self, sites: impl Iterator<Item = Id<OnPremises>>) -> DeclaredSite<'_> {
        let mut ids: Vec<Id<OnPremises>> = sites.collect();
        ids.sort();
        ids.dedup();
        let mut out = DeclaredSite::default();
        for id in ids {
            let site = &self.on_premises[id];
            out.ranges.extend(&site.ranges);
            out.complete |= site.complete;
        }
        // A range that cannot be read leaves the list open.
        out.complete &= out.ranges.iter().all(|it| it.value.known().is_some());
        out
    }
}
