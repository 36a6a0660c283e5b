//! What Terraform makes first: which blocks a block waits for.
//!
//! Terraform orders whole blocks, not their instances: a block waits for every block that it mentions anywhere or names
//! in `depends_on`, through variables, locals and outputs, and so do the modules that it is in.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::{
    Address, Argument, BlockConfig, Cause, Config, Expression, ModuleCall, ModuleConfig,
    ModulePath, ModuleStep, Repetition, Step, Traversal,
};

/// A block of a module, whatever instances of both there are.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct BlockKey {
    stack: Option<Arc<str>>,
    /// The calls that lead to its module.
    calls: Vec<Box<str>>,
    /// `type.name` or `data.type.name`.
    block: Box<str>,
}

impl BlockKey {
    /// The block that this is an instance of.
    pub fn of(address: &Address) -> Self {
        let calls = address.module.steps.iter().map(|step| step.name.clone()).collect();
        Self { stack: address.module.stack.clone(), calls, block: address.block().into() }
    }
}

/// The blocks that a block waits for.
#[derive(Clone, Debug, Default)]
pub struct Waits {
    /// All that were found.
    pub blocks: BTreeSet<BlockKey>,
    /// Why there may be others.
    pub gap: Option<Cause>,
}

impl Config {
    /// What the block `of` waits for.
    pub fn waits(&self, of: &BlockKey) -> Waits {
        let mut walk = Walk { stack: of.stack.clone(), ..Walk::new(self) };
        walk.todo.push((of.calls.clone(), Node::Block(of.block.clone())));
        while let Some((calls, node)) = walk.todo.pop() {
            if walk.seen.insert((calls.clone(), node.clone())) {
                walk.visit(&calls, &node);
            }
        }
        let Walk { seen, stack, gap, .. } = walk;
        let blocks = seen.into_iter().filter_map(|(calls, node)| match node {
            Node::Block(block) => Some(BlockKey { stack: stack.clone(), calls, block }),
            Node::Local(_) | Node::Variable(_) | Node::Output(_) | Node::Module => None,
        });
        Waits { blocks: blocks.filter(|it| it != of).collect(), gap }
    }
}

/// What can be waited for in a module.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Node {
    Block(Box<str>),
    Local(Box<str>),
    Variable(Box<str>),
    Output(Box<str>),
    /// Everything in it.
    Module,
}

struct Walk<'c> {
    config: &'c Config,
    stack: Option<Arc<str>>,
    seen: BTreeSet<(Vec<Box<str>>, Node)>,
    todo: Vec<(Vec<Box<str>>, Node)>,
    gap: Option<Cause>,
}

impl<'c> Walk<'c> {
    fn new(config: &'c Config) -> Self {
        Self { config, stack: None, seen: BTreeSet::new(), todo: Vec::new(), gap: None }
    }

    fn module(&self, calls: &[Box<str>]) -> Option<&'c ModuleConfig> {
        let root = self.config.root_of(self.stack.as_ref())?;
        calls.iter().try_fold(root, |module, name| Some(&module.calls.get(name)?.module))
    }

    fn visit(&mut self, calls: &[Box<str>], node: &Node) {
        let Some(module) = self.module(calls) else {
            let what = calls.join(".");
            return self.miss(Cause::NoConfiguration(what.into()));
        };
        match node {
            Node::Block(name) => match module.blocks.get(name) {
                Some(block) => {
                    self.block(calls, block);
                    self.callers(calls);
                }
                None => self.unread(calls, name),
            },
            Node::Local(name) => match module.locals.get(name) {
                Some(local) => self.expression(calls, local),
                None => self.miss(Cause::Local(name.clone())),
            },
            Node::Variable(name) => self.variable(calls, name),
            Node::Output(name) => {
                match module.outputs.get(name) {
                    Some(output) => self.expression(calls, output),
                    None => self.miss(Cause::NotModelled(format!("output.{name}").into())),
                }
                self.callers(calls);
            }
            Node::Module => {
                let all = |names: Vec<Box<str>>, node: fn(Box<str>) -> Node| {
                    names.into_iter().map(move |name| (calls.to_vec(), node(name)))
                };
                self.todo.extend(all(module.blocks.keys().cloned().collect(), Node::Block));
                self.todo.extend(all(module.outputs.keys().cloned().collect(), Node::Output));
                for name in module.calls.keys() {
                    let inner = calls.iter().chain([name]).cloned().collect();
                    self.todo.push((inner, Node::Module));
                }
            }
        }
    }

    fn miss(&mut self, cause: Cause) {
        self.gap = self.gap.take().or(Some(cause));
    }

    /// Values that were read during planning wait for nothing that is about to be made.
    fn unread(&mut self, calls: &[Box<str>], name: &str) {
        let steps = calls.iter().map(|name| ModuleStep { name: name.clone(), key: None }).collect();
        let path = ModulePath { stack: self.stack.clone(), steps };
        if !self.config.read_data.contains(&*path.block_name(name)) {
            self.miss(Cause::NotModelled(name.into()));
        }
    }

    fn block(&mut self, calls: &[Box<str>], block: &BlockConfig) {
        for expression in block.arguments.values().flat_map(Argument::expressions) {
            self.expression(calls, expression);
        }
        self.repetition(calls, &block.repetition);
        self.references(calls, &block.depends_on);
    }

    fn repetition(&mut self, calls: &[Box<str>], repetition: &Repetition) {
        match repetition {
            Repetition::Single => (),
            Repetition::Count(expression) | Repetition::ForEach(expression) => {
                self.expression(calls, expression);
            }
        }
    }

    /// What is in a module waits for what its call and the calls around that one wait for.
    fn callers(&mut self, calls: &[Box<str>]) {
        let mut inner = calls;
        while let Some((call, outer)) = self.call(inner) {
            self.repetition(outer, &call.repetition);
            self.references(outer, &call.depends_on);
            inner = outer;
        }
    }

    fn call<'k>(&self, calls: &'k [Box<str>]) -> Option<(&'c ModuleCall, &'k [Box<str>])> {
        let (last, outer) = calls.split_last()?;
        Some((self.module(outer)?.calls.get(last)?, outer))
    }

    /// What the call sets it to; a root module's are known, and so are defaults.
    fn variable(&mut self, calls: &[Box<str>], name: &str) {
        if let Some((call, outer)) = self.call(calls)
            && let Some(expression) = call.inputs.get(name)
        {
            self.expression(outer, expression);
        }
    }

    fn expression(&mut self, calls: &[Box<str>], expression: &Expression) {
        self.references(calls, &expression.references);
    }

    fn references(&mut self, calls: &[Box<str>], references: &[Traversal]) {
        for reference in references {
            let here = |node| (calls.to_vec(), node);
            match (reference.head(), reference.steps()) {
                // The block's own `for_each` tells what `each` stands for.
                ("count" | "path" | "terraform" | "self" | "each", _) => (),
                ("local", [_, Step::Name(name), ..]) => {
                    self.todo.push(here(Node::Local(name.clone())));
                }
                ("var", [_, Step::Name(name), ..]) => {
                    self.todo.push(here(Node::Variable(name.clone())));
                }
                ("module", [_, Step::Name(name), rest @ ..]) => {
                    let inner = calls.iter().chain([name]).cloned().collect();
                    let output = rest.iter().find_map(|step| match step {
                        Step::Name(output) => Some(output.clone()),
                        Step::Key(_) => None,
                    });
                    // Plans write the bare name behind each output, too.
                    let echo = output.is_none() && names_output(references, name);
                    let node = output.map_or(Node::Module, Node::Output);
                    if !echo {
                        self.todo.push((inner, node));
                    }
                }
                ("data", [_, Step::Name(kind), Step::Name(name), ..]) => {
                    self.todo.push(here(Node::Block(format!("data.{kind}.{name}").into())));
                }
                (_, [Step::Name(kind), Step::Name(name), ..]) => {
                    self.todo.push(here(Node::Block(format!("{kind}.{name}").into())));
                }
                (_, _) => self.miss(Cause::NotModelled(reference.to_string().into())),
            }
        }
    }
}

/// Whether one of these references names an output of the call.
fn names_output(references: &[Traversal], call: &str) -> bool {
    references.iter().any(|it| match it.steps() {
        [Step::Name(head), Step::Name(name), rest @ ..] => {
            &**head == "module"
                && &**name == call
                && rest.iter().any(|step| matches!(step, Step::Name(_)))
        }
        _ => false,
    })
}
