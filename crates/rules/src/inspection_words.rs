//! The words of findings about inspection VPCs.

use groundplan_findings::Finding;
use groundplan_model::{Id, TgwRoute, Topology};

use crate::inspection::{Bypass, InOneSubnet, Loop};
use crate::place::{MOST_PLACES, several};

/// Of what comes back to the VPC that hands it on.
pub(crate) fn comes_back(topology: &Topology, id: Id<TgwRoute>, found: &Loop) -> Finding {
    let route = &topology.tgw_routes[id];
    let attachment = &topology.attachments[found.attachment].head;
    let spoke = vpc_name(topology, found.spoke);
    let table = &topology.tgw_route_tables[found.table].head.origin;
    Finding::at(&found.tie, "what the VPC hands back is looked up in the same table")
        .also(&route.head.origin, format!("sends {} to that VPC again", found.range))
        .also(table, format!("has no other route to {}", found.range))
        .also(&topology.attachments[found.spoke].head.origin, "sends there, and waits for an answer")
        .message(format!(
            "`{}` uses `{table}`, which sends what is for `{spoke}` ({}) back to it",
            attachment.name(),
            found.range
        ))
        .why(
            "what comes out of an inspection VPC needs a table of its own that knows the other VPCs; in theirs it \
             meets the route that has brought it, and goes around until it is dropped",
        )
        .help(format!(
            "associate `{}` with an `aws_ec2_transit_gateway_route_table` of its own, and let the other VPCs propagate \
             into that one",
            attachment.name()
        ))
}

/// Of what gets around the firewall.
pub(crate) fn gets_around(topology: &Topology, id: Id<TgwRoute>, found: &Bypass) -> Finding {
    let route = &topology.tgw_routes[id].head.origin;
    let table = &topology.tgw_route_tables[found.table].head.origin;
    let names: Vec<String> = found.reached.iter().map(|(it, _)| vpc_name(topology, *it)).collect();
    let first = found.reached.first().map_or(route, |(_, by)| by);
    let others = found.reached.iter().skip(1).take(MOST_PLACES);
    let finding = Finding::at(first, "is more specific than the route to the firewall")
        .also(route, "sends everything else to the firewall")
        .also(&found.firewall, "leads to the firewall")
        .also(&topology.attachments[found.asking].head.origin, "sends there, by that table");
    others
        .fold(finding, |finding, (_, by)| finding.also(by, "gets around it as well"))
        .message(format!(
            "what uses `{table}` reaches {} without passing the firewall, by more specific routes than `{route}`",
            several(&names),
        ))
        .why(
            "the longest prefix wins, so a propagated range comes before the default route to the inspection VPC; \
             answers may still go through the firewall, which then sees half of each connection",
        )
        .help(format!(
            "let the VPCs propagate into the table of the inspection attachment instead, and not into `{table}`"
        ))
}

/// Of an endpoint in the subnet that leads to it.
pub(crate) fn in_one_subnet(topology: &Topology, found: &InOneSubnet) -> Finding {
    let endpoint = &topology.endpoints[found.endpoint].head;
    let subnet = &topology.subnets[found.subnet].head;
    let attachment = &topology.attachments[found.attachment].head;
    Finding::at(&endpoint.origin, format!("stands in `{}`", subnet.name()))
        .also(&found.route, "leads what leaves the endpoint to the endpoint again")
        .also(&attachment.origin, "uses the same subnet")
        .message(format!(
            "`{}` stands in `{}`, the subnet of `{}`, whose route table leads to it",
            endpoint.name(),
            subnet.name(),
            attachment.name()
        ))
        .why(
            "what leaves an endpoint follows the route table of the endpoint's own subnet; here that is the route that \
             has brought it, so it never gets any further",
        )
        .help(format!(
            "put `{}` into a subnet of its own, whose route table leads back to the transit gateway",
            endpoint.name()
        ))
}

fn vpc_name(topology: &Topology, id: Id<groundplan_model::Attachment>) -> String {
    match topology.attached_vpc(id).known() {
        Some(vpc) => topology.vpcs[*vpc].head.name(),
        None => topology.attachments[id].head.name(),
    }
}
