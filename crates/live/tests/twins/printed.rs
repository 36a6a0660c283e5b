//! The state of a plan as the AWS CLI would print its objects.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde_json::{Map, Value, json};

/// Who asks, and where.
const ACCOUNT: &str = "123456789012";
const REGION: &str = "eu-west-1";

/// The objects by the name at the top.
type Printed = BTreeMap<&'static str, Vec<Value>>;

/// Writes a file for each command, and tells how many objects there are.
pub(crate) fn state(plan: &Value, folder: &Path) -> usize {
    let mut resources = Vec::new();
    let mut modules = vec![&plan["prior_state"]["values"]["root_module"]];
    while let Some(module) = modules.pop() {
        resources.extend(module["resources"].as_array().into_iter().flatten());
        modules.extend(module["child_modules"].as_array().into_iter().flatten());
    }
    resources.retain(|it| it["mode"] == "managed");
    let mut out = Printed::new();
    for it in &resources {
        if let Some((key, object)) = object(it["type"].as_str().unwrap(), &it["values"]) {
            out.entry(key).or_default().push(without_nulls(object));
        }
    }
    out.insert("RouteTables", tables(&resources));
    for (key, objects) in &out {
        let text = serde_json::to_string_pretty(&json!({ *key: objects })).unwrap();
        fs::write(folder.join(format!("{key}.json")), text).unwrap();
    }
    out.values().map(Vec::len).sum()
}

/// The AWS CLI leaves out what is not set.
fn without_nulls(value: Value) -> Value {
    let Value::Object(members) = value else { return value };
    let set = members.into_iter().filter(|(_, it)| !it.is_null() && *it != "");
    Value::Object(set.map(|(name, it)| (name, without_nulls(it))).collect())
}

fn object(kind: &str, it: &Value) -> Option<(&'static str, Value)> {
    Some(match kind {
        "aws_vpc" => {
            ("Vpcs", json!({"VpcId": it["id"], "CidrBlock": it["cidr_block"], "OwnerId": ACCOUNT}))
        }
        "aws_subnet" => (
            "Subnets",
            json!({"SubnetId": it["id"], "VpcId": it["vpc_id"], "CidrBlock": it["cidr_block"],
                "AvailabilityZone": format!("{REGION}a"), "OwnerId": ACCOUNT}),
        ),
        "aws_nat_gateway" => (
            "NatGateways",
            json!({"NatGatewayId": it["id"], "SubnetId": it["subnet_id"], "State": "available"}),
        ),
        "aws_internet_gateway" => (
            "InternetGateways",
            json!({"InternetGatewayId": it["id"], "OwnerId": ACCOUNT,
                "Attachments": [{"VpcId": it["vpc_id"], "State": "available"}]}),
        ),
        "aws_vpc_peering_connection" => (
            "VpcPeeringConnections",
            json!({"VpcPeeringConnectionId": it["id"], "Status": {"Code": it["accept_status"]},
                "RequesterVpcInfo":
                    {"VpcId": it["vpc_id"], "OwnerId": ACCOUNT, "Region": REGION},
                "AccepterVpcInfo": {"VpcId": it["peer_vpc_id"], "OwnerId": it["peer_owner_id"],
                    "Region": it["peer_region"]}}),
        ),
        "aws_vpc_endpoint" => (
            "VpcEndpoints",
            json!({"VpcEndpointId": it["id"], "VpcId": it["vpc_id"], "OwnerId": ACCOUNT,
                "ServiceName": it["service_name"], "VpcEndpointType": it["vpc_endpoint_type"],
                "PrivateDnsEnabled": it["private_dns_enabled"],
                "RouteTableIds": it["route_table_ids"], "SubnetIds": it["subnet_ids"]}),
        ),
        "aws_ec2_transit_gateway" => (
            "TransitGateways",
            json!({"TransitGatewayId": it["id"], "OwnerId": ACCOUNT, "Options": {
                "DefaultRouteTableAssociation": it["default_route_table_association"],
                "AssociationDefaultRouteTableId": it["association_default_route_table_id"],
                "DefaultRouteTablePropagation": it["default_route_table_propagation"],
                "PropagationDefaultRouteTableId": it["propagation_default_route_table_id"]}}),
        ),
        "aws_ec2_transit_gateway_vpc_attachment" => (
            "TransitGatewayVpcAttachments",
            json!({"TransitGatewayAttachmentId": it["id"], "VpcId": it["vpc_id"],
                "TransitGatewayId": it["transit_gateway_id"], "SubnetIds": it["subnet_ids"],
                "VpcOwnerId": ACCOUNT, "State": "available"}),
        ),
        _ => return None,
    })
}

/// Route tables with the routes in them, inline and standalone, and the main ones of the VPCs.
fn tables(resources: &[&Value]) -> Vec<Value> {
    let of = |kind: &str| {
        let all = resources.iter().filter(move |it| it["type"] == kind);
        all.map(|it| &it["values"]).collect::<Vec<&Value>>()
    };
    let mut out: BTreeMap<String, Map<String, Value>> = BTreeMap::new();
    let table = |id: &Value, vpc: &Value| {
        let table = json!({"RouteTableId": id, "VpcId": vpc, "OwnerId": ACCOUNT,
            "Associations": [], "PropagatingVgws": [], "Routes": []});
        table.as_object().unwrap().clone()
    };
    for vpc in of("aws_vpc") {
        if let Some(id) = vpc["main_route_table_id"].as_str() {
            let mut main = table(&vpc["main_route_table_id"], &vpc["id"]);
            let association = format!("rtbassoc-{id}");
            main["Associations"] = json!([{"Main": true, "RouteTableAssociationId": association,
                "RouteTableId": id}]);
            out.insert(id.to_owned(), main);
        }
    }
    for it in of("aws_route_table") {
        let own = it["route"].as_array().cloned().unwrap_or_default();
        let id = it["id"].as_str().unwrap().to_owned();
        let table = out.entry(id).or_insert_with(|| table(&it["id"], &it["vpc_id"]));
        table["Routes"] = own.iter().map(|it| route(it, &it["cidr_block"])).collect();
    }
    for it in of("aws_route") {
        if let Some(table) = out.get_mut(it["route_table_id"].as_str().unwrap()) {
            let routes = table["Routes"].as_array_mut().unwrap();
            routes.push(route(it, &it["destination_cidr_block"]));
        }
    }
    out.into_values().map(Value::Object).collect()
}

fn route(it: &Value, destination: &Value) -> Value {
    without_nulls(json!({"DestinationCidrBlock": destination, "GatewayId": it["gateway_id"],
        "NatGatewayId": it["nat_gateway_id"], "TransitGatewayId": it["transit_gateway_id"],
        "VpcPeeringConnectionId": it["vpc_peering_connection_id"],
        "Origin": "CreateRoute", "State": "active"}))
}
