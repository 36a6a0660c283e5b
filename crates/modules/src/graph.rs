//! What must be evaluated before what.
//!
//! A node stands for a declaration on a call path, for all instances of the modules on it. Edges are
//! told from the text of expressions, as Terraform tells them, so that a cycle is found whatever the
//! values are, and each node is evaluated once, after everything that it mentions.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use groundplan_ir::Location;
use groundplan_syntax::Expr;

use crate::module::{Meta, ResourceBlock, ResourceName, Sort};
use crate::providers::of_block;
use crate::references::{self, Mentioned};
use crate::tree::{ModuleId, Tree};

/// The place of a node in [`Graph::nodes`].
pub type NodeId = usize;

/// What a node stands for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Item {
    /// An input variable.
    Variable(Arc<str>),
    /// The rules that a variable's value must keep.
    Validation(Arc<str>),
    /// A local value.
    Local(Arc<str>),
    /// An output.
    Output(Arc<str>),
    /// The instances of a `resource`, `data` or `ephemeral` block.
    Resource(ResourceName),
    /// The instances of a module call.
    Call(Arc<str>),
    /// A `provider` block, by its place in the module.
    Provider(usize),
}

/// A declaration on a call path.
#[derive(Clone, Debug)]
pub struct Node {
    /// The call path.
    pub module: ModuleId,
    /// The declaration.
    pub item: Item,
    /// What names it.
    pub at: Location,
    /// What it needs.
    pub needs: Vec<NodeId>,
}

/// All declarations.
#[derive(Debug, Default)]
pub struct Graph {
    /// In an order that depends on names only.
    pub nodes: Vec<Node>,
    index: BTreeMap<(ModuleId, Item), NodeId>,
    /// Nodes that need themselves, each circle as one list.
    pub cycles: Vec<Vec<NodeId>>,
    used: Vec<bool>,
    /// Everything that is not on or behind a circle, in waves: each needs only earlier ones.
    pub waves: Vec<Vec<NodeId>>,
}

impl Graph {
    /// The graph of a tree; only what `wanted` asks for, and what that needs, gets into the waves.
    pub fn new(tree: &Tree, wanted: &dyn Fn(&Item, ModuleId) -> bool) -> Self {
        let mut graph = Self::default();
        graph.declare(tree);
        for id in 0..graph.nodes.len() {
            let needs = graph.needs(tree, id);
            if let Some(node) = graph.nodes.get_mut(id) {
                node.needs = needs;
            }
        }
        graph.order(wanted);
        graph
    }

    /// The node of a declaration.
    pub fn find(&self, module: ModuleId, item: &Item) -> Option<NodeId> {
        self.index.get(&(module, item.clone())).copied()
    }

    /// Whether anything that is evaluated refers to it.
    pub fn is_used(&self, module: ModuleId, item: &Item) -> bool {
        self.find(module, item).and_then(|id| self.used.get(id)).is_some_and(|it| *it)
    }

    fn declare(&mut self, tree: &Tree) {
        for (module, it) in tree.modules.iter().enumerate() {
            let own = &it.module;
            let mut add = |item: Item, at: Location| {
                self.index.insert((module, item.clone()), self.nodes.len());
                self.nodes.push(Node { module, item, at, needs: Vec::new() });
            };
            for (name, variable) in &own.variables {
                add(Item::Variable(Arc::clone(name)), variable.header);
                if !variable.validations.is_empty() {
                    add(Item::Validation(Arc::clone(name)), variable.header);
                }
            }
            for (name, local) in &own.locals {
                add(Item::Local(Arc::clone(name)), local.name.at);
            }
            for (name, output) in &own.outputs {
                add(Item::Output(Arc::clone(name)), output.header);
            }
            for (name, block) in &own.resources {
                add(Item::Resource(name.clone()), block.header);
            }
            for (name, call) in &own.calls {
                add(Item::Call(Arc::clone(name)), call.header);
            }
            for (at, provider) in own.providers.iter().enumerate() {
                add(Item::Provider(at), provider.header);
            }
        }
    }

    fn needs(&self, tree: &Tree, id: NodeId) -> Vec<NodeId> {
        let Some(node) = self.nodes.get(id) else { return Vec::new() };
        let Some(scope) = tree.modules.get(node.module) else { return Vec::new() };
        let own = &scope.module;
        let mut found = Edges { graph: self, tree, module: node.module, found: BTreeSet::new() };
        // Whatever stands in a called module waits for the call's instances.
        if let (Some(parent), Some(name)) = (scope.parent, scope.path.last()) {
            found.add(parent, Item::Call(Arc::clone(name)));
        }
        match &node.item {
            Item::Variable(name) => {
                if let (Some(parent), Some(call)) = (scope.parent, scope.path.last()) {
                    let caller = tree.modules.get(parent);
                    let call = caller.and_then(|it| it.module.calls.get(call));
                    if let Some(input) = call.and_then(|it| it.inputs.get(name)) {
                        found.module = parent;
                        found.expr(&input.expr);
                    }
                }
            }
            Item::Validation(name) => {
                for body in own.variables.get(name).into_iter().flat_map(|it| &it.validations) {
                    references::walk_body(body, &mut |it| found.mentioned(&it));
                }
            }
            Item::Local(name) => found.exprs(own.locals.get(name).map(|it| &it.expr)),
            Item::Output(name) => {
                found.exprs(own.outputs.get(name).and_then(|it| it.value.as_ref()));
            }
            Item::Resource(name) => {
                if let Some(block) = own.resources.get(name) {
                    found.meta(&block.meta);
                    references::walk_body(&block.body, &mut |it| found.mentioned(&it));
                    found.provider(name, block);
                }
            }
            Item::Call(name) => {
                if let Some(call) = own.calls.get(name) {
                    found.meta(&call.meta);
                }
            }
            Item::Provider(at) => {
                if let Some(block) = own.providers.get(*at) {
                    references::walk_body(&block.body, &mut |it| found.mentioned(&it));
                }
            }
        }
        found.found.into_iter().collect()
    }

    /// Sorts what is wanted into waves and finds the circles.
    fn order(&mut self, wanted: &dyn Fn(&Item, ModuleId) -> bool) {
        self.cycles = crate::cycles::find(&self.nodes);
        let needed = self.needed(wanted);
        self.used = vec![false; self.nodes.len()];
        for need in needed.iter().filter_map(|id| self.nodes.get(*id)).flat_map(|it| &it.needs) {
            self.used.get_mut(*need).into_iter().for_each(|it| *it = true);
        }
        let on_cycle: BTreeSet<NodeId> = self.cycles.iter().flatten().copied().collect();
        // A node on a circle is unknown from the start, so nothing waits for it.
        let mut waiting = vec![0_usize; self.nodes.len()];
        let mut users: Vec<Vec<NodeId>> = vec![Vec::new(); self.nodes.len()];
        let mut wave = Vec::new();
        for (id, node) in self.nodes.iter().enumerate() {
            if !needed.contains(&id) || on_cycle.contains(&id) {
                continue;
            }
            let needs = node.needs.iter().filter(|it| !on_cycle.contains(it));
            let mut count = 0;
            for need in needs {
                count += 1;
                users.get_mut(*need).into_iter().for_each(|it| it.push(id));
            }
            waiting.get_mut(id).into_iter().for_each(|it| *it = count);
            if count == 0 {
                wave.push(id);
            }
        }
        while !wave.is_empty() {
            let mut next = Vec::new();
            for user in wave.iter().filter_map(|id| users.get(*id)).flatten() {
                if let Some(left) = waiting.get_mut(*user) {
                    *left -= 1;
                    if *left == 0 {
                        next.push(*user);
                    }
                }
            }
            next.sort_unstable();
            self.waves.push(std::mem::replace(&mut wave, next));
        }
    }

    fn needed(&self, wanted: &dyn Fn(&Item, ModuleId) -> bool) -> BTreeSet<NodeId> {
        let asked = |(_, it): &(NodeId, &Node)| wanted(&it.item, it.module);
        let mut stack: Vec<NodeId> =
            self.nodes.iter().enumerate().filter(asked).map(|(id, _)| id).collect();
        let mut needed = BTreeSet::new();
        while let Some(id) = stack.pop() {
            if needed.insert(id) {
                stack.extend(self.nodes.get(id).into_iter().flat_map(|it| &it.needs));
            }
        }
        needed
    }
}

/// Gathers what one node needs.
struct Edges<'g> {
    graph: &'g Graph,
    tree: &'g Tree,
    module: ModuleId,
    found: BTreeSet<NodeId>,
}

impl Edges<'_> {
    fn add(&mut self, module: ModuleId, item: Item) {
        self.found.extend(self.graph.index.get(&(module, item)));
    }

    /// The region of `aws_region` is that of its provider.
    fn provider(&mut self, name: &ResourceName, block: &ResourceBlock) {
        if name.sort == Sort::Data && &*name.kind == "aws_region" {
            let used = of_block(self.tree, self.module, name, block);
            if let Some(at) = used.block {
                self.add(used.module, Item::Provider(at));
            }
        }
    }

    fn exprs<'e>(&mut self, all: impl IntoIterator<Item = &'e Expr>) {
        all.into_iter().for_each(|it| self.expr(it));
    }

    fn expr(&mut self, expr: &Expr) {
        references::walk(expr, &mut |it| self.mentioned(&it));
    }

    /// `depends_on` and `provider` order what Terraform does, and change no value.
    fn meta(&mut self, meta: &Meta) {
        self.exprs(&meta.count);
        self.exprs(&meta.for_each);
    }

    fn mentioned(&mut self, it: &Mentioned<'_>) {
        let first = it.name(0).map(Arc::clone);
        match (&**it.head, first) {
            ("var", Some(name)) => self.add(self.module, Item::Variable(name)),
            ("local", Some(name)) => self.add(self.module, Item::Local(name)),
            ("module", Some(name)) => self.called(&name, it),
            ("data" | "ephemeral", Some(kind)) => {
                let sort = if &**it.head == "data" { Sort::Data } else { Sort::Ephemeral };
                if let Some(name) = it.name(1) {
                    let name = ResourceName { sort, kind, name: Arc::clone(name) };
                    self.add(self.module, Item::Resource(name));
                }
            }
            ("each" | "count" | "self" | "path" | "terraform", _) | (_, None) => (),
            (_, Some(name)) => {
                let kind = Arc::clone(it.head);
                let name = ResourceName { sort: Sort::Managed, kind, name };
                self.add(self.module, Item::Resource(name));
            }
        }
    }

    /// `module.name.output`, with or without a key; without an output it is all of them.
    fn called(&mut self, name: &Arc<str>, it: &Mentioned<'_>) {
        self.add(self.module, Item::Call(Arc::clone(name)));
        let child = self.tree.modules.get(self.module).and_then(|it| it.children.get(name));
        let Some(Some(child)) = child.copied() else { return };
        let call = self.tree.modules.get(self.module).and_then(|it| it.module.calls.get(name));
        let repeats = call.is_some_and(|it| it.meta.count.is_some() || it.meta.for_each.is_some());
        if let Some(output) = it.name(if repeats { 2 } else { 1 }) {
            self.add(child, Item::Output(Arc::clone(output)));
        } else if let Some(called) = self.tree.modules.get(child) {
            for output in called.module.outputs.keys() {
                self.add(child, Item::Output(Arc::clone(output)));
            }
        }
    }
}
