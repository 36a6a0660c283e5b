//! VPCs and subnets.

use groundplan_ir::Value;

use super::{Page, is_gone, state_in};
use crate::draft::{Draft, Weight, record, text};
use crate::json::{Object, Wrong};

/// An `aws_vpc`; a default VPC is one as well. What `describe-vpcs` does not print (the DNS attributes)
/// stays unsaid.
pub(super) fn vpc(page: &mut Page<'_>, object: &Object<'_>) -> Result<(), Wrong> {
    let mut draft = Draft::new("aws_vpc", object, "VpcId")?;
    if is_gone(object.text("State")?) {
        return Ok(());
    }
    draft.text_if("cidr_block", object, "CidrBlock")?;
    draft.owner(object, "OwnerId")?;
    let (mut ranges, mut places) = (Vec::new(), Vec::new());
    for association in object.objects("CidrBlockAssociationSet")? {
        let state = state_in(&association, "CidrBlockState")?;
        if !is_gone(state) {
            ranges.push(range(&association, "CidrBlock", state)?);
            places.push(association.at("CidrBlock"));
        }
    }
    six(&mut draft, object, &mut ranges, &mut places)?;
    let name = "cidr_block_associations";
    draft.put(name, Value::List(ranges), object.at("CidrBlockAssociationSet"));
    draft.places.blocks.insert(name.into(), places);
    page.take(draft);
    Ok(())
}

/// The provider shows one IPv6 range; further ones stand among the other ranges.
fn six(
    draft: &mut Draft,
    object: &Object<'_>,
    ranges: &mut Vec<Value>,
    places: &mut Vec<groundplan_ir::Location>,
) -> Result<(), Wrong> {
    draft.tell("ipv6_cidr_block", Value::Null);
    draft.tell("ipv6_ipam_pool_id", Value::Null);
    draft.tell("assign_generated_ipv6_cidr_block", Value::Bool(false));
    let mut first = true;
    for association in object.objects("Ipv6CidrBlockAssociationSet")? {
        let state = state_in(&association, "Ipv6CidrBlockState")?;
        if is_gone(state) {
            continue;
        }
        if first {
            draft.text("ipv6_cidr_block", &association, "Ipv6CidrBlock")?;
            let pool = association.text("Ipv6Pool")?;
            draft.tell("assign_generated_ipv6_cidr_block", Value::Bool(pool == Some("Amazon")));
            draft.tell("ipv6_ipam_pool_id", text(pool.filter(|it| it.starts_with("ipam-pool-"))));
            first = false;
        } else {
            ranges.push(range(&association, "Ipv6CidrBlock", state)?);
            places.push(association.at("Ipv6CidrBlock"));
        }
    }
    Ok(())
}

fn range(association: &Object<'_>, member: &str, state: Option<&str>) -> Result<Value, Wrong> {
    Ok(record([
        ("association_id", text(association.text("AssociationId")?)),
        ("cidr_block", text(Some(association.need(member)?))),
        ("state", text(state)),
    ]))
}

/// One answer of `describe-vpc-attribute`, which stands at the top of its file.
pub(crate) fn attribute(page: &mut Page<'_>, object: &Object<'_>) -> Result<(), Wrong> {
    let mut draft = Draft::new("aws_vpc", object, "VpcId")?;
    draft.weight = Weight::Listed;
    draft.whereabouts.foreign_account = true;
    for (name, member) in
        [("enable_dns_support", "EnableDnsSupport"), ("enable_dns_hostnames", "EnableDnsHostnames")]
    {
        if let Some(value) = object.object(member)? {
            draft.flag(name, &value, "Value")?;
        }
    }
    page.take(draft);
    Ok(())
}

/// An `aws_subnet`.
pub(super) fn subnet(page: &mut Page<'_>, object: &Object<'_>) -> Result<(), Wrong> {
    let mut draft = Draft::new("aws_subnet", object, "SubnetId")?;
    if is_gone(object.text("State")?) {
        return Ok(());
    }
    draft.text_if("vpc_id", object, "VpcId")?;
    draft.text("cidr_block", object, "CidrBlock")?;
    draft.tell("ipv6_cidr_block", Value::Null);
    for association in object.objects("Ipv6CidrBlockAssociationSet")? {
        if !is_gone(state_in(&association, "Ipv6CidrBlockState")?) {
            draft.text("ipv6_cidr_block", &association, "Ipv6CidrBlock")?;
            break;
        }
    }
    draft.owner(object, "OwnerId")?;
    draft.arn(object, "SubnetArn")?;
    draft.zone("availability_zone", object, "AvailabilityZone")?;
    page.take(draft);
    Ok(())
}
