//! Routes that stand inside their table, in `route` blocks.

use groundplan_ir::{Cause, Origin, Tri, Value};

use crate::Link;
use crate::reader::Reader;
use crate::route::{Destination, Route, RouteSource, RouteTarget, TARGETS, chosen, gateway};
use crate::route_table::Inline;

/// The routes inside a table, and whether there may be more.
pub(crate) fn inline_routes(reader: &Reader<'_>, inline: Inline) -> (Vec<Route>, Tri<()>) {
    let (name, items) = match (reader.value("route"), reader.value("routes")) {
        (Value::List(items), _) => ("route", items),
        (_, Value::List(items)) => ("routes", items),
        // Nothing is written, so a new table has nothing inside.
        (value, _) => {
            let nothing = *value == Value::Null || inline == Inline::NotWritten;
            let written = reader.is_written("route") != Tri::Known(false);
            let gap = value.unknown().filter(|_| !nothing && written);
            return (Vec::new(), gap.map_or(Tri::Absent, |cause| Tri::Unknown(cause.clone())));
        }
    };
    let source = match inline {
        Inline::Written => RouteSource::Inline,
        Inline::NotWritten | Inline::Unclear => RouteSource::Seen,
    };
    // An element that is unknown as a whole stands for any number of blocks.
    let any_number = |item: &&Value| matches!(item, Value::Referred(_));
    let blocks = items.iter().enumerate().filter(|(_, item)| !any_number(item));
    let route = |(at, item)| inline_route(reader, (at, items.len()), name, item, source);
    let routes = blocks.map(route).collect();
    let dynamic = reader.is_written("route") == Tri::Known(false) && inline == Inline::Written;
    let open = items.iter().filter(|item| dynamic || any_number(item)).find_map(stand_in);
    (routes, open.map_or(Tri::Absent, |cause| Tri::Unknown(cause.clone())))
}

/// Why an element of a `dynamic` block may stand for any number of them. While `for_each` is unknown
/// Terraform shows one, in which every argument that is written is unknown, constants too. Values that
/// say what they come from stand in blocks of which it is known that they are there.
fn stand_in(item: &Value) -> Option<&Cause> {
    let Value::Object(members) = item else { return item.first_unknown() };
    let known = |value: &Value| matches!(value, Value::Text(text) if !text.is_empty());
    let told = |value: &Value| known(value) || matches!(value, Value::Referred(_));
    if members.iter().any(|(_, value)| told(value)) { None } else { item.first_unknown() }
}

/// The arguments that name a destination in a `route` block.
const INLINE_DESTINATIONS: &[&str] =
    &["cidr_block", "ipv6_cidr_block", "destination_prefix_list_id"];

fn inline_route(
    reader: &Reader<'_>,
    (at, elements): (usize, usize),
    name: &str,
    item: &Value,
    source: RouteSource,
) -> Route {
    let origin = reader.nested(name, at, elements);
    let set = |member: &str| {
        let value = item.member(member).into_owned();
        let set = value != Value::Null && value.as_text().is_none_or(|text| !text.is_empty());
        set.then_some(value)
    };
    let at_argument = |argument: Option<&str>, shown: Option<Box<str>>| {
        let place = argument.map(|it| reader.nested_argument(name, (at, elements), it));
        Origin { shown, ..place.unwrap_or_else(|| origin.clone()) }
    };
    let written = chosen(INLINE_DESTINATIONS, set).ok().flatten();
    let aimed = chosen(TARGETS, set).ok().flatten();
    let destination = match chosen(INLINE_DESTINATIONS, set) {
        Ok(Some(member @ ("cidr_block" | "ipv6_cidr_block"))) => {
            Destination::Range(reader.range(name, &item.member(member)))
        }
        Ok(Some(_) | None) => {
            let list = item.member("destination_prefix_list_id");
            Destination::PrefixList(reader.merged_link(name, &list))
        }
        Err(cause) => Destination::Unknown(reader.qualified(&cause)),
    };
    let (target, target_id) = match chosen(TARGETS, set) {
        Ok(Some(member)) => {
            let value = item.member(member);
            let id = value.as_text().map(Box::from);
            (inline_target(reader, name, member, &value), id)
        }
        Ok(None) => (RouteTarget::Unknown(Cause::BadValue(origin.to_string().into())), None),
        Err(cause) => (RouteTarget::Unknown(reader.qualified(&cause)), None),
    };
    let wrong_kind = match (aimed, &target) {
        (Some(member), target) if target.is_unclear() => {
            reader.wrong_kind_inside((name, elements == 1), member, &item.member(member))
        }
        // It leads to what the argument takes.
        (Some(_) | None, _) => Tri::Absent,
    };
    let shown = match &destination {
        Destination::Range(Tri::Known(net)) => Some(format!("\"{net}\"").into()),
        Destination::Range(_) | Destination::PrefixList(_) | Destination::Unknown(_) => None,
    };
    Route {
        origin: Origin { shown: shown.clone(), ..origin.clone() },
        source,
        table: Link::Unknown(Cause::TooDeep),
        overtakes_adoption: false,
        destination,
        destination_origin: at_argument(written, shown.clone()),
        target,
        target_origin: at_argument(aimed, shown),
        target_id,
        wrong_kind,
        action: reader.resource.action,
        state: item.member("state").as_text().map_or(Tri::Absent, |it| Tri::Known(it.into())),
    }
}

fn inline_target(
    reader: &Reader<'_>,
    name: &str,
    member: &'static str,
    value: &Value,
) -> RouteTarget {
    match member {
        "gateway_id" if *value == Value::Text("local".into()) => RouteTarget::Local,
        "gateway_id" => gateway(
            reader.merged_link(name, value),
            reader.merged_link(name, value),
            reader.merged_link(name, value),
        ),
        "nat_gateway_id" => RouteTarget::NatGateway(reader.merged_link(name, value)),
        "vpc_peering_connection_id" => RouteTarget::Peering(reader.merged_link(name, value)),
        "transit_gateway_id" => RouteTarget::TransitGateway(reader.merged_link(name, value)),
        "egress_only_gateway_id" => RouteTarget::EgressOnlyGateway(reader.merged_link(name, value)),
        "vpc_endpoint_id" => RouteTarget::Endpoint(reader.merged_link(name, value)),
        "network_interface_id" => RouteTarget::NetworkInterface(reader.merged_link(name, value)),
        other => RouteTarget::Other(other),
    }
}
