//! A Direct Connect association with another account is proposed and not accepted, or not proposed at all.
//!
//! ## Why
//!
//! The owner of a Direct Connect gateway cannot associate a gateway of another account by itself: that
//! account makes a proposal, and the owner accepts it with an association of its own. Until then nothing
//! is connected, and after seven days the proposal is gone.
//!
//! Source: AWS Direct Connect User Guide, "Associate a virtual private gateway across accounts".
//!
//! ## Flagged
//!
//! ```hcl,flagged
//! provider "aws" {
//!   alias  = "app"
//!   region = "eu-west-1"
//! }
//!
//! resource "aws_dx_gateway" "dc" {
//!   name            = "dc"
//!   amazon_side_asn = "64600"
//! }
//!
//! resource "aws_vpc" "app" {
//!   provider   = aws.app
//!   cidr_block = "10.0.0.0/16"
//! }
//!
//! resource "aws_vpn_gateway" "app" {
//!   provider = aws.app
//!   vpc_id   = aws_vpc.app.id
//! }
//!
//! resource "aws_dx_gateway_association_proposal" "app" {
//!   provider                    = aws.app
//!   dx_gateway_id               = aws_dx_gateway.dc.id
//!   dx_gateway_owner_account_id = aws_dx_gateway.dc.owner_account_id
//!   associated_gateway_id       = aws_vpn_gateway.app.id
//! }
//! ```
//!
//! ## Fine
//!
//! ```hcl,fine
//! provider "aws" {
//!   alias  = "app"
//!   region = "eu-west-1"
//! }
//!
//! resource "aws_dx_gateway" "dc" {
//!   name            = "dc"
//!   amazon_side_asn = "64600"
//! }
//!
//! resource "aws_vpc" "app" {
//!   provider   = aws.app
//!   cidr_block = "10.0.0.0/16"
//! }
//!
//! resource "aws_vpn_gateway" "app" {
//!   provider = aws.app
//!   vpc_id   = aws_vpc.app.id
//! }
//!
//! resource "aws_dx_gateway_association_proposal" "app" {
//!   provider                    = aws.app
//!   dx_gateway_id               = aws_dx_gateway.dc.id
//!   dx_gateway_owner_account_id = aws_dx_gateway.dc.owner_account_id
//!   associated_gateway_id       = aws_vpn_gateway.app.id
//! }
//!
//! resource "aws_dx_gateway_association" "app" {
//!   proposal_id                         = aws_dx_gateway_association_proposal.app.id
//!   dx_gateway_id                       = aws_dx_gateway.dc.id
//!   associated_gateway_owner_account_id = "222222222222"
//! }
//! ```
//!
//! ## Cannot tell
//!
//! A Direct Connect gateway that is not managed in the input, or an association whose proposal cannot be
//! followed. Whether two accounts differ where the provider configurations do not tell is not asked.

use groundplan_findings::{Class, Confidence, Finding, Severity};
use groundplan_ir::Tri;
use groundplan_model::{
    DxGateway, DxGatewayAssociation, DxProposal, DxSide, Head, Id, Link, Management, Topology,
};

use crate::direct_connect::side_name;
use crate::place::own_id;
use crate::propose::{Proposed, resource};
use crate::{Context, Rule, Sink};

pub(crate) static RULE: Rule = Rule {
    severity: Severity::Error,
    class: Class::BlackHole,
    confidence: Confidence::Proven,
    since: "0.1.0",
    check,
};

fn check(cx: &Context<'_>, out: &mut Sink) {
    let topology = cx.topology;
    for (id, proposal) in topology.dx_proposals.iter() {
        if topology.is_only_seen(&proposal.head) {
            continue;
        }
        let answer = unanswered(topology, id, proposal);
        let answer = answer.map(|gateway| gateway.map(|it| waiting(topology, proposal, it)));
        out.answer(&proposal.head.origin, answer);
    }
    for (id, association) in topology.dx_gateway_associations.iter() {
        if association.head.management != Management::Created
            || association.proposal != Link::Absent
        {
            continue;
        }
        let side = topology.dx_side(id);
        let found = foreign(topology, &association.head, &side);
        let finding = found.map(|gateway| unasked(topology, association, &side, gateway));
        out.answer(&association.head.origin, Tri::Known(finding));
    }
}

/// The Direct Connect gateway that does not accept the proposal.
fn unanswered(
    topology: &Topology,
    id: Id<DxProposal>,
    proposal: &DxProposal,
) -> Tri<Option<Id<DxGateway>>> {
    // An association that is there in any other way serves as well.
    let there = |id: Id<DxGatewayAssociation>| {
        let it = &topology.dx_gateway_associations[id];
        let (own, side) = (&proposal.side, topology.dx_side(id));
        let same = own.transit_gateway.proven().is_some()
            && own.transit_gateway == side.transit_gateway
            || own.vpn_gateway.proven().is_some() && own.vpn_gateway == side.vpn_gateway;
        it.gateway.proven().is_some() && it.gateway == proposal.gateway && same
    };
    let accepted = !topology.associations_of_proposal.of(id).is_empty()
        || topology.dx_gateway_associations.iter().any(|(id, _)| there(id));
    if accepted {
        return Tri::Known(None);
    }
    if all_are_taken(topology, id) {
        return Tri::Known(None);
    }
    if let Some(cause) = topology.associations_of_proposal.open(id) {
        return Tri::Unknown(cause.clone());
    }
    proposal.gateway.tri().and_then(|gateway| {
        let owner = &topology.dx_gateways[gateway].head;
        let open = topology.shared_open(owner).or_else(|| topology.shared_open(&proposal.head));
        open.map_or(Tri::Known(Some(gateway)), Tri::Unknown)
    })
}

/// Whether as many associations accept one of some proposals as there are: which accepts which is not
/// told, and each proposal can be accepted once.
fn all_are_taken(topology: &Topology, id: Id<DxProposal>) -> bool {
    let mut possible = topology.associations_of_proposal.possible_of(id).iter();
    possible.any(|(association, _)| {
        let link = &topology.dx_gateway_associations[*association].proposal;
        let Link::OneOf(ids, _) = link else { return false };
        let others = topology.associations_of_proposal.possible_of(id).iter();
        let alike =
            |it: &Id<DxGatewayAssociation>| topology.dx_gateway_associations[*it].proposal == *link;
        others.filter(|(it, _)| alike(it)).count() >= ids.len()
    })
}

/// The gateway on the other side, where it is proven to be of another account.
fn foreign<'t>(topology: &'t Topology, head: &Head, side: &DxSide) -> Option<&'t Head> {
    let other = match (side.vpn_gateway.here(), side.transit_gateway.here()) {
        (Some(id), _) => &topology.vpn_gateways[id].head,
        (None, Some(id)) => &topology.transit_gateways[id].head,
        (None, None) => return None,
    };
    (head.same_account(other) == Tri::Known(false)).then_some(other)
}

fn waiting(topology: &Topology, proposal: &DxProposal, gateway: Id<DxGateway>) -> Finding {
    let (name, owner) = (proposal.head.name(), &topology.dx_gateways[gateway].head);
    let account = proposal.head.account.known().map_or("var.account_id", |it| it);
    let account = match proposal.head.account {
        Tri::Known(_) => Proposed::Text(account),
        Tri::Unknown(_) | Tri::Absent => Proposed::Reference(account.to_owned()),
    };
    let mut arguments = vec![
        ("proposal_id", Proposed::Reference(own_id(&proposal.head.origin))),
        ("associated_gateway_owner_account_id", account),
    ];
    if owner.origin.address.module == proposal.head.origin.address.module {
        arguments.insert(1, ("dx_gateway_id", Proposed::Reference(own_id(&owner.origin))));
    }
    let block =
        resource("aws_dx_gateway_association", &proposal.head.origin.address.name, &arguments);
    Finding::at(&proposal.head.origin, "proposes, and is not accepted")
        .also(&owner.origin, "whose owner has to accept it")
        .message(format!("nothing accepts `{name}` for `{}`", owner.name()))
        .why("until it is accepted nothing is connected, and after seven days the proposal is gone")
        .help(format!("accept it with the provider of `{}`:\n{block}", owner.name()))
}

fn unasked(
    topology: &Topology,
    association: &DxGatewayAssociation,
    side: &DxSide,
    gateway: &Head,
) -> Finding {
    let (name, other) = (association.head.name(), side_name(topology, side));
    let account = |head: &Head| match &head.account {
        Tri::Known(account) => format!("of account {account}"),
        Tri::Unknown(_) | Tri::Absent => "of another account".to_owned(),
    };
    Finding::at(&association.head.origin, account(&association.head))
        .also(&gateway.origin, account(gateway))
        .message(format!("`{name}` associates `{other}`, which is {}", account(gateway)))
        .why(
            "a gateway of another account is associated by a proposal of its owner, which the owner of \
             the Direct Connect gateway accepts",
        )
        .help(format!(
            "add an `aws_dx_gateway_association_proposal` with the provider of `{other}`, and give \
             `{name}` its `proposal_id` and `associated_gateway_owner_account_id` instead of \
             `associated_gateway_id`"
        ))
}
