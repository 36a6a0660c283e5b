//! Route tables of VPCs, and what is associated with them.

use std::collections::BTreeMap;

use groundplan_ir::Value;

use super::{Page, is_gone, state_in};
use crate::draft::{Draft, text, texts};
use crate::json::{Object, Wrong};

/// Members of a route by the names that the provider gives them.
const PARTS: &[(&str, &str)] = &[
    ("cidr_block", "DestinationCidrBlock"),
    ("ipv6_cidr_block", "DestinationIpv6CidrBlock"),
    ("destination_prefix_list_id", "DestinationPrefixListId"),
    ("gateway_id", "GatewayId"),
    ("nat_gateway_id", "NatGatewayId"),
    ("vpc_peering_connection_id", "VpcPeeringConnectionId"),
    ("transit_gateway_id", "TransitGatewayId"),
    ("egress_only_gateway_id", "EgressOnlyInternetGatewayId"),
    ("network_interface_id", "NetworkInterfaceId"),
    ("carrier_gateway_id", "CarrierGatewayId"),
    ("core_network_arn", "CoreNetworkArn"),
    ("local_gateway_id", "LocalGatewayId"),
    ("odb_network_arn", "OdbNetworkArn"),
    ("state", "State"),
];

/// An `aws_route_table` with its routes, and an `aws_route_table_association` for each association but
/// the main one, which is told with the VPC.
pub(super) fn table(page: &mut Page<'_>, object: &Object<'_>) -> Result<(), Wrong> {
    let mut draft = Draft::new("aws_route_table", object, "RouteTableId")?;
    let id = draft.id.clone();
    draft.tell("route_table_id", text(Some(&id)));
    draft.text_if("vpc_id", object, "VpcId")?;
    draft.owner(object, "OwnerId")?;
    let (mut routes, mut places) = (Vec::new(), Vec::new());
    for route in object.objects("Routes")? {
        if is_own(&route)? {
            routes.push(parts(&route)?);
            places.push(place(&route));
        }
    }
    if object.list("Routes")?.is_some() {
        draft.put("route", Value::List(routes), object.at("Routes"));
        draft.places.blocks.insert("route".into(), places);
    }
    let gateways = object.objects("PropagatingVgws")?;
    let gateways: Vec<&str> =
        gateways.iter().map(|it| it.need("GatewayId")).collect::<Result<_, _>>()?;
    if object.list("PropagatingVgws")?.is_some() {
        draft.put("propagating_vgws", texts(&gateways), object.at("PropagatingVgws"));
    }
    let mut associations = Vec::new();
    let mut main = false;
    for it in object.objects("Associations")? {
        if is_gone(state_in(&it, "AssociationState")?) {
            continue;
        }
        if it.flag("Main")? == Some(true) {
            main = true;
        } else {
            associations.push(association(&it, &draft)?);
        }
    }
    if let (true, Some(vpc)) = (main, object.text("VpcId")?) {
        page.facts.main_tables.entry(vpc.into()).or_default().insert(id);
    }
    page.take(draft);
    for it in associations {
        page.take(it);
    }
    Ok(())
}

/// Whether the provider shows it among the table's routes: not what AWS puts there for the VPC itself,
/// for a gateway that propagates, or for an endpoint, all of which are told elsewhere.
fn is_own(route: &Object<'_>) -> Result<bool, Wrong> {
    let gateway = route.text("GatewayId")?.unwrap_or_default();
    let made = gateway == "local" || gateway == "VpcLattice";
    let propagated = route.text("Origin")? == Some("EnableVgwRoutePropagation");
    let endpoint = route.text("DestinationPrefixListId")?.is_some() && gateway.starts_with("vpce-");
    Ok(!made && !propagated && !endpoint)
}

fn parts(route: &Object<'_>) -> Result<Value, Wrong> {
    let mut out: BTreeMap<Box<str>, Value> = BTreeMap::new();
    for (name, member) in PARTS {
        let value = route.text(member)?;
        let name = match value {
            Some(it) if *member == "GatewayId" && it.starts_with("vpce-") => "vpc_endpoint_id",
            Some(_) | None => name,
        };
        out.insert(name.into(), text(value));
    }
    // Where an interface is named, the instance behind it is said along with it.
    if route.text("NetworkInterfaceId")?.is_none() {
        out.insert("instance_id".into(), text(route.text("InstanceId")?));
    }
    // No argument of the provider, but of `aws_route`: AWS says whether the target is there.
    out.insert("state".into(), text(route.text("State")?));
    Ok(Value::Object(out))
}

/// The destination, which names the route.
fn place(route: &Object<'_>) -> groundplan_ir::Location {
    let destinations =
        ["DestinationCidrBlock", "DestinationIpv6CidrBlock", "DestinationPrefixListId"];
    let named = destinations.into_iter().find(|it| route.value(it).is_some());
    named.map_or_else(|| route.whole(), |it| route.at(it))
}

fn association(it: &Object<'_>, table: &Draft) -> Result<Draft, Wrong> {
    let mut draft = Draft::new("aws_route_table_association", it, "RouteTableAssociationId")?;
    draft.text("subnet_id", it, "SubnetId")?;
    draft.text("gateway_id", it, "GatewayId")?;
    draft.put("route_table_id", text(Some(&table.id)), it.at("RouteTableId"));
    draft.whereabouts = table.whereabouts.clone();
    Ok(draft)
}
