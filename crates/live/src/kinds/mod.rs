//! What the AWS CLI prints, by the name that stands at the top of it.

mod endpoint;
mod gateways;
mod peering;
mod prefix_list;
mod route_table;
mod security;
mod tgw_table;
mod transit;
mod vpc;
mod vpn;

use std::collections::{BTreeMap, BTreeSet};

use groundplan_ir::{Interest, Value};

pub(crate) use prefix_list::{LIST, empty as empty_list};
pub(crate) use vpc::attribute as vpc_attribute;

use crate::draft::Draft;
use crate::json::{Object, Wrong};

/// What a command is about but does not print, so that the name of its file has to say it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum About {
    /// Nothing: every object says what it is.
    Nothing,
    /// A route table of a transit gateway.
    TgwTable,
    /// A prefix list.
    PrefixList,
}

impl About {
    /// How such ids begin.
    pub(crate) fn prefix(self) -> &'static str {
        match self {
            Self::Nothing => "",
            Self::TgwTable => "tgw-rtb-",
            Self::PrefixList => "pl-",
        }
    }
}

/// Takes in what one object says.
pub(crate) type ReadObject = fn(&mut Page<'_>, &Object<'_>) -> Result<(), Wrong>;

/// A command of the AWS CLI.
pub(crate) struct Command {
    /// The name at the top of its output.
    pub(crate) key: &'static str,
    /// The command, for messages.
    pub(crate) name: &'static str,
    pub(crate) about: About,
    /// What an element of its list has, where other commands use the same name at the top.
    pub(crate) mark: Option<&'static str>,
    pub(crate) read: ReadObject,
}

const fn command(key: &'static str, name: &'static str, read: ReadObject) -> Command {
    Command { key, name, about: About::Nothing, mark: None, read }
}

const fn of_table(
    key: &'static str,
    name: &'static str,
    mark: &'static str,
    read: ReadObject,
) -> Command {
    Command { key, name, about: About::TgwTable, mark: Some(mark), read }
}

/// Every command whose output is read.
pub(crate) const COMMANDS: &[Command] = &[
    command("Vpcs", "describe-vpcs", vpc::vpc),
    command("Subnets", "describe-subnets", vpc::subnet),
    command("RouteTables", "describe-route-tables", route_table::table),
    command("VpcPeeringConnections", "describe-vpc-peering-connections", peering::connection),
    command("TransitGateways", "describe-transit-gateways", transit::gateway),
    command(
        "TransitGatewayAttachments",
        "describe-transit-gateway-attachments",
        transit::attachment,
    ),
    command(
        "TransitGatewayVpcAttachments",
        "describe-transit-gateway-vpc-attachments",
        transit::vpc_attachment,
    ),
    command(
        "TransitGatewayPeeringAttachments",
        "describe-transit-gateway-peering-attachments",
        transit::peering_attachment,
    ),
    command("TransitGatewayRouteTables", "describe-transit-gateway-route-tables", tgw_table::table),
    command(
        "TransitGatewayPrefixListReferences",
        "get-transit-gateway-prefix-list-references",
        tgw_table::reference,
    ),
    of_table("Routes", "search-transit-gateway-routes", "DestinationCidrBlock", tgw_table::route),
    of_table(
        "Associations",
        "get-transit-gateway-route-table-associations",
        "TransitGatewayAttachmentId",
        tgw_table::association,
    ),
    of_table(
        "TransitGatewayRouteTablePropagations",
        "get-transit-gateway-route-table-propagations",
        "TransitGatewayAttachmentId",
        tgw_table::propagation,
    ),
    command("VpcEndpoints", "describe-vpc-endpoints", endpoint::endpoint),
    Command {
        key: "PrefixLists",
        name: "describe-managed-prefix-lists",
        about: About::Nothing,
        mark: Some("PrefixListId"),
        read: prefix_list::list,
    },
    Command {
        key: "Entries",
        name: "get-managed-prefix-list-entries",
        about: About::PrefixList,
        mark: Some("Cidr"),
        read: prefix_list::entry,
    },
    command("SecurityGroups", "describe-security-groups", security::group),
    command("NetworkAcls", "describe-network-acls", security::acl),
    command("Reservations", "describe-instances", security::reservation),
    command("NetworkInterfaces", "describe-network-interfaces", gateways::network_interface),
    command("NatGateways", "describe-nat-gateways", gateways::nat),
    command("InternetGateways", "describe-internet-gateways", gateways::internet),
    command(
        "EgressOnlyInternetGateways",
        "describe-egress-only-internet-gateways",
        gateways::egress_only,
    ),
    command("VpnConnections", "describe-vpn-connections", vpn::connection),
    command("VpnGateways", "describe-vpn-gateways", vpn::gateway),
    command("CustomerGateways", "describe-customer-gateways", vpn::customer_gateway),
];

/// The command that prints this name at the top.
pub(crate) fn of_key(key: &str) -> Option<&'static Command> {
    COMMANDS.iter().find(|it| it.key == key)
}

/// What objects say of others.
#[derive(Debug, Default)]
pub(crate) struct Facts {
    /// By VPC: its main route table; several where files are of different times.
    pub(crate) main_tables: BTreeMap<Box<str>, BTreeSet<Box<str>>>,
    /// By attachment: the transit gateway's table that it is associated with, or that there is none.
    pub(crate) associated: BTreeMap<Box<str>, BTreeSet<Option<Box<str>>>>,
    /// By transit gateway's table whose propagations are listed: the attachments.
    pub(crate) propagating: BTreeMap<Box<str>, BTreeSet<Box<str>>>,
    /// Those of which only a part is listed.
    pub(crate) partial_tables: BTreeSet<Box<str>>,
}

/// One file while it is read.
pub(crate) struct Page<'p> {
    /// The file, by its place in the run.
    pub(crate) file: usize,
    pub(crate) text: &'p str,
    /// What the command is about, where the file's name says it.
    pub(crate) about: Box<str>,
    pub(crate) interest: &'p Interest,
    pub(crate) drafts: &'p mut Vec<Draft>,
    pub(crate) facts: &'p mut Facts,
}

impl Page<'_> {
    pub(crate) fn take(&mut self, mut draft: Draft) {
        draft.file = self.file;
        if self.interest.attributes(draft.kind).is_none() {
            // Only counted, and asked where it is.
            draft.told.clear();
            draft.places.arguments.clear();
            draft.places.blocks.clear();
        }
        self.drafts.push(draft);
    }

    /// Reads one object, and says what is wrong with it.
    pub(crate) fn answer(&mut self, read: ReadObject, object: &Object<'_>) -> Option<Wrong> {
        read(self, object).err()
    }

    /// Takes note of a list of a table's propagations, which may be only a part of it.
    pub(crate) fn propagations(&mut self, table: &str, partial: bool) {
        self.facts.propagating.entry(table.into()).or_default();
        if partial {
            self.facts.partial_tables.insert(table.into());
        }
    }
}

/// Whether what is in this state is not there, or about to be gone.
pub(crate) fn is_gone(state: Option<&str>) -> bool {
    const GONE: &[&str] = &[
        "create-failed",
        "delete-complete",
        "delete-in-progress",
        "deleted",
        "deleting",
        "detached",
        "detaching",
        "disabled",
        "disabling",
        "disassociated",
        "disassociating",
        "expired",
        "failed",
        "failed-insufficient-capacity",
        "failing",
        "rejected",
        "rejecting",
        "rollingback",
        "shutting-down",
        "terminated",
    ];
    state.is_some_and(|state| GONE.contains(&&*state.to_ascii_lowercase()))
}

/// The state that stands in an object inside, `CidrBlockState` or the like.
fn state_in<'j>(object: &Object<'j>, inside: &str) -> Result<Option<&'j str>, Wrong> {
    object.object(inside)?.map_or(Ok(None), |it| it.text("State"))
}

/// Writes down the VPC that a gateway is attached to.
fn attached_vpc(draft: &mut Draft, object: &Object<'_>, member: &str) -> Result<(), Wrong> {
    if object.list(member)?.is_none() {
        return Ok(());
    }
    draft.tell("vpc_id", Value::Null);
    for attachment in object.objects(member)? {
        if !is_gone(attachment.text("State")?) {
            return draft.text("vpc_id", &attachment, "VpcId");
        }
    }
    Ok(())
}
