//! Peering options are set before the connection is active, or for the other account's or Region's side.
//!
//! ## Why
//!
//! The options of a peering connection (DNS resolution of the far side) can be set on an active
//! connection only, and each side only by the account and Region that owns it. AWS refuses others
//! with `OperationNotPermitted` at apply.
//!
//! Source: Amazon VPC Peering Guide, "Enable DNS resolution for a VPC peering connection".
//!
//! ## Flagged
//!
//! ```hcl,flagged
//! resource "aws_vpc" "a" {
//!   cidr_block = "10.0.0.0/16"
//! }
//!
//! resource "aws_vpc_peering_connection" "ab" {
//!   vpc_id      = aws_vpc.a.id
//!   peer_vpc_id = "vpc-0a1b2c3d4e5f60718"
//!
//!   requester {
//!     allow_remote_vpc_dns_resolution = true
//!   }
//! }
//! ```
//!
//! ## Fine
//!
//! ```hcl,fine
//! resource "aws_vpc" "a" {
//!   cidr_block = "10.0.0.0/16"
//! }
//!
//! resource "aws_vpc" "b" {
//!   cidr_block = "10.1.0.0/16"
//! }
//!
//! resource "aws_vpc_peering_connection" "ab" {
//!   vpc_id      = aws_vpc.a.id
//!   peer_vpc_id = aws_vpc.b.id
//!   auto_accept = true
//!
//!   requester {
//!     allow_remote_vpc_dns_resolution = true
//!   }
//! }
//! ```
//!
//! ## Cannot tell
//!
//! A connection that is only named by its id, or accounts that the configuration does not tell.

use groundplan_findings::{Class, Confidence, Finding, Severity};
use groundplan_ir::{Origin, Tri};
use groundplan_model::{Head, Id, Options, Peering, PeeringAccepter, PeeringOptions, Topology};

use crate::{Context, Rule, Sink};

pub(crate) static RULE: Rule = Rule {
    severity: Severity::Error,
    class: Class::ApplyFails,
    confidence: Confidence::Proven,
    since: "0.1.0",
    check,
};

/// What is wrong with the options.
enum Fault<'t> {
    /// The connection is not active when they are set; the accepter that comes too late, if any.
    TooEarly(Option<&'t PeeringAccepter>),
    /// The block belongs to the other side.
    WrongSide(&'static str, &'t Origin),
}

fn check(cx: &Context<'_>, out: &mut Sink) {
    let topology = cx.topology;
    for (id, peering) in topology.peerings.iter() {
        if written(&peering.options) && changes(&peering.head) {
            let early = inline(peering);
            answer(
                out,
                &peering.head,
                sides(topology, id, &peering.head, &peering.options),
                early,
                peering,
            );
        }
    }
    for (_, accepter) in topology.peering_accepters.iter() {
        if written(&accepter.options) && changes(&accepter.head) {
            on_link(
                topology,
                out,
                &accepter.head,
                &accepter.peering.tri(),
                &accepter.options,
                |_| Tri::Known(None),
            );
        }
    }
    for (_, options) in topology.peering_options.iter() {
        if written(&options.options) && changes(&options.head) {
            on_link(topology, out, &options.head, &options.peering.tri(), &options.options, |id| {
                apart(topology, id, options)
            });
        }
    }
}

fn written(options: &Options) -> bool {
    options.requester.is_some() || options.accepter.is_some()
}

/// Only a change of the options is asked of AWS.
fn changes(head: &Head) -> bool {
    head.action != groundplan_ir::Action::NoOp
}

fn on_link<'t>(
    topology: &'t Topology,
    out: &mut Sink,
    head: &Head,
    link: &Tri<Id<Peering>>,
    options: &'t Options,
    early: impl FnOnce(Id<Peering>) -> Tri<Option<Fault<'t>>>,
) {
    match link {
        Tri::Known(id) => {
            let sides = sides(topology, *id, head, options);
            answer(out, head, sides, early(*id), &topology.peerings[*id]);
        }
        Tri::Unknown(cause) => out.undetermined(&head.origin, cause.clone()),
        Tri::Absent => out.fine(),
    }
}

/// One proven fault is a fault; else what is unknown counts.
fn answer<'t>(
    out: &mut Sink,
    head: &Head,
    one: Tri<Option<Fault<'t>>>,
    two: Tri<Option<Fault<'t>>>,
    peering: &Peering,
) {
    let all = match (one, two) {
        (Tri::Known(Some(fault)), _) | (_, Tri::Known(Some(fault))) => Tri::Known(Some(fault)),
        (Tri::Unknown(cause), _) | (_, Tri::Unknown(cause)) => Tri::Unknown(cause),
        (Tri::Known(None) | Tri::Absent, Tri::Known(None) | Tri::Absent) => Tri::Known(None),
    };
    out.answer(&head.origin, all.map(|fault| fault.map(|fault| words(head, peering, &fault))));
}

/// Options inside the connection are set as soon as it is asked for.
fn inline(peering: &Peering) -> Tri<Option<Fault<'static>>> {
    if is_active(peering) {
        return Tri::Known(None);
    }
    match &peering.auto_accept.value {
        Tri::Known(true) => Tri::Known(None),
        Tri::Known(false) | Tri::Absent => Tri::Known(Some(Fault::TooEarly(None))),
        Tri::Unknown(cause) => Tri::Unknown(cause.clone()),
    }
}

fn is_active(peering: &Peering) -> bool {
    peering.status.known().is_some_and(|status| &**status == "active")
}

/// Options in a resource of their own must wait for the resource that accepts the connection.
fn apart<'t>(
    topology: &'t Topology,
    id: Id<Peering>,
    options: &PeeringOptions,
) -> Tri<Option<Fault<'t>>> {
    let peering = &topology.peerings[id];
    if is_active(peering) || peering.auto_accept.value == Tri::Known(true) {
        return Tri::Known(None);
    }
    let Some(first) = topology.accepters_of_peering.of(id).first() else {
        // Whether anything accepts it at all is the business of `peering-not-accepted`.
        return Tri::Known(None);
    };
    match &options.waits_for {
        Tri::Known(waits)
            if topology.accepters_of_peering.of(id).iter().any(|it| waits.contains(it)) =>
        {
            Tri::Known(None)
        }
        Tri::Known(_) => {
            Tri::Known(Some(Fault::TooEarly(Some(&topology.peering_accepters[*first]))))
        }
        Tri::Unknown(cause) => Tri::Unknown(cause.clone()),
        Tri::Absent => Tri::Absent,
    }
}

/// Whether each block is set by the side that it belongs to.
fn sides<'t>(
    topology: &Topology,
    id: Id<Peering>,
    head: &Head,
    options: &'t Options,
) -> Tri<Option<Fault<'t>>> {
    let peering = &topology.peerings[id];
    let mut open = None;
    for (name, block) in [("requester", &options.requester), ("accepter", &options.accepter)] {
        let Some(block) = block else { continue };
        let owned = match name {
            "requester" => both(head.same_account(&peering.head), head.same_region(&peering.head)),
            _ => both(far_account(topology, id, head), far_region(topology, id, head)),
        };
        match owned {
            Tri::Known(false) => return Tri::Known(Some(Fault::WrongSide(name, &block.origin))),
            Tri::Unknown(cause) => open = open.or(Some(cause)),
            Tri::Known(true) | Tri::Absent => (),
        }
    }
    open.map_or(Tri::Known(None), Tri::Unknown)
}

fn both(one: Tri<bool>, two: Tri<bool>) -> Tri<bool> {
    match (one, two) {
        (Tri::Known(false), _) | (_, Tri::Known(false)) => Tri::Known(false),
        (Tri::Unknown(cause), _) | (_, Tri::Unknown(cause)) => Tri::Unknown(cause),
        (Tri::Known(true) | Tri::Absent, Tri::Known(true) | Tri::Absent) => Tri::Known(true),
    }
}

/// Whether the resource of this head works in the account that is asked.
fn far_account(topology: &Topology, id: Id<Peering>, head: &Head) -> Tri<bool> {
    let peering = &topology.peerings[id];
    if accepts_itself(peering) || is_far_side(topology, id, head) {
        return Tri::Known(true);
    }
    match (&peering.peer_owner.value, &head.account) {
        (Tri::Absent, _) => head.same_account(&peering.head),
        (Tri::Known(peer), Tri::Known(own)) => Tri::Known(peer == own),
        (Tri::Unknown(cause), _) | (_, Tri::Unknown(cause)) => Tri::Unknown(cause.clone()),
        (Tri::Known(_), Tri::Absent) => Tri::Absent,
    }
}

/// Whether the resource of this head works in the Region that is asked.
fn far_region(topology: &Topology, id: Id<Peering>, head: &Head) -> Tri<bool> {
    let peering = &topology.peerings[id];
    if accepts_itself(peering) || is_far_side(topology, id, head) {
        return Tri::Known(true);
    }
    match (&peering.peer_region.value, &head.region) {
        (Tri::Absent, _) => head.same_region(&peering.head),
        (Tri::Known(peer), Tri::Known(own)) => Tri::Known(peer == own),
        (Tri::Unknown(cause), _) | (_, Tri::Unknown(cause)) => Tri::Unknown(cause.clone()),
        (Tri::Known(_), Tri::Absent) => Tri::Absent,
    }
}

/// A connection that accepts itself has both sides in one account and Region.
fn accepts_itself(peering: &Peering) -> bool {
    peering.auto_accept.value == Tri::Known(true) && peering.peer_region.value == Tri::Absent
}

/// Whether the head's provider configuration is the one of the side that is asked: of its accepter or
/// of its VPC.
fn is_far_side(topology: &Topology, id: Id<Peering>, head: &Head) -> bool {
    let accepters = topology.accepters_of_peering.of(id).iter();
    let vpc = topology.peerings[id].accepter.here().map(|vpc| &topology.vpcs[vpc].head.provider);
    let providers = accepters.map(|id| &topology.peering_accepters[*id].head.provider).chain(vpc);
    head.provider.is_some() && providers.into_iter().any(|provider| *provider == head.provider)
}

fn words(head: &Head, peering: &Peering, fault: &Fault<'_>) -> Finding {
    let (name, connection) = (head.name(), peering.head.name());
    match fault {
        Fault::TooEarly(accepter) => {
            let inline = head.origin == peering.head.origin;
            let sides = [&peering.options.requester, &peering.options.accepter];
            let side = sides.into_iter().flatten().next().filter(|_| inline);
            let place = side.map_or(&head.origin, |it| &it.origin);
            let mut finding = Finding::at(place, "sets options")
                .also(&peering.head.origin, "is not active by then");
            if let Some(accepter) = accepter {
                finding = finding.also(&accepter.head.origin, "accepts it, perhaps later");
            }
            let fix = match accepter {
                Some(accepter) => format!(
                    "let it wait: `vpc_peering_connection_id = {}.id` in `{name}`",
                    accepter.head.name()
                ),
                None => "move the options into an `aws_vpc_peering_connection_options` that refers to \
                         the accepter's id, or let the connection accept itself with `auto_accept = true`"
                    .to_owned(),
            };
            finding
                .message(format!("`{name}` sets options of `{connection}` before anything has accepted it"))
                .why("options can be set on an active connection only; AWS refuses them at apply")
                .help(fix)
        }
        Fault::WrongSide(side, origin) => Finding::at(origin, format!("the {side}'s block"))
            .also(&peering.head.origin, "the connection, asked for by the requester")
            .message(format!("`{name}` sets the {side}'s options of `{connection}` from the other side"))
            .why("each account and Region sets the options of its own side only; AWS refuses others at apply")
            .help(format!(
                "move the `{side}` block into an `aws_vpc_peering_connection_options` with the \
                 provider of the {side}'s account and Region"
            )),
    }
}
