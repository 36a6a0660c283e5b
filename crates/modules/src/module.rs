//! What the files of one directory declare.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use groundplan_ir::Location;
use groundplan_syntax::{Attribute, Block, Body, Expr};

/// Which sort of block an object comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Sort {
    /// `resource`
    Managed,
    /// `data`
    Data,
    /// `ephemeral`
    Ephemeral,
}

/// The name of a block within its module.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ResourceName {
    /// Which sort of block.
    pub sort: Sort,
    /// The type.
    pub kind: Arc<str>,
    /// The name.
    pub name: Arc<str>,
}

impl ResourceName {
    /// As references write it: `aws_vpc.a`, `data.aws_vpc.a`.
    pub fn written(&self) -> String {
        let prefix = match self.sort {
            Sort::Managed => "",
            Sort::Data => "data.",
            Sort::Ephemeral => "ephemeral.",
        };
        format!("{prefix}{}.{}", self.kind, self.name)
    }
}

/// A directory's declarations, override files merged in.
#[derive(Clone, Debug, Default)]
pub struct Module {
    /// The directory as Terraform would name it: relative to where it runs.
    pub directory: PathBuf,
    /// A part of the text was lost to an error, so that there may be more declarations.
    pub is_damaged: bool,
    /// `variable` blocks.
    pub variables: BTreeMap<Arc<str>, Variable>,
    /// The attributes of `locals` blocks.
    pub locals: BTreeMap<Arc<str>, Attribute>,
    /// `output` blocks.
    pub outputs: BTreeMap<Arc<str>, Output>,
    /// `resource`, `data` and `ephemeral` blocks.
    pub resources: BTreeMap<ResourceName, ResourceBlock>,
    /// `module` blocks.
    pub calls: BTreeMap<Arc<str>, Call>,
    /// `provider` blocks.
    pub providers: Vec<ProviderBlock>,
    /// Where the state is kept: the `backend` or `cloud` block.
    pub backend: Option<Backend>,
    /// `required_providers`: local name → the rest.
    pub required_providers: BTreeMap<Arc<str>, Expr>,
    /// `moved`, `removed`, `import` and `check` blocks, as they stand.
    pub others: Vec<Block>,
}

/// Where a root module keeps its state.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Backend {
    /// Its type, `s3`.
    pub kind: Box<str>,
    /// The arguments that are written as text, those of nested blocks with a dotted name.
    pub arguments: BTreeMap<Box<str>, Box<str>>,
}

/// A `variable` block.
#[derive(Clone, Debug)]
pub struct Variable {
    /// What names it.
    pub header: Location,
    /// `type`
    pub constraint: Option<Expr>,
    /// `default`
    pub default: Option<Expr>,
    /// `sensitive`
    pub sensitive: Option<Expr>,
    /// `ephemeral`
    pub ephemeral: Option<Expr>,
    /// `nullable`
    pub nullable: Option<Expr>,
    /// `validation` blocks.
    pub validations: Vec<Body>,
}

/// An `output` block.
#[derive(Clone, Debug)]
pub struct Output {
    /// What names it.
    pub header: Location,
    /// `value`
    pub value: Option<Expr>,
    /// `sensitive`
    pub sensitive: Option<Expr>,
    /// `precondition` blocks.
    pub preconditions: Vec<Body>,
}

/// `count`, `for_each`, and what else is not an argument of the thing itself.
#[derive(Clone, Debug, Default)]
pub struct Meta {
    /// `count`
    pub count: Option<Expr>,
    /// `for_each`
    pub for_each: Option<Expr>,
    /// `depends_on`
    pub depends_on: Option<Expr>,
    /// `provider`
    pub provider: Option<Expr>,
    /// The `lifecycle` block.
    pub lifecycle: Option<Body>,
}

/// A `resource`, `data` or `ephemeral` block.
#[derive(Clone, Debug)]
pub struct ResourceBlock {
    /// What names it.
    pub header: Location,
    /// The whole block.
    pub at: Location,
    /// What Terraform itself reads.
    pub meta: Meta,
    /// What the provider reads.
    pub body: Body,
}

/// A `module` block.
#[derive(Clone, Debug)]
pub struct Call {
    /// What names it.
    pub header: Location,
    /// `source`
    pub source: Option<Expr>,
    /// What Terraform itself reads.
    pub meta: Meta,
    /// `providers`
    pub providers: Option<Expr>,
    /// The arguments for the module's variables.
    pub inputs: BTreeMap<Arc<str>, Attribute>,
}

/// A `provider` block.
#[derive(Clone, Debug)]
pub struct ProviderBlock {
    /// What names it.
    pub header: Location,
    /// The provider's local name.
    pub name: Arc<str>,
    /// `alias`
    pub alias: Option<Arc<str>>,
    /// The whole of it.
    pub body: Body,
}
