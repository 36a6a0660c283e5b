//! Gateways of VPCs, and network interfaces.

use super::{Page, attached_vpc, is_gone};
use crate::draft::Draft;
use crate::json::{Object, Wrong};

/// An `aws_internet_gateway`.
pub(super) fn internet(page: &mut Page<'_>, object: &Object<'_>) -> Result<(), Wrong> {
    let mut draft = Draft::new("aws_internet_gateway", object, "InternetGatewayId")?;
    draft.owner(object, "OwnerId")?;
    attached_vpc(&mut draft, object, "Attachments")?;
    page.take(draft);
    Ok(())
}

/// An `aws_egress_only_internet_gateway`.
pub(super) fn egress_only(page: &mut Page<'_>, object: &Object<'_>) -> Result<(), Wrong> {
    let kind = "aws_egress_only_internet_gateway";
    let mut draft = Draft::new(kind, object, "EgressOnlyInternetGatewayId")?;
    attached_vpc(&mut draft, object, "Attachments")?;
    page.take(draft);
    Ok(())
}

/// An `aws_nat_gateway`.
pub(super) fn nat(page: &mut Page<'_>, object: &Object<'_>) -> Result<(), Wrong> {
    let mut draft = Draft::new("aws_nat_gateway", object, "NatGatewayId")?;
    if is_gone(object.text("State")?) {
        return Ok(());
    }
    draft.text("subnet_id", object, "SubnetId")?;
    draft.text_if("vpc_id", object, "VpcId")?;
    draft.text_if("connectivity_type", object, "ConnectivityType")?;
    page.take(draft);
    Ok(())
}

/// An `aws_network_interface`.
pub(super) fn network_interface(page: &mut Page<'_>, object: &Object<'_>) -> Result<(), Wrong> {
    let mut draft = Draft::new("aws_network_interface", object, "NetworkInterfaceId")?;
    draft.text_if("subnet_id", object, "SubnetId")?;
    draft.owner(object, "OwnerId")?;
    draft.zone("availability_zone", object, "AvailabilityZone")?;
    draft.text("private_ip", object, "PrivateIpAddress")?;
    draft.flag("source_dest_check", object, "SourceDestCheck")?;
    super::security::groups(&mut draft, "security_groups", object, "Groups")?;
    page.take(draft);
    Ok(())
}
