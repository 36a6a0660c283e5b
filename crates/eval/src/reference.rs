//! What an unknown value comes from.

use std::collections::BTreeSet;
use std::sync::Arc;

use groundplan_ir::{Address, ModulePath, Step};

/// Something whose value is not known before the apply.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Source {
    /// A resource or data instance. Of a block whose `count` or `for_each` is not known this is the
    /// symbolic instance, whose key is the text `*`.
    Instance(Arc<Address>),
    /// An output of a module that is not installed.
    Output(Arc<ModulePath>, Arc<str>),
    /// An input variable of the root module that has no value.
    Variable(Arc<str>),
    /// A function whose answer differs from run to run, or a file that is not read.
    Impure(Arc<str>),
}

/// One source, and the part of it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Reference {
    /// What.
    pub source: Source,
    /// The attribute path within it.
    pub path: Arc<[Step]>,
}

/// Everything that an unknown value comes from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct References {
    /// Each once, in order.
    pub all: Arc<BTreeSet<Reference>>,
    /// The value *is* what these refer to, unchanged: exactly that one, or one of several. Otherwise
    /// it is computed from them.
    pub exact: bool,
}

impl References {
    /// The value of this reference itself.
    pub fn exactly(reference: Reference) -> Self {
        Self { all: Arc::new(BTreeSet::from([reference])), exact: true }
    }

    /// One of the two: what a conditional gives when its test is not known.
    #[must_use]
    pub fn or(&self, other: &Self) -> Self {
        Self { exact: self.exact && other.exact, ..self.and(other) }
    }

    /// Computed from both.
    #[must_use]
    pub fn and(&self, other: &Self) -> Self {
        let all = if self.all.is_empty() || Arc::ptr_eq(&self.all, &other.all) {
            Arc::clone(&other.all)
        } else if other.all.is_empty() {
            Arc::clone(&self.all)
        } else {
            Arc::new(self.all.union(&other.all).cloned().collect())
        };
        Self { all, exact: false }
    }

    /// The same sources, as parts of a computation.
    #[must_use]
    pub fn computed(&self) -> Self {
        Self { all: Arc::clone(&self.all), exact: false }
    }

    /// The part `step` of what is referred to.
    #[must_use]
    pub fn step(&self, step: &Step) -> Self {
        if !self.exact {
            return self.clone();
        }
        let deeper = |it: &Reference| Reference {
            source: it.source.clone(),
            path: it.path.iter().chain([step]).cloned().collect(),
        };
        Self { all: Arc::new(self.all.iter().map(deeper).collect()), exact: true }
    }
}
