//! Security groups, network ACLs and instances, which are built where somebody reads them.

use groundplan_ir::{Number, Value};

use super::{Page, is_gone};
use crate::draft::{Draft, record, text, texts};
use crate::json::{Object, Wrong};

/// Writes down the ids of the security groups in a list of objects.
pub(super) fn groups(
    draft: &mut Draft,
    name: &'static str,
    object: &Object<'_>,
    member: &str,
) -> Result<(), Wrong> {
    if object.list(member)?.is_some() {
        let all = object.objects(member)?;
        let mut ids: Vec<&str> =
            all.iter().map(|it| it.need("GroupId")).collect::<Result<_, _>>()?;
        ids.sort_unstable();
        draft.put(name, texts(&ids), object.at(member));
    }
    Ok(())
}

/// An `aws_security_group` with its rules as `ingress` and `egress`.
pub(super) fn group(page: &mut Page<'_>, object: &Object<'_>) -> Result<(), Wrong> {
    let mut draft = Draft::new("aws_security_group", object, "GroupId")?;
    draft.text("name", object, "GroupName")?;
    draft.text("description", object, "Description")?;
    draft.text("vpc_id", object, "VpcId")?;
    draft.owner(object, "OwnerId")?;
    draft.arn(object, "SecurityGroupArn")?;
    for (name, member) in [("ingress", "IpPermissions"), ("egress", "IpPermissionsEgress")] {
        let all = object.objects(member)?;
        let rules =
            all.iter().map(|it| rule(it, &draft, page.text)).collect::<Result<Vec<_>, _>>()?;
        draft.put(name, Value::List(rules), object.at(member));
        draft.places.blocks.insert(name.into(), all.iter().map(Object::whole).collect());
    }
    page.take(draft);
    Ok(())
}

fn number(object: &Object<'_>, member: &str, source: &str) -> Result<Value, Wrong> {
    let value = object.number(member, source)?;
    Ok(value.map_or(Value::Null, |it| Value::Number(Number::Whole(it))))
}

/// One permission. The provider shows 0 where all ports are meant.
fn rule(it: &Object<'_>, group: &Draft, source: &str) -> Result<Value, Wrong> {
    let all = |member: &str, inside: &str| -> Result<Value, Wrong> {
        let items = it.objects(member)?;
        let found: Vec<&str> = items.iter().map(|it| it.need(inside)).collect::<Result<_, _>>()?;
        Ok(texts(&found))
    };
    let port = |member: &str| -> Result<Value, Wrong> {
        let value = it.number(member, source)?.unwrap_or(0);
        Ok(Value::Number(Number::Whole(value)))
    };
    let (mut others, mut own) = (Vec::new(), false);
    for pair in it.objects("UserIdGroupPairs")? {
        let Some(id) = pair.text("GroupId")? else { continue };
        let owner = pair.text("UserId")?;
        if *id == *group.id {
            own = true;
        } else if owner.is_some_and(|it| Some(it) != group.whereabouts.account.as_deref()) {
            others.push(Value::Text(format!("{}/{id}", owner.unwrap_or_default()).into()));
        } else {
            others.push(text(Some(id)));
        }
    }
    Ok(record([
        ("protocol", text(it.text("IpProtocol")?)),
        ("from_port", port("FromPort")?),
        ("to_port", port("ToPort")?),
        ("cidr_blocks", all("IpRanges", "CidrIp")?),
        ("ipv6_cidr_blocks", all("Ipv6Ranges", "CidrIpv6")?),
        ("prefix_list_ids", all("PrefixListIds", "PrefixListId")?),
        ("security_groups", Value::List(others)),
        ("self", Value::Bool(own)),
    ]))
}

/// The last rule of every ACL, which AWS puts there and the provider does not show ("Network ACL
/// rules").
const LAST_RULES: [i128; 2] = [32767, 32768];

/// An `aws_network_acl`.
pub(super) fn acl(page: &mut Page<'_>, object: &Object<'_>) -> Result<(), Wrong> {
    let mut draft = Draft::new("aws_network_acl", object, "NetworkAclId")?;
    draft.text("vpc_id", object, "VpcId")?;
    draft.owner(object, "OwnerId")?;
    let associations = object.objects("Associations")?;
    let mut subnets: Vec<&str> =
        associations.iter().map(|it| it.need("SubnetId")).collect::<Result<_, _>>()?;
    subnets.sort_unstable();
    draft.put("subnet_ids", texts(&subnets), object.at("Associations"));
    let entries = object.objects("Entries")?;
    for (name, egress) in [("ingress", false), ("egress", true)] {
        let (mut rules, mut places) = (Vec::new(), Vec::new());
        for it in &entries {
            let last =
                it.number("RuleNumber", page.text)?.is_some_and(|it| LAST_RULES.contains(&it));
            if it.flag("Egress")? == Some(egress) && !last {
                rules.push(entry(it, page.text)?);
                places.push(it.whole());
            }
        }
        draft.put(name, Value::List(rules), object.at("Entries"));
        draft.places.blocks.insert(name.into(), places);
    }
    page.take(draft);
    Ok(())
}

fn entry(it: &Object<'_>, source: &str) -> Result<Value, Wrong> {
    let ports = it.object("PortRange")?;
    let icmp = it.object("IcmpTypeCode")?;
    let inside = |object: &Option<Object<'_>>, member: &str| -> Result<Value, Wrong> {
        let value = match object {
            Some(it) => it.number(member, source)?,
            None => None,
        };
        Ok(Value::Number(Number::Whole(value.unwrap_or(0))))
    };
    Ok(record([
        ("rule_no", number(it, "RuleNumber", source)?),
        ("action", text(it.text("RuleAction")?)),
        ("protocol", text(it.text("Protocol")?)),
        ("from_port", inside(&ports, "From")?),
        ("to_port", inside(&ports, "To")?),
        ("cidr_block", text(it.text("CidrBlock")?)),
        ("ipv6_cidr_block", text(it.text("Ipv6CidrBlock")?)),
        ("icmp_type", inside(&icmp, "Type")?),
        ("icmp_code", inside(&icmp, "Code")?),
    ]))
}

/// The `aws_instance`s of one reservation.
pub(super) fn reservation(page: &mut Page<'_>, object: &Object<'_>) -> Result<(), Wrong> {
    for it in object.objects("Instances")? {
        let mut draft = Draft::new("aws_instance", &it, "InstanceId")?;
        if let Some(state) = it.object("State")?
            && is_gone(state.text("Name")?)
        {
            continue;
        }
        draft.owner(object, "OwnerId")?;
        draft.text("subnet_id", &it, "SubnetId")?;
        draft.text("private_ip", &it, "PrivateIpAddress")?;
        draft.text("public_ip", &it, "PublicIpAddress")?;
        draft.flag("source_dest_check", &it, "SourceDestCheck")?;
        groups(&mut draft, "vpc_security_group_ids", &it, "SecurityGroups")?;
        if let Some(placement) = it.object("Placement")? {
            draft.zone("availability_zone", &placement, "AvailabilityZone")?;
        }
        page.take(draft);
    }
    Ok(())
}
