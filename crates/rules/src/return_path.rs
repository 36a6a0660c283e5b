//! Which VPC behind a transit gateway is asked and cannot answer.
//!
//! Pairs of VPCs are too many to look at each. What decides is the same for whole groups: the table
//! of the gateway, and where the VPC's routes lead. So the VPCs are put into classes of equal
//! behaviour, and only the classes are compared pair by pair.

use std::collections::BTreeMap;
use std::sync::Arc;

use groundplan_ir::{Cause, Origin, Tri};
use groundplan_model::{
    Attachment, AttachmentKind, Exit, HopTo, Hops, Id, Proven, Route, Source, TgwRouteTable,
    Topology, TransitGateway, overlap, touches,
};
use ipnet::IpNet;

use crate::side::{Class, Side, side};

/// One VPC asks and the other cannot answer.
pub(crate) struct OneWay {
    /// Who asks.
    pub(crate) asking: Id<Attachment>,
    /// By which route.
    pub(crate) route: Id<Route>,
    /// For which addresses.
    pub(crate) wanted: IpNet,
    /// The ranges that an answer would have to find.
    pub(crate) unanswered: Vec<IpNet>,
    /// The gateway's table without a way back; none when the VPC itself has no route.
    pub(crate) table: Option<Id<TgwRouteTable>>,
    /// The route of that table that drops the answers.
    pub(crate) dropped: Option<Origin>,
}

/// Whether packets from one class get to a VPC.
enum Forth {
    Yes { wanted: IpNet, by: IpNet },
    Perhaps(Cause),
    No,
}

/// Whether a class can answer a VPC.
enum Back {
    Yes,
    /// The VPC's own tables may hold more than is seen.
    Open,
    Unknown(Cause),
    Missing(Option<Id<TgwRouteTable>>),
}

/// Whether everybody who sends to a VPC gets an answer.
pub(crate) enum Answer {
    Fine,
    Doubt(Cause),
    Broken(OneWay),
}

/// For each attachment that somebody sends to: who gets no answer from it.
pub(crate) fn one_ways(topology: &Topology) -> BTreeMap<Id<Attachment>, Answer> {
    let mut groups: BTreeMap<Proven<TransitGateway>, Vec<Id<Attachment>>> = BTreeMap::new();
    for (id, attachment) in topology.attachments.iter() {
        let AttachmentKind::Vpc { .. } = attachment.kind else { continue };
        if let Some(gateway) = attachment.gateway.proven() {
            groups.entry(gateway).or_default().push(id);
        }
    }
    let mut out = BTreeMap::new();
    for (gateway, attachments) in groups.into_iter().filter(|(_, all)| all.len() > 1) {
        let mut strays = BTreeMap::new();
        let mut sides: Vec<Side> = Vec::new();
        for id in &attachments {
            let stack = stack_of(topology, *id);
            let stray = strays.entry(stack).or_insert_with_key(|stack| {
                let leads = |route: &Route| route.exit(&gateway) != Exit::Nowhere;
                topology.stray_routes(stack.as_ref(), leads)
            });
            sides.extend(side(topology, *id, &gateway, stray.as_ref()));
        }
        Group::new(topology, sides).answer(&mut out);
    }
    out
}

/// The stack of the VPC on an attachment, where there are several.
fn stack_of(topology: &Topology, id: Id<Attachment>) -> Option<Arc<str>> {
    let AttachmentKind::Vpc { vpc, .. } = &topology.attachments[id].kind else { return None };
    topology.vpcs[vpc.here()?].head.stack().cloned()
}

/// The VPCs of one gateway, by class.
struct Group<'t> {
    topology: &'t Topology,
    classes: BTreeMap<Class, Vec<Side>>,
    hops: BTreeMap<Id<TgwRouteTable>, Hops>,
}

impl<'t> Group<'t> {
    fn new(topology: &'t Topology, sides: Vec<Side>) -> Self {
        let mut hops = BTreeMap::new();
        let mut classes: BTreeMap<Class, Vec<Side>> = BTreeMap::new();
        for side in sides {
            if let Tri::Known(table) = side.table {
                hops.entry(table).or_insert_with(|| topology.hops(table));
            }
            classes.entry(Class::of(&side)).or_default().push(side);
        }
        Self { topology, classes, hops }
    }

    fn answer(&self, out: &mut BTreeMap<Id<Attachment>, Answer>) {
        for (class, members) in &self.classes {
            for (asking, askers) in self.classes.iter().filter(|(it, _)| !it.gateway.is_empty()) {
                let back = self.unanswered(class, askers);
                for side in members {
                    match (out.get(&side.attachment), self.meet(side, asking, askers, &back)) {
                        (_, None)
                        | (Some(Answer::Broken(_)), _)
                        | (Some(_), Some(Answer::Fine))
                        | (Some(Answer::Doubt(_)), Some(Answer::Doubt(_))) => (),
                        (None | Some(Answer::Fine | Answer::Doubt(_)), Some(answer)) => {
                            out.insert(side.attachment, answer);
                        }
                    }
                }
            }
        }
    }

    /// The askers that this class cannot answer for certain: first those that it cannot answer.
    fn unanswered<'g>(&self, class: &Class, askers: &'g [Side]) -> Vec<(&'g Side, Back)> {
        let back = askers.iter().map(|asker| (asker, self.back(class, asker)));
        let mut out: Vec<(&Side, Back)> =
            back.filter(|(_, back)| !matches!(back, Back::Yes)).collect();
        out.sort_by_key(|(_, back)| !matches!(back, Back::Missing(_)));
        out
    }

    /// What one class of askers finds out about one VPC; none when it does not send there.
    fn meet(
        &self,
        side: &Side,
        asking: &Class,
        askers: &[Side],
        back: &[(&Side, Back)],
    ) -> Option<Answer> {
        let other = |it: &Side| {
            it.attachment != side.attachment && (it.vpc.is_none() || it.vpc != side.vpc)
        };
        if !askers.iter().any(other) {
            return None;
        }
        let (found, doubt) = match self.forth(asking, askers, side) {
            Forth::Yes { wanted, by } => (Some((wanted, by)), None),
            Forth::Perhaps(cause) => (None, Some(cause)),
            Forth::No => return None,
        };
        for (asker, back) in back.iter().filter(|(it, _)| other(it)) {
            match (back, &found, &doubt) {
                (Back::Missing(table), Some((wanted, by)), _) => {
                    if let Some(route) = self.sends(asker, *wanted, *by) {
                        let route = match (route, &asker.relays) {
                            (Ok(route), None) => route,
                            (Ok(_), Some(cause)) => return Some(Answer::Doubt(cause.clone())),
                            (Err(cause), _) => return Some(Answer::Doubt(cause)),
                        };
                        return Some(Answer::Broken(OneWay {
                            asking: asker.attachment,
                            route,
                            wanted: *wanted,
                            unanswered: asker.ranges.clone(),
                            table: *table,
                            dropped: table.and_then(|table| self.dropped(table, asker)),
                        }));
                    }
                }
                (_, _, Some(cause)) | (Back::Unknown(cause), _, None) => {
                    return Some(Answer::Doubt(cause.clone()));
                }
                (Back::Open, _, None) => return side.exits.gap.clone().map(Answer::Doubt),
                (Back::Missing(_), None, None) | (Back::Yes, _, None) => (),
            }
        }
        Some(Answer::Fine)
    }

    /// Whether what a class sends to the gateway gets to this VPC.
    ///
    /// A default route that meets a default propagation is no sign that anybody wants to get there.
    fn forth(&self, asking: &Class, askers: &[Side], side: &Side) -> Forth {
        let pairs = |ranges: &[IpNet]| -> Vec<(IpNet, IpNet)> {
            let pairs = asking.gateway.iter().flat_map(|by| ranges.iter().map(move |it| (it, by)));
            pairs.filter_map(|(it, by)| Some((overlap(*it, *by)?, *by))).collect()
        };
        let wanted = pairs(&side.ranges);
        let aimed = wanted.iter().any(|(_, by)| by.prefix_len() > 0);
        let hops = match asking.table {
            Ok(table) => self.hops.get(&table),
            Err(true) if aimed => {
                let cause = askers.iter().find_map(|it| match &it.table {
                    Tri::Unknown(cause) => Some(cause.clone()),
                    Tri::Known(_) | Tri::Absent => None,
                });
                return cause.map_or(Forth::No, Forth::Perhaps);
            }
            Err(_) => return Forth::No,
        };
        let Some(hops) = hops else { return Forth::No };
        let through = pairs(hops.statics_to(side.attachment));
        for (net, by) in wanted.into_iter().chain(through) {
            let Some(hop) = hops.winner(net) else { continue };
            let meant = by.prefix_len() > 0 || hop.source != Source::ByDefault;
            if hop.to == HopTo::Attachment(side.attachment) && meant {
                return match &hops.contested {
                    Some(cause) => Forth::Perhaps(cause.clone()),
                    None => Forth::Yes { wanted: net, by },
                };
            }
        }
        let somewhere = asking.gateway.iter().any(|by| by.prefix_len() > 0);
        let brings = hops.propagating.contains(&side.attachment) && somewhere;
        match (&side.gap, &hops.open) {
            (Some(cause), _) if brings => Forth::Perhaps(cause.clone()),
            (_, Some(cause)) if aimed => Forth::Perhaps(cause.clone()),
            (_, _) => Forth::No,
        }
    }

    /// Whether a class can answer this asker.
    fn back(&self, class: &Class, asker: &Side) -> Back {
        if touches(&asker.ranges, &class.elsewhere) {
            return Back::Yes;
        }
        let unseen = asker.gap.clone().map(Back::Unknown);
        if !touches(&asker.ranges, &class.gateway) {
            let leads = !class.gateway.is_empty() || !class.elsewhere.is_empty();
            return match unseen {
                _ if class.open => Back::Open,
                Some(unseen) if leads => unseen,
                Some(_) | None => Back::Missing(None),
            };
        }
        // An attachment without a table is the business of `tgw-attachment-not-associated`.
        let table = match class.table {
            Ok(table) => table,
            Err(true) => return Back::Open,
            Err(false) => return Back::Yes,
        };
        let Some(hops) = self.hops.get(&table) else { return Back::Yes };
        if asker.ranges.iter().any(|net| hops.carries(*net)) {
            return Back::Yes;
        }
        match (&hops.open, unseen) {
            (Some(cause), _) => Back::Unknown(cause.clone()),
            (None, Some(unseen)) => unseen,
            (None, None) if class.open => Back::Open,
            (None, None) => Back::Missing(Some(table)),
        }
    }

    /// What drops the packets for this VPC in a table that knows it.
    fn dropped(&self, table: Id<TgwRouteTable>, asker: &Side) -> Option<Origin> {
        let hops = self.hops.get(&table)?;
        let hop = asker.ranges.iter().find_map(|net| hops.winner(*net))?;
        (hop.to == HopTo::Blackhole).then(|| hop.origin.clone())
    }

    /// The route by which the asker sends `wanted` to the gateway, unless a longer one of the same
    /// table takes it; or why one may.
    fn sends(&self, asker: &Side, wanted: IpNet, by: IpNet) -> Option<Result<Id<Route>, Cause>> {
        let longer = |route: &Route| {
            let takes = |net: IpNet| net.prefix_len() > by.prefix_len() && net.contains(&wanted);
            route.range().is_some_and(takes)
        };
        let mut doubt = None;
        for (_, id) in asker.exits.gateway.iter().filter(|(net, _)| *net == by) {
            let Some(table) = self.topology.routes[*id].table.here() else { continue };
            let takers = self.topology.perhaps_routes(table).filter(|(route, _)| longer(route));
            // One that is in the table comes before those that may be.
            match takers.map(|(_, doubt)| doubt).next() {
                None => return Some(Ok(*id)),
                Some(None) => (),
                Some(Some(cause)) => doubt = doubt.or(Some(cause.clone())),
            }
        }
        doubt.map(Err)
    }
}
