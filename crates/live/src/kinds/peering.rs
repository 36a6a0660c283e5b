//! VPC peering connections.

use groundplan_ir::Value;

use super::{Page, is_gone};
use crate::draft::{Draft, is_account, is_region, record};
use crate::json::{Object, Wrong};

/// An `aws_vpc_peering_connection`, which belongs to the side that asks for it.
pub(super) fn connection(page: &mut Page<'_>, object: &Object<'_>) -> Result<(), Wrong> {
    let mut draft = Draft::new("aws_vpc_peering_connection", object, "VpcPeeringConnectionId")?;
    if let Some(status) = object.object("Status")? {
        if is_gone(status.text("Code")?) {
            return Ok(());
        }
        draft.text_if("accept_status", &status, "Code")?;
    }
    draft.whereabouts.foreign_account = true;
    draft.whereabouts.foreign_region = true;
    if let Some(side) = object.object("RequesterVpcInfo")? {
        draft.text_if("vpc_id", &side, "VpcId")?;
        let place = &mut draft.whereabouts;
        place.account = side.text("OwnerId")?.filter(|it| is_account(it)).map(Box::from);
        place.region = side.text("Region")?.filter(|it| is_region(it)).map(Box::from);
        options(&mut draft, "requester", &side)?;
    }
    if let Some(side) = object.object("AccepterVpcInfo")? {
        draft.text_if("peer_vpc_id", &side, "VpcId")?;
        draft.text_if("peer_owner_id", &side, "OwnerId")?;
        draft.text_if("peer_region", &side, "Region")?;
        options(&mut draft, "accepter", &side)?;
    }
    page.take(draft);
    Ok(())
}

fn options(draft: &mut Draft, name: &'static str, side: &Object<'_>) -> Result<(), Wrong> {
    let Some(options) = side.object("PeeringOptions")? else { return Ok(()) };
    let dns = options.flag("AllowDnsResolutionFromRemoteVpc")?.map_or(Value::Null, Value::Bool);
    let block = record([("allow_remote_vpc_dns_resolution", dns)]);
    draft.put(name, Value::List(vec![block]), side.at("PeeringOptions"));
    Ok(())
}
