//! Transit gateways and their attachments.

use groundplan_ir::Value;

use super::{Page, is_gone};
use crate::draft::{Draft, Weight, is_account, is_region, text};
use crate::json::{Object, Wrong};

/// An `aws_ec2_transit_gateway`.
pub(super) fn gateway(page: &mut Page<'_>, object: &Object<'_>) -> Result<(), Wrong> {
    let mut draft = Draft::new("aws_ec2_transit_gateway", object, "TransitGatewayId")?;
    if is_gone(object.text("State")?) {
        return Ok(());
    }
    draft.owner(object, "OwnerId")?;
    draft.arn(object, "TransitGatewayArn")?;
    if let Some(options) = object.object("Options")? {
        for (name, member, table, id) in [
            (
                "default_route_table_association",
                "DefaultRouteTableAssociation",
                "association_default_route_table_id",
                "AssociationDefaultRouteTableId",
            ),
            (
                "default_route_table_propagation",
                "DefaultRouteTablePropagation",
                "propagation_default_route_table_id",
                "PropagationDefaultRouteTableId",
            ),
        ] {
            draft.text_if(name, &options, member)?;
            if options.text(member)? == Some("disable") {
                draft.tell(table, Value::Null);
            }
            draft.text_if(table, &options, id)?;
        }
        draft.text_if("multicast_support", &options, "MulticastSupport")?;
    }
    page.take(draft);
    Ok(())
}

/// What `describe-transit-gateway-vpc-attachments` says of an
/// `aws_ec2_transit_gateway_vpc_attachment`.
pub(super) fn vpc_attachment(page: &mut Page<'_>, object: &Object<'_>) -> Result<(), Wrong> {
    let kind = "aws_ec2_transit_gateway_vpc_attachment";
    let mut draft = Draft::new(kind, object, "TransitGatewayAttachmentId")?;
    if is_gone(object.text("State")?) {
        return Ok(());
    }
    draft.text_if("transit_gateway_id", object, "TransitGatewayId")?;
    draft.text_if("vpc_id", object, "VpcId")?;
    draft.set("subnet_ids", object, "SubnetIds")?;
    draft.text_if("vpc_owner_id", object, "VpcOwnerId")?;
    owned(&mut draft, object, "VpcOwnerId")?;
    page.take(draft);
    Ok(())
}

/// What `describe-transit-gateway-peering-attachments` says of an
/// `aws_ec2_transit_gateway_peering_attachment`, which belongs to the side that asks for it.
pub(super) fn peering_attachment(page: &mut Page<'_>, object: &Object<'_>) -> Result<(), Wrong> {
    let kind = "aws_ec2_transit_gateway_peering_attachment";
    let mut draft = Draft::new(kind, object, "TransitGatewayAttachmentId")?;
    if is_gone(object.text("State")?) {
        return Ok(());
    }
    draft.whereabouts.foreign_account = true;
    draft.whereabouts.foreign_region = true;
    if let Some(side) = object.object("RequesterTgwInfo")? {
        draft.text_if("transit_gateway_id", &side, "TransitGatewayId")?;
        let place = &mut draft.whereabouts;
        place.account = side.text("OwnerId")?.filter(|it| is_account(it)).map(Box::from);
        place.region = side.text("Region")?.filter(|it| is_region(it)).map(Box::from);
    }
    if let Some(side) = object.object("AccepterTgwInfo")? {
        draft.text_if("peer_transit_gateway_id", &side, "TransitGatewayId")?;
        draft.text_if("peer_account_id", &side, "OwnerId")?;
        draft.text_if("peer_region", &side, "Region")?;
    }
    page.take(draft);
    Ok(())
}

/// What `describe-transit-gateway-attachments` says of attachments of every kind, and the association
/// that each has.
pub(super) fn attachment(page: &mut Page<'_>, object: &Object<'_>) -> Result<(), Wrong> {
    let id = object.need("TransitGatewayAttachmentId")?;
    if is_gone(object.text("State")?) {
        return Ok(());
    }
    let resource = object.text("ResourceId")?;
    let mut draft = match object.need("ResourceType")? {
        "vpc" => {
            let kind = "aws_ec2_transit_gateway_vpc_attachment";
            let mut draft = Draft::new(kind, object, "TransitGatewayAttachmentId")?;
            draft.text_if("vpc_id", object, "ResourceId")?;
            draft.text_if("vpc_owner_id", object, "ResourceOwnerId")?;
            draft
        }
        // Which side asked is not told; the attachment belongs to both gateways.
        "peering" | "tgw-peering" => {
            let kind = "aws_ec2_transit_gateway_peering_attachment";
            let mut draft = Draft::new(kind, object, "TransitGatewayAttachmentId")?;
            draft.text_if("peer_transit_gateway_id", object, "ResourceId")?;
            draft.whereabouts.foreign_account = true;
            draft.whereabouts.foreign_region = true;
            draft
        }
        "connect" => {
            Draft::new("aws_ec2_transit_gateway_connect", object, "TransitGatewayAttachmentId")?
        }
        // The provider tells the attachment with the connection.
        "vpn" if resource.is_some() => {
            let mut draft = Draft::new("aws_vpn_connection", object, "ResourceId")?;
            let at = object.at("TransitGatewayAttachmentId");
            draft.put("transit_gateway_attachment_id", text(Some(id)), at);
            draft
        }
        // No resource of the provider is such an attachment; it is counted.
        _ => Draft::new(OTHER_ATTACHMENT, object, "TransitGatewayAttachmentId")?,
    };
    draft.weight = Weight::Listed;
    draft.text_if("transit_gateway_id", object, "TransitGatewayId")?;
    if draft.kind != "aws_ec2_transit_gateway_peering_attachment" {
        owned(&mut draft, object, "ResourceOwnerId")?;
    }
    let association = association(page, object, id)?;
    page.take(draft);
    if let Some(it) = association {
        page.take(it);
    }
    Ok(())
}

/// What an attachment is called that is none of those that have a resource of their own.
const OTHER_ATTACHMENT: &str = "aws_ec2_transit_gateway_attachment";

/// The owner of what hangs on an attachment owns the attachment.
fn owned(draft: &mut Draft, object: &Object<'_>, member: &str) -> Result<(), Wrong> {
    let owner = object.text(member)?.filter(|it| is_account(it));
    draft.whereabouts.account = owner.map(Box::from);
    draft.whereabouts.foreign_account = true;
    Ok(())
}

fn association(
    page: &mut Page<'_>,
    object: &Object<'_>,
    attachment: &str,
) -> Result<Option<Draft>, Wrong> {
    // Who only hangs on a gateway is not told of its tables.
    let own = object.text("TransitGatewayOwnerId")?;
    let told = object.object("Association")?;
    let Some(it) = told else {
        if own.is_some() && own == object.text("ResourceOwnerId")? {
            page.facts.associated.entry(attachment.into()).or_default().insert(None);
        }
        return Ok(None);
    };
    if is_gone(it.text("State")?) {
        return Ok(None);
    }
    let Some(table) = it.text("TransitGatewayRouteTableId")? else { return Ok(None) };
    page.facts.associated.entry(attachment.into()).or_default().insert(Some(table.into()));
    let mut draft =
        super::tgw_table::associated(&it, "TransitGatewayRouteTableId", table, attachment);
    draft.weight = Weight::Listed;
    draft.whereabouts.account = own.filter(|it| is_account(it)).map(Box::from);
    Ok(Some(draft))
}
