//! Which properties of a JSON body are blocks, and how the values of the others are read.
//!
//! In native syntax the text shows it; in JSON only the language's own schema does. What belongs
//! to a provider's schema cannot be known here and counts as a value.

/// What a body belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum BodyKind {
    /// The file.
    Root,
    Terraform,
    RequiredProviders,
    Variable,
    Output,
    Module,
    /// `resource`, `data` and `ephemeral`.
    Resource,
    Lifecycle,
    Provisioner,
    Check,
    /// `moved`, `removed` and `import`.
    Refactoring,
    Dynamic,
    /// Arguments of a provider's or a backend's, with `dynamic` blocks.
    Arguments,
    /// Arguments and nothing else.
    Plain,
    /// Values that hold nothing to evaluate.
    Values,
}

/// What a property is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Use {
    /// An argument whose strings are templates.
    Value,
    /// An argument whose strings are text.
    Text,
    /// An argument whose strings are expressions: references, types, keywords.
    Expression,
    /// `providers` of a module: names and values are references.
    Providers,
    /// A provider in `required_providers`.
    Requirement,
    /// Blocks with so many labels.
    Block(usize, BodyKind),
    /// Nothing that Terraform knows.
    Unknown,
}

impl BodyKind {
    /// What a property of this name is in such a body.
    pub(super) fn property(self, name: &str) -> Use {
        match self {
            Self::Root => root(name),
            Self::Terraform => match name {
                "required_providers" => Use::Block(0, Self::RequiredProviders),
                "backend" | "provider_meta" | "state_store" => Use::Block(1, Self::Arguments),
                "cloud" => Use::Block(0, Self::Arguments),
                "experiments" | "language" => Use::Expression,
                _ => Use::Text,
            },
            Self::RequiredProviders => Use::Requirement,
            Self::Variable => match name {
                "validation" => Use::Block(0, Self::Plain),
                "type" => Use::Expression,
                _ => Use::Text,
            },
            Self::Output => match name {
                "value" => Use::Value,
                "depends_on" => Use::Expression,
                "precondition" | "postcondition" => Use::Block(0, Self::Plain),
                _ => Use::Text,
            },
            Self::Module => match name {
                "source" | "version" => Use::Text,
                "providers" => Use::Providers,
                "depends_on" => Use::Expression,
                _ => Use::Value,
            },
            Self::Resource => resource(name),
            Self::Lifecycle => match name {
                "precondition" | "postcondition" => Use::Block(0, Self::Plain),
                "ignore_changes" | "replace_triggered_by" => Use::Expression,
                _ => Use::Text,
            },
            Self::Provisioner => match name {
                "when" | "on_failure" => Use::Expression,
                "connection" => Use::Block(0, Self::Plain),
                _ => Use::Value,
            },
            Self::Check => match name {
                "data" => Use::Block(2, Self::Resource),
                "assert" => Use::Block(0, Self::Plain),
                _ => Use::Value,
            },
            Self::Refactoring => refactoring(name),
            Self::Dynamic => match name {
                "iterator" => Use::Expression,
                "content" => Use::Block(0, Self::Arguments),
                _ => Use::Value,
            },
            Self::Arguments => match name {
                "dynamic" => Use::Block(1, Self::Dynamic),
                _ => Use::Value,
            },
            Self::Plain => Use::Value,
            Self::Values => Use::Text,
        }
    }
}

fn root(name: &str) -> Use {
    let (labels, kind) = match name {
        "terraform" => (0, BodyKind::Terraform),
        "locals" => (0, BodyKind::Plain),
        "provider" => (1, BodyKind::Arguments),
        "variable" => (1, BodyKind::Variable),
        "output" => (1, BodyKind::Output),
        "module" => (1, BodyKind::Module),
        "resource" | "data" | "ephemeral" => (2, BodyKind::Resource),
        "check" => (1, BodyKind::Check),
        "moved" | "removed" | "import" => (0, BodyKind::Refactoring),
        _ => return Use::Unknown,
    };
    Use::Block(labels, kind)
}

fn resource(name: &str) -> Use {
    match name {
        "provider" | "depends_on" => Use::Expression,
        "lifecycle" => Use::Block(0, BodyKind::Lifecycle),
        "provisioner" => Use::Block(1, BodyKind::Provisioner),
        "connection" => Use::Block(0, BodyKind::Plain),
        "dynamic" => Use::Block(1, BodyKind::Dynamic),
        _ => Use::Value,
    }
}

fn refactoring(name: &str) -> Use {
    match name {
        "from" | "to" | "provider" => Use::Expression,
        "lifecycle" => Use::Block(0, BodyKind::Lifecycle),
        "provisioner" => Use::Block(1, BodyKind::Provisioner),
        "connection" => Use::Block(0, BodyKind::Plain),
        _ => Use::Value,
    }
}
