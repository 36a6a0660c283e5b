//! Circles in the graph: strongly connected components (Tarjan), without recursion, since a chain of
//! references can be as long as the configuration.

use crate::graph::{Node, NodeId};

#[derive(Clone, Copy, Default)]
struct Mark {
    /// When the node was met, counted from 1; 0 before.
    met: usize,
    /// The earliest node on the stack that it leads to.
    low: usize,
    on_stack: bool,
}

/// Every group of nodes that need each other, and every node that needs itself, in the order of nodes.
pub(crate) fn find(nodes: &[Node]) -> Vec<Vec<NodeId>> {
    let mut search =
        Search { nodes, marks: vec![Mark::default(); nodes.len()], ..Search::default() };
    for id in 0..nodes.len() {
        if search.mark(id).met == 0 {
            search.from(id);
        }
    }
    search.found.sort();
    search.found
}

#[derive(Default)]
struct Search<'n> {
    nodes: &'n [Node],
    marks: Vec<Mark>,
    stack: Vec<NodeId>,
    count: usize,
    found: Vec<Vec<NodeId>>,
}

impl Search<'_> {
    fn mark(&self, id: NodeId) -> Mark {
        self.marks.get(id).copied().unwrap_or_default()
    }

    fn change(&mut self, id: NodeId, change: impl FnOnce(&mut Mark)) {
        if let Some(mark) = self.marks.get_mut(id) {
            change(mark);
        }
    }

    fn meet(&mut self, id: NodeId) {
        self.count += 1;
        let met = self.count;
        self.change(id, |it| *it = Mark { met, low: met, on_stack: true });
        self.stack.push(id);
    }

    fn need(&self, id: NodeId, at: usize) -> Option<NodeId> {
        self.nodes.get(id)?.needs.get(at).copied()
    }

    fn from(&mut self, start: NodeId) {
        self.meet(start);
        let mut path = vec![(start, 0)];
        while let Some((id, at)) = path.pop() {
            let Some(next) = self.need(id, at) else {
                self.leave(id);
                if let Some((above, _)) = path.last() {
                    let low = self.mark(id).low;
                    self.change(*above, |it| it.low = it.low.min(low));
                }
                continue;
            };
            path.push((id, at + 1));
            let mark = self.mark(next);
            if mark.met == 0 {
                self.meet(next);
                path.push((next, 0));
            } else if mark.on_stack {
                self.change(id, |it| it.low = it.low.min(mark.met));
            }
        }
    }

    /// Everything above the first of a group belongs to it.
    fn leave(&mut self, id: NodeId) {
        let mark = self.mark(id);
        if mark.low != mark.met {
            return;
        }
        let start = self.stack.iter().rposition(|it| *it == id).unwrap_or(0);
        let mut group = self.stack.split_off(start);
        for member in &group {
            self.change(*member, |it| it.on_stack = false);
        }
        let needs_itself = self.nodes.get(id).is_some_and(|it| it.needs.contains(&id));
        if group.len() > 1 || needs_itself {
            group.sort_unstable();
            self.found.push(group);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::Item;

    fn nodes(needs: &[&[NodeId]]) -> Vec<Node> {
        let node = |it: &&[NodeId]| Node {
            module: 0,
            item: Item::Local("x".into()),
            at: groundplan_ir::Location::default(),
            needs: it.to_vec(),
        };
        needs.iter().map(node).collect()
    }

    #[test]
    fn circles_are_found_however_they_are_entered() {
        assert_eq!(find(&nodes(&[&[1], &[2], &[]])), Vec::<Vec<NodeId>>::new());
        assert_eq!(find(&nodes(&[&[0]])), [[0]]);
        assert_eq!(find(&nodes(&[&[1], &[2], &[0], &[0]])), [[0, 1, 2]]);
        assert_eq!(find(&nodes(&[&[1, 2], &[0], &[1]])), [[0, 1, 2]]);
        assert_eq!(find(&nodes(&[&[1], &[0], &[3], &[2]])), [[0, 1], [2, 3]]);
        assert_eq!(find(&nodes(&[&[1, 3], &[2], &[1], &[]])), [[1, 2]]);
    }

    #[test]
    fn a_long_chain_is_walked() {
        let last = 200_000;
        let needs: Vec<Vec<NodeId>> =
            (0..=last).map(|it| vec![if it == last { 0 } else { it + 1 }]).collect();
        let slices: Vec<&[NodeId]> = needs.iter().map(Vec::as_slice).collect();
        assert_eq!(find(&nodes(&slices)).len(), 1);
    }
}
