//! VPC endpoints.

use super::{Page, is_gone};
use crate::draft::{Draft, texts};
use crate::json::{Object, Wrong};

/// An `aws_vpc_endpoint`.
pub(super) fn endpoint(page: &mut Page<'_>, object: &Object<'_>) -> Result<(), Wrong> {
    let mut draft = Draft::new("aws_vpc_endpoint", object, "VpcEndpointId")?;
    if is_gone(object.text("State")?) {
        return Ok(());
    }
    draft.text_if("vpc_id", object, "VpcId")?;
    draft.text("service_name", object, "ServiceName")?;
    draft.text_if("vpc_endpoint_type", object, "VpcEndpointType")?;
    draft.flag("private_dns_enabled", object, "PrivateDnsEnabled")?;
    let kind = object.text("VpcEndpointType")?;
    // Of a kind that has none, the CLI may leave the list out.
    if kind.is_some_and(|it| it != "Gateway") {
        draft.tell("route_table_ids", texts(&[]));
    } else if kind.is_some() {
        draft.tell("subnet_ids", texts(&[]));
    }
    draft.set("route_table_ids", object, "RouteTableIds")?;
    draft.set("subnet_ids", object, "SubnetIds")?;
    draft.owner(object, "OwnerId")?;
    super::security::groups(&mut draft, "security_group_ids", object, "Groups")?;
    page.take(draft);
    Ok(())
}
