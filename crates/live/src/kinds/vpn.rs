//! Site-to-Site VPN.

use groundplan_ir::Value;

use super::{Page, attached_vpc, is_gone};
use crate::draft::{Draft, text};
use crate::json::{Object, Wrong};

/// An `aws_vpn_connection`, and an `aws_vpn_connection_route` for each static route. What holds
/// pre-shared keys is not looked at here (`crate::secrets`).
pub(super) fn connection(page: &mut Page<'_>, object: &Object<'_>) -> Result<(), Wrong> {
    let mut draft = Draft::new("aws_vpn_connection", object, "VpnConnectionId")?;
    if is_gone(object.text("State")?) {
        return Ok(());
    }
    draft.text("customer_gateway_id", object, "CustomerGatewayId")?;
    draft.text("vpn_gateway_id", object, "VpnGatewayId")?;
    draft.text("transit_gateway_id", object, "TransitGatewayId")?;
    if object.text("TransitGatewayId")?.is_none() {
        draft.tell("transit_gateway_attachment_id", Value::Null);
    }
    if let Some(options) = object.object("Options")? {
        draft.flag("static_routes_only", &options, "StaticRoutesOnly")?;
        draft.text("remote_ipv4_network_cidr", &options, "RemoteIpv4NetworkCidr")?;
        draft.text("remote_ipv6_network_cidr", &options, "RemoteIpv6NetworkCidr")?;
    }
    let mut routes = Vec::new();
    for route in object.objects("Routes")? {
        let Some(destination) = route.text("DestinationCidrBlock")? else { continue };
        if is_gone(route.text("State")?) {
            continue;
        }
        let id = format!("{destination}:{}", draft.id);
        let member = "DestinationCidrBlock";
        let mut it = Draft::named("aws_vpn_connection_route", &id, &route, member);
        it.put("destination_cidr_block", text(Some(destination)), route.at(member));
        it.tell("vpn_connection_id", text(Some(&draft.id)));
        routes.push(it);
    }
    page.take(draft);
    for it in routes {
        page.take(it);
    }
    Ok(())
}

/// An `aws_vpn_gateway`.
pub(super) fn gateway(page: &mut Page<'_>, object: &Object<'_>) -> Result<(), Wrong> {
    let mut draft = Draft::new("aws_vpn_gateway", object, "VpnGatewayId")?;
    if is_gone(object.text("State")?) {
        return Ok(());
    }
    attached_vpc(&mut draft, object, "VpcAttachments")?;
    page.take(draft);
    Ok(())
}

/// An `aws_customer_gateway`.
pub(super) fn customer_gateway(page: &mut Page<'_>, object: &Object<'_>) -> Result<(), Wrong> {
    let mut draft = Draft::new("aws_customer_gateway", object, "CustomerGatewayId")?;
    if is_gone(object.text("State")?) {
        return Ok(());
    }
    draft.text("ip_address", object, "IpAddress")?;
    page.take(draft);
    Ok(())
}
