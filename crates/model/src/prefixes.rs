//! Sets of address ranges that are too large to compare each with each.
//!
//! Two prefixes are nested or apart, so everything that overlaps one is above it (at most one for
//! each length) or in one run below it.

use std::collections::BTreeMap;

use ipnet::IpNet;

use crate::same_family;

/// Values by range.
#[derive(Clone, Debug)]
pub struct Prefixes<V> {
    by_range: BTreeMap<IpNet, V>,
}

impl<V> Default for Prefixes<V> {
    fn default() -> Self {
        Self { by_range: BTreeMap::new() }
    }
}

impl<V: Default> Prefixes<V> {
    /// The value of a range, made when there is none yet.
    pub fn entry(&mut self, net: IpNet) -> &mut V {
        self.by_range.entry(net.trunc()).or_default()
    }
}

impl<V> Prefixes<V> {
    /// The ranges that hold all of `net`, longest first.
    pub fn covering(&self, net: IpNet) -> impl Iterator<Item = (IpNet, &V)> {
        let up = std::iter::successors(Some(net.trunc()), IpNet::supernet);
        up.filter_map(|it| Some((it, self.by_range.get(&it)?)))
    }

    /// The ranges that are a part of `net`, itself left out.
    pub fn within(&self, net: IpNet) -> impl Iterator<Item = (IpNet, &V)> {
        let net = net.trunc();
        let run = self
            .by_range
            .range(net..)
            .take_while(move |(it, _)| same_family(net, **it) && it.network() <= net.broadcast());
        run.filter(move |(it, _)| net.contains(*it) && net != **it).map(|(it, value)| (*it, value))
    }
}

/// A range that somebody holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Held<G, R> {
    /// The range.
    pub net: IpNet,
    /// Whose it is: ranges of one group are not compared.
    pub group: G,
    /// Which of two is the later one.
    pub rank: R,
}

/// The two lowest ranks of different groups, each with the place of the item.
type Lowest<G, R> = [Option<(R, G, usize)>; 2];

/// For each item the lowest-ranked item of another group that overlaps it.
pub fn first_overlaps<G: Copy + Ord, R: Copy + Ord>(items: &[Held<G, R>]) -> Vec<Option<usize>> {
    let mut order: Vec<(IpNet, usize)> =
        items.iter().enumerate().map(|(at, item)| (item.net.trunc(), at)).collect();
    order.sort();
    let mut found: Vec<Lowest<G, R>> = vec![[None; 2]; items.len()];
    // Forwards, what is open on the stack is what holds the next range; backwards over the same
    // order, what a range holds has been seen and is merged into it when it is left.
    let mut stack: Vec<(IpNet, Lowest<G, R>)> = Vec::new();
    let mut runs: Vec<Vec<usize>> = Vec::new();
    for (net, at) in &order {
        while stack.last().is_some_and(|(top, _)| !holds(*top, *net)) {
            leave(&mut stack, &mut runs, &mut found);
        }
        if stack.last().is_none_or(|(top, _)| top != net) {
            stack.push((*net, [None; 2]));
            runs.push(Vec::new());
        }
        if let (Some((_, lowest)), Some(run), Some(item)) =
            (stack.last_mut(), runs.last_mut(), items.get(*at))
        {
            merge(lowest, (item.rank, item.group, *at));
            run.push(*at);
        }
    }
    while !stack.is_empty() {
        leave(&mut stack, &mut runs, &mut found);
    }
    above(items, &order, &mut found);
    let other = |(lowest, item): (Lowest<G, R>, &Held<G, R>)| {
        lowest.into_iter().flatten().find(|(_, group, _)| *group != item.group).map(|it| it.2)
    };
    found.into_iter().zip(items).map(other).collect()
}

/// Gives everything of the innermost open range what is inside it, and hands that on outwards.
fn leave<G: Copy + Ord, R: Copy + Ord>(
    stack: &mut Vec<(IpNet, Lowest<G, R>)>,
    runs: &mut Vec<Vec<usize>>,
    found: &mut [Lowest<G, R>],
) {
    let (Some((_, lowest)), Some(run)) = (stack.pop(), runs.pop()) else { return };
    for at in run {
        if let Some(own) = found.get_mut(at) {
            lowest.iter().flatten().for_each(|it| merge(own, *it));
        }
    }
    if let Some((_, outer)) = stack.last_mut() {
        lowest.iter().flatten().for_each(|it| merge(outer, *it));
    }
}

/// Gives every range what the ranges around it hold.
fn above<G: Copy + Ord, R: Copy + Ord>(
    items: &[Held<G, R>],
    order: &[(IpNet, usize)],
    found: &mut [Lowest<G, R>],
) {
    let mut stack: Vec<(IpNet, Lowest<G, R>)> = Vec::new();
    for (net, at) in order {
        while stack.last().is_some_and(|(top, _)| !holds(*top, *net)) {
            stack.pop();
        }
        let mut around = stack.last().map_or([None; 2], |(_, lowest)| *lowest);
        if let Some(own) = found.get_mut(*at) {
            around.iter().flatten().for_each(|it| merge(own, *it));
        }
        if let Some(item) = items.get(*at) {
            merge(&mut around, (item.rank, item.group, *at));
            stack.push((*net, around));
        }
    }
}

fn holds(one: IpNet, two: IpNet) -> bool {
    same_family(one, two) && one.contains(&two)
}

fn merge<G: Copy + Ord, R: Copy + Ord>(lowest: &mut Lowest<G, R>, new: (R, G, usize)) {
    let [first, second] = lowest;
    let same = |it: &Option<(R, G, usize)>| it.is_some_and(|it| it.1 == new.1);
    let lower = |it: &Option<(R, G, usize)>| it.is_none_or(|it| new < it);
    if same(first) {
        if lower(first) {
            *first = Some(new);
        }
    } else if lower(first) {
        *second = *first;
        *first = Some(new);
    } else if lower(second) {
        *second = Some(new);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::overlap;

    fn net(text: &str) -> IpNet {
        text.parse().unwrap()
    }

    #[test]
    fn what_overlaps_a_range_is_above_or_below_it() {
        let mut all: Prefixes<u8> = Prefixes::default();
        for (at, text) in ["0.0.0.0/0", "10.0.0.0/8", "10.0.0.0/16", "10.0.1.0/24", "10.1.0.0/16"]
            .into_iter()
            .enumerate()
        {
            *all.entry(net(text)) = u8::try_from(at).unwrap();
        }
        let up: Vec<u8> = all.covering(net("10.0.0.0/16")).map(|(_, it)| *it).collect();
        assert_eq!(up, [2, 1, 0]);
        let down: Vec<u8> = all.within(net("10.0.0.0/16")).map(|(_, it)| *it).collect();
        assert_eq!(down, [3]);
        assert_eq!(all.within(net("10.0.0.0/8")).count(), 3);
        assert_eq!(all.covering(net("fd00::/8")).count(), 0);
    }

    #[test]
    fn the_sweep_agrees_with_comparing_each_with_each() {
        // A fixed sequence of nested and equal ranges in few groups.
        let mut state = 7_u32;
        let mut next = |below: u32| {
            state = state.wrapping_mul(1_103_515_245).wrapping_add(12_345);
            (state >> 16) % below
        };
        for _ in 0..200 {
            let items: Vec<Held<u32, usize>> = (0..12)
                .map(|rank| {
                    let text = format!("10.{}.{}.0/{}", next(2), next(4), 14 + next(11));
                    Held { net: net(&text), group: next(4), rank }
                })
                .collect();
            let fast = first_overlaps(&items);
            for (at, item) in items.iter().enumerate() {
                let slow = items.iter().position(|it| {
                    it.group != item.group && overlap(it.net.trunc(), item.net.trunc()).is_some()
                });
                assert_eq!(fast[at], slow, "{items:?} at {at}");
            }
        }
    }
}
