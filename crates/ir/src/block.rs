//! The configuration behind the instances: which argument refers to what.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::{BlockPlaces, Location, Traversal};

/// An expression, reduced to what it refers to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Expression {
    /// Everything that the expression mentions, in the order of the text.
    pub references: Vec<Traversal>,
    /// Text of a constant string; it tells whether a plan was made from a source.
    pub constant: Option<Box<str>>,
}

/// An argument or the nested blocks of one name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Argument {
    /// `name = …`
    Expression(Expression),
    /// `name { … }`, once or several times.
    Blocks(Vec<BTreeMap<Box<str>, Argument>>),
}

impl Argument {
    /// Every expression in it, nested ones too.
    pub fn expressions(&self) -> Vec<&Expression> {
        match self {
            Self::Expression(expression) => vec![expression],
            Self::Blocks(blocks) => {
                blocks.iter().flat_map(|block| block.values()).flat_map(Self::expressions).collect()
            }
        }
    }
}

/// `count` or `for_each` of a block.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Repetition {
    /// Neither.
    #[default]
    Single,
    /// `count = …`
    Count(Expression),
    /// `for_each = …`
    ForEach(Expression),
}

/// A `resource` or `data` block.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BlockConfig {
    /// What the author wrote, by argument name. An argument that is not here was left out.
    pub arguments: BTreeMap<Box<str>, Argument>,
    /// `count` or `for_each`.
    pub repetition: Repetition,
    /// `depends_on`.
    pub depends_on: Vec<Traversal>,
    /// The key of its provider configuration in [`crate::Config::providers`].
    pub provider: Box<str>,
    /// Where all that stands, when the input is source text.
    pub places: Option<Arc<BlockPlaces>>,
}

/// A `module` block and the module that it calls.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ModuleCall {
    /// The input variables that the call sets.
    pub inputs: BTreeMap<Box<str>, Expression>,
    /// `count` or `for_each`.
    pub repetition: Repetition,
    /// `depends_on`.
    pub depends_on: Vec<Traversal>,
    /// The called module.
    pub module: ModuleConfig,
    /// The header of the call, when the input is source text.
    pub at: Option<Location>,
}

/// The blocks of one module.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ModuleConfig {
    /// Blocks by `type.name` or `data.type.name`; only types that a model reads.
    pub blocks: BTreeMap<Box<str>, BlockConfig>,
    /// Calls by name.
    pub calls: BTreeMap<Box<str>, ModuleCall>,
    /// Outputs by name.
    pub outputs: BTreeMap<Box<str>, Expression>,
    /// Local values by name; a plan defines none of those that it mentions.
    pub locals: BTreeMap<Box<str>, Expression>,
}

/// Changes one reference.
type Change<'c> = &'c dyn Fn(&mut Traversal);

impl ModuleConfig {
    /// Changes every reference, in called modules too.
    pub fn map_references(&mut self, change: Change<'_>) {
        for block in self.blocks.values_mut() {
            block.arguments.values_mut().for_each(|it| it.map_references(change));
            block.repetition.map_references(change);
            block.depends_on.iter_mut().for_each(change);
        }
        for call in self.calls.values_mut() {
            call.inputs.values_mut().for_each(|it| it.map_references(change));
            call.repetition.map_references(change);
            call.depends_on.iter_mut().for_each(change);
            call.module.map_references(change);
        }
        let named = self.outputs.values_mut().chain(self.locals.values_mut());
        named.for_each(|it| it.map_references(change));
    }
}

impl Argument {
    fn map_references(&mut self, change: Change<'_>) {
        match self {
            Self::Expression(expression) => expression.map_references(change),
            Self::Blocks(blocks) => {
                let arguments = blocks.iter_mut().flat_map(|block| block.values_mut());
                arguments.for_each(|it| it.map_references(change));
            }
        }
    }
}

impl Repetition {
    fn map_references(&mut self, change: Change<'_>) {
        match self {
            Self::Single => (),
            Self::Count(expression) | Self::ForEach(expression) => {
                expression.map_references(change);
            }
        }
    }
}

impl Expression {
    fn map_references(&mut self, change: Change<'_>) {
        self.references.iter_mut().for_each(change);
    }
}
