//! Blocks → what each argument mentions, and where it stands.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use groundplan_ir::{
    Argument, BlockConfig, BlockPlaces, Expression, Interest, ModuleCall, ModuleConfig, Repetition,
    Traversal,
};
use groundplan_modules::{
    Evaluation, Meta, Module, ModuleId, ResourceBlock, ResourceName, Sort, of_block, traversals,
};
use groundplan_syntax::{Block, Body, Expr, Literal, Node};

/// One expression leads to as many references as this; real ones stay under a hundred.
const MOST_REFERENCES: usize = 10_000;

/// Module calls nest a bounded number of times, so this recursion is bounded as well.
pub(crate) fn root(run: &Evaluation, interest: &Interest) -> ModuleConfig {
    module(run, interest, 0)
}

fn module(run: &Evaluation, interest: &Interest, id: ModuleId) -> ModuleConfig {
    let mut out = ModuleConfig::default();
    let Some(it) = run.tree.modules.get(id) else { return out };
    let reading = Blocks { module: &it.module };
    for (name, block) in &it.module.resources {
        if name.sort == Sort::Ephemeral || interest.attributes(&name.kind).is_none() {
            continue;
        }
        let config = reading.block(run, id, name, block);
        out.blocks.insert(name.written().into(), config);
    }
    for (name, call) in &it.module.calls {
        let child = it.children.get(name).copied().flatten();
        let inputs = call.inputs.iter();
        let inputs = inputs.map(|(name, it)| ((&**name).into(), reading.expression(&it.expr)));
        let config = ModuleCall {
            inputs: inputs.collect(),
            repetition: reading.repetition(&call.meta),
            depends_on: depends_on(&call.meta),
            module: child.map(|id| module(run, interest, id)).unwrap_or_default(),
            at: Some(call.header),
        };
        out.calls.insert((&**name).into(), config);
    }
    for (name, output) in &it.module.outputs {
        if let Some(value) = &output.value {
            out.outputs.insert((&**name).into(), reading.expression(value));
        }
    }
    let locals = it.module.locals.iter();
    out.locals =
        locals.map(|(name, it)| ((&**name).into(), reading.expression(&it.expr))).collect();
    out
}

struct Blocks<'m> {
    module: &'m Module,
}

impl Blocks<'_> {
    fn block(
        &self,
        run: &Evaluation,
        id: ModuleId,
        name: &ResourceName,
        block: &ResourceBlock,
    ) -> BlockConfig {
        let mut places =
            BlockPlaces { header: block.header, whole: block.at, ..BlockPlaces::default() };
        for attribute in &block.body.attributes {
            places.arguments.insert((&*attribute.name.text).into(), attribute.at);
        }
        for nested in &block.body.blocks {
            let (kind, at) = kind(nested);
            places.arguments.entry(kind.into()).or_insert(at);
            places.blocks.entry(kind.into()).or_default().push(at);
            places.nested.entry(kind.into()).or_default().push(inside(nested));
        }
        dynamics(&block.body, &mut places);
        BlockConfig {
            arguments: self.arguments(&block.body),
            repetition: self.repetition(&block.meta),
            depends_on: depends_on(&block.meta),
            provider: of_block(&run.tree, id, name, block).key(&run.tree).into(),
            places: Some(Arc::new(places)),
        }
    }

    fn arguments(&self, body: &Body) -> BTreeMap<Box<str>, Argument> {
        let mut out = BTreeMap::new();
        for attribute in &body.attributes {
            let argument = Argument::Expression(self.expression(&attribute.expr));
            out.insert((&*attribute.name.text).into(), argument);
        }
        let mut blocks: BTreeMap<&str, Vec<BTreeMap<Box<str>, Argument>>> = BTreeMap::new();
        for block in &body.blocks {
            let (kind, _) = kind(block);
            // As in plans: what a `dynamic` block makes is told by the value alone.
            if &*block.kind.text == "dynamic" {
                continue;
            }
            let arguments = self.arguments(&block.body);
            blocks.entry(kind).or_default().push(arguments);
        }
        out.extend(blocks.into_iter().map(|(kind, all)| (kind.into(), Argument::Blocks(all))));
        out
    }

    /// What an expression mentions, local values replaced by what they mention.
    fn expression(&self, expr: &Expr) -> Expression {
        let mut found = BTreeSet::new();
        let mut locals = BTreeSet::new();
        let mut todo: Vec<Traversal> = traversals(expr).into_iter().collect();
        while let Some(it) = todo.pop() {
            if it.head() != "local" {
                found.insert(it);
            } else if let Some(name) = it.steps().get(1).and_then(groundplan_ir::Step::attribute)
                && locals.len() < MOST_REFERENCES
                && locals.insert(Arc::<str>::from(name))
                && let Some(local) = self.module.locals.get(name)
            {
                todo.extend(traversals(&local.expr));
            }
        }
        let constant = if let Node::Literal(Literal::String(text)) = &expr.node {
            Some((&**text).into())
        } else {
            None
        };
        Expression { references: found.into_iter().take(MOST_REFERENCES).collect(), constant }
    }

    fn repetition(&self, meta: &Meta) -> Repetition {
        match (&meta.count, &meta.for_each) {
            (Some(count), _) => Repetition::Count(self.expression(count)),
            (None, Some(for_each)) => Repetition::ForEach(self.expression(for_each)),
            (None, None) => Repetition::Single,
        }
    }
}

fn depends_on(meta: &Meta) -> Vec<Traversal> {
    meta.depends_on.iter().flat_map(traversals).collect()
}

/// Notes which blocks are `dynamic`; where several of one name are, no element of theirs is placed.
fn dynamics(body: &Body, places: &mut BlockPlaces) {
    let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
    for nested in &body.blocks {
        let name = kind(nested).0;
        let at = seen.entry(name).or_default();
        if &*nested.kind.text == "dynamic" && places.dynamics.insert(name.into(), *at).is_some() {
            places.blocks.remove(name);
            places.nested.remove(name);
        }
        *at += 1;
    }
}

/// Where the arguments inside a nested block stand; of a `dynamic` block those of its `content`.
fn inside(block: &Block) -> BTreeMap<Box<str>, groundplan_ir::Location> {
    let content = block.body.blocks.iter().find(|it| &*it.kind.text == "content");
    let body = match content {
        Some(content) if &*block.kind.text == "dynamic" => &content.body,
        Some(_) | None => &block.body,
    };
    body.attributes.iter().map(|it| ((&*it.name.text).into(), it.at)).collect()
}

/// The type of a nested block, and what names it; a `dynamic` block has its label's.
fn kind(block: &Block) -> (&str, groundplan_ir::Location) {
    match block.labels.first() {
        Some(label) if &*block.kind.text == "dynamic" => (&label.text, block.header),
        Some(_) | None => (&block.kind.text, block.header),
    }
}

/// `import` blocks of the root module with a literal id: address → id.
pub(crate) fn imports(run: &Evaluation) -> BTreeMap<String, Box<str>> {
    let Some(root) = run.tree.modules.first() else { return BTreeMap::new() };
    let blocks = root.module.others.iter().filter(|it| &*it.kind.text == "import");
    let one = |block: &Block| {
        let find = |name: &str| block.body.attributes.iter().find(|it| &*it.name.text == name);
        let to = traversals(&find("to")?.expr).into_iter().next()?;
        let id = if let Node::Literal(Literal::String(id)) = &find("id")?.expr.node {
            (&**id).into()
        } else {
            // It exists, but what it is called is not spelled out.
            "".into()
        };
        Some((to.to_string(), id))
    };
    blocks.filter_map(one).collect()
}
