//! Route tables of transit gateways, and what is in them.

use groundplan_ir::Value;

use super::{Page, is_gone};
use crate::draft::{Draft, Weight, text};
use crate::json::{Object, Wrong};

/// An `aws_ec2_transit_gateway_route_table`.
pub(super) fn table(page: &mut Page<'_>, object: &Object<'_>) -> Result<(), Wrong> {
    let kind = "aws_ec2_transit_gateway_route_table";
    let mut draft = Draft::new(kind, object, "TransitGatewayRouteTableId")?;
    if is_gone(object.text("State")?) {
        return Ok(());
    }
    draft.text_if("transit_gateway_id", object, "TransitGatewayId")?;
    page.take(draft);
    Ok(())
}

/// A tie between a table and an attachment. The provider's id is the table's and the attachment's.
fn tie(
    kind: &'static str,
    object: &Object<'_>,
    member: &str,
    table: &str,
    attachment: &str,
) -> Draft {
    let id = format!("{table}_{attachment}");
    let mut draft = Draft::named(kind, &id, object, member);
    draft.put("transit_gateway_attachment_id", text(Some(attachment)), object.at(member));
    draft.tell("transit_gateway_route_table_id", text(Some(table)));
    draft.whereabouts.foreign_account = true;
    draft
}

/// An `aws_ec2_transit_gateway_route_table_association`.
pub(super) fn associated(
    object: &Object<'_>,
    member: &str,
    table: &str,
    attachment: &str,
) -> Draft {
    let kind = "aws_ec2_transit_gateway_route_table_association";
    tie(kind, object, member, table, attachment)
}

/// An association of the table that the file is about.
pub(super) fn association(page: &mut Page<'_>, object: &Object<'_>) -> Result<(), Wrong> {
    let member = "TransitGatewayAttachmentId";
    let attachment = object.need(member)?;
    if !is_gone(object.text("State")?) {
        let told = page.facts.associated.entry(attachment.into()).or_default();
        told.insert(Some(page.about.clone()));
        let draft = associated(object, member, &page.about, attachment);
        page.take(draft);
    }
    Ok(())
}

/// An `aws_ec2_transit_gateway_route_table_propagation` of the table that the file is about.
pub(super) fn propagation(page: &mut Page<'_>, object: &Object<'_>) -> Result<(), Wrong> {
    let kind = "aws_ec2_transit_gateway_route_table_propagation";
    let member = "TransitGatewayAttachmentId";
    let attachment = object.need(member)?;
    if !is_gone(object.text("State")?) {
        let all = page.facts.propagating.entry(page.about.clone()).or_default();
        all.insert(attachment.into());
        let draft = tie(kind, object, member, &page.about, attachment);
        page.take(draft);
    }
    Ok(())
}

/// An `aws_ec2_transit_gateway_route` of the table that the file is about. What is propagated is told
/// by the propagations; what a prefix list brings is told by the reference to it.
pub(super) fn route(page: &mut Page<'_>, object: &Object<'_>) -> Result<(), Wrong> {
    if is_gone(object.text("State")?) || object.text("Type")? == Some("propagated") {
        return Ok(());
    }
    let blackhole = object.text("State")? == Some("blackhole");
    let attachments = object.objects("TransitGatewayAttachments")?;
    let mut draft = if let Some(list) = object.text("PrefixListId")? {
        let mut draft = referred(object, "PrefixListId", &page.about, list);
        draft.weight = Weight::Listed;
        draft
    } else {
        let member = "DestinationCidrBlock";
        let destination = object.need(member)?;
        let id = format!("{}_{destination}", page.about);
        let mut draft = Draft::named("aws_ec2_transit_gateway_route", &id, object, member);
        draft.put("destination_cidr_block", text(Some(destination)), object.at(member));
        draft
    };
    draft.tell("transit_gateway_route_table_id", text(Some(&page.about)));
    target(&mut draft, attachments.first(), blackhole)?;
    page.take(draft);
    Ok(())
}

fn referred(object: &Object<'_>, member: &str, table: &str, list: &str) -> Draft {
    let kind = "aws_ec2_transit_gateway_prefix_list_reference";
    let mut draft = Draft::named(kind, &format!("{table}_{list}"), object, member);
    draft.put("prefix_list_id", text(Some(list)), object.at(member));
    draft
}

fn target(
    draft: &mut Draft,
    attachment: Option<&Object<'_>>,
    blackhole: bool,
) -> Result<(), Wrong> {
    draft.whereabouts.foreign_account = true;
    draft.tell("blackhole", Value::Bool(blackhole));
    draft.tell("transit_gateway_attachment_id", Value::Null);
    attachment.map_or(Ok(()), |it| {
        draft.text("transit_gateway_attachment_id", it, "TransitGatewayAttachmentId")
    })
}

/// An `aws_ec2_transit_gateway_prefix_list_reference`.
pub(super) fn reference(page: &mut Page<'_>, object: &Object<'_>) -> Result<(), Wrong> {
    let table = object.need("TransitGatewayRouteTableId")?;
    let list = object.need("PrefixListId")?;
    if is_gone(object.text("State")?) {
        return Ok(());
    }
    let mut draft = referred(object, "PrefixListId", table, list);
    draft.tell("transit_gateway_route_table_id", text(Some(table)));
    let attachment = object.object("TransitGatewayAttachment")?;
    target(&mut draft, attachment.as_ref(), object.flag("Blackhole")? == Some(true))?;
    page.take(draft);
    Ok(())
}
