//! Several files that speak of one object.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use groundplan_findings::ProblemKind;
use groundplan_ir::{Cause, Location, Value};

use crate::draft::Draft;
use crate::pages::{Pages, REST};

/// One draft for each object, in the order of types and ids.
pub(crate) fn merged(pages: &mut Pages<'_>) -> Vec<Draft> {
    let mut drafts = std::mem::take(&mut pages.drafts);
    // Stable: what describes an object before what lists it, then in the order of files.
    drafts.sort_by(|one, two| {
        (one.kind, &one.id, Reverse(one.weight), one.file).cmp(&(
            two.kind,
            &two.id,
            Reverse(two.weight),
            two.file,
        ))
    });
    let mut out: Vec<Draft> = Vec::new();
    for draft in drafts {
        match out.last_mut() {
            Some(first) if first.kind == draft.kind && first.id == draft.id => {
                join(first, draft, pages);
            }
            Some(_) | None => out.push(draft),
        }
    }
    let at_odds = at_odds(&out);
    for (name, at) in at_odds.values() {
        let message = format!("files say different things of the table that {name} uses");
        different(pages, *at, message);
    }
    out.retain(|it| user(it).is_none_or(|user| !at_odds.contains_key(&user)));
    out
}

/// Takes what another file says into the first one's word.
fn join(first: &mut Draft, other: Draft, pages: &mut Pages<'_>) {
    // Listed by both sides, each of which names itself first.
    let sided = first.kind == "aws_ec2_transit_gateway_peering_attachment";
    for (name, value) in other.told {
        let at = other.places.arguments.get(name).copied();
        match first.told.get(name) {
            None => {
                first.told.insert(name, value);
                if let Some(at) = at {
                    first.places.arguments.insert(name.into(), at);
                }
                if let Some(blocks) = other.places.blocks.get(name) {
                    first.places.blocks.insert(name.into(), blocks.clone());
                }
            }
            Some(told) if first.weight > other.weight || sided || same(told, &value) => (),
            Some(Value::Unknown(_)) => (),
            Some(_) => {
                let what = format!("{}.{}.{name}", first.kind, first.id);
                let message = format!("another file says something different of `{what}`");
                different(pages, at.unwrap_or(other.places.header), message);
                first.told.insert(name, Value::Unknown(Cause::BadValue(what.into())));
                first.places.blocks.remove(name);
            }
        }
    }
    let (own, more) = (&mut first.whereabouts, other.whereabouts);
    own.account = own.account.take().or(more.account);
    own.region = own.region.take().or(more.region);
}

fn different(pages: &mut Pages<'_>, at: Location, message: String) {
    let help = format!("print them again at one time; {REST}");
    pages.problem(ProblemKind::Malformed, None, Some(at), message, &help);
}

/// Whether two values are the same, whatever the order of lists.
fn same(one: &Value, two: &Value) -> bool {
    match (one, two) {
        (Value::List(one), Value::List(two)) => {
            let set = |list: &[Value]| list.iter().cloned().collect::<BTreeSet<_>>();
            set(one) == set(two)
        }
        (one, two) => one == two,
    }
}

/// By what uses one table at a time: what it is called, and where two are told.
type AtOdds = BTreeMap<(&'static str, Box<str>), (String, Location)>;

/// What uses one table only, where this is a tie to one.
fn user(draft: &Draft) -> Option<(&'static str, Box<str>)> {
    let name = match draft.kind {
        "aws_route_table_association" => "subnet_id",
        "aws_ec2_transit_gateway_route_table_association" => "transit_gateway_attachment_id",
        _ => return None,
    };
    Some((draft.kind, draft.told.get(name)?.as_text()?.into()))
}

/// What is tied to two tables: the files are of different times.
fn at_odds(drafts: &[Draft]) -> AtOdds {
    let mut seen: BTreeSet<(&'static str, Box<str>)> = BTreeSet::new();
    let mut out = AtOdds::new();
    for draft in drafts {
        let Some(user) = user(draft) else { continue };
        let name = user.1.to_string();
        if !seen.insert(user.clone()) {
            out.insert(user, (name, draft.places.header));
        }
    }
    out
}
