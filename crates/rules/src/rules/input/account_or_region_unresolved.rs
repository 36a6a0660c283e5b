//! The account or Region of a provider cannot be told, and several are in use.
//!
//! ## Why
//!
//! Who has to accept what, who may route and whether two things can be joined directly depends on whose they are and where.
//! With one provider configuration everything is of one account and Region; with several, those have to be told apart.
//! The account is told by `allowed_account_ids` with one entry, by the role that is assumed, by an
//! `aws_caller_identity` data source or by the ARNs of what exists; the Region by `region`.
//!
//! Source: AWS provider documentation, "Provider configuration".
//!
//! ## Fine
//!
//! ```hcl,fine
//! provider "aws" {
//!   alias               = "network"
//!   region              = "eu-west-1"
//!   allowed_account_ids = ["111111111111"]
//! }
//!
//! provider "aws" {
//!   alias               = "app"
//!   region              = "eu-west-1"
//!   allowed_account_ids = ["222222222222"]
//! }
//!
//! resource "aws_vpc" "network" {
//!   provider   = aws.network
//!   cidr_block = "10.0.0.0/16"
//! }
//!
//! resource "aws_vpc" "app" {
//!   provider   = aws.app
//!   cidr_block = "10.1.0.0/16"
//! }
//!
//! resource "aws_vpc_peering_connection" "app" {
//!   provider      = aws.network
//!   vpc_id        = aws_vpc.network.id
//!   peer_vpc_id   = aws_vpc.app.id
//!   peer_owner_id = "222222222222"
//! }
//! ```
//!
//! ## Cannot tell
//!
//! A provider configuration that hides its account in a profile or in the environment, where another one is in use
//! beside it. It is told once, at the first of its VPCs, transit gateways, attachments and connections.

use std::collections::{BTreeMap, BTreeSet};

use groundplan_findings::{Class, Confidence, Severity};
use groundplan_ir::Tri;
use groundplan_model::{Head, Management, Topology};

use crate::{Context, Rule, Sink};

pub(crate) static RULE: Rule = Rule {
    severity: Severity::Note,
    class: Class::Coverage,
    confidence: Confidence::Proven,
    since: "0.1.0",
    check,
};

fn check(cx: &Context<'_>, out: &mut Sink) {
    let topology = cx.topology;
    if !crosses(topology) {
        return;
    }
    let vpcs = topology.vpcs.iter().map(|(_, it)| &it.head);
    let gateways = topology.transit_gateways.iter().map(|(_, it)| &it.head);
    let attachments = topology.attachments.iter().map(|(_, it)| &it.head);
    let peerings = topology.peerings.iter().map(|(_, it)| &it.head);
    let all = vpcs.chain(gateways).chain(attachments).chain(peerings);
    let mut providers: BTreeMap<&str, Vec<&Head>> = BTreeMap::new();
    for head in all.filter(|it| it.management != Management::Observed) {
        if let Some(provider) = &head.provider {
            providers.entry(provider).or_default().push(head);
        }
    }
    if providers.len() < 2 {
        return;
    }
    for heads in providers.into_values() {
        let open = heads.iter().find_map(|head| match (&head.account, &head.region) {
            (Tri::Unknown(cause), _) | (_, Tri::Unknown(cause)) => Some((head, cause)),
            (Tri::Known(_) | Tri::Absent, Tri::Known(_) | Tri::Absent) => None,
        });
        match open {
            Some((head, cause)) => out.undetermined(&head.origin, cause.clone()),
            None => out.fine(),
        }
    }
}

/// Whether anything joins what several provider configurations make.
fn crosses(topology: &Topology) -> bool {
    let peered = topology
        .peerings
        .iter()
        .map(|(_, it)| (&it.head, [it.requester.here(), it.accepter.here()]));
    let mut peered = peered.map(|(head, vpcs)| {
        let far =
            vpcs.into_iter().flatten().filter_map(|id| topology.vpcs[id].head.provider.as_ref());
        (head.provider.as_ref(), far.collect::<BTreeSet<_>>())
    });
    let mut attached = topology.attachments.iter().filter_map(|(_, it)| {
        let gateway = &topology.transit_gateways[it.gateway.here()?].head;
        Some((it.head.provider.as_ref()?, gateway.provider.as_ref()?))
    });
    peered.any(|(own, far)| far.iter().any(|it| Some(*it) != own))
        || attached.any(|(own, far)| own != far)
}
