//! `mutants.toml`: what is broken in an estate, and what should be found then.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::Rules;

/// The mutants of one estate.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct List {
    /// The estate's name: that of its folder.
    #[serde(skip)]
    pub(crate) estate: String,
    /// Its folder.
    #[serde(skip)]
    pub(crate) folder: PathBuf,
    /// Rules that no mutant is for, with the reason.
    #[serde(default)]
    pub(crate) left_out: BTreeMap<String, String>,
    /// What is broken.
    #[serde(default, rename = "mutant")]
    pub(crate) mutants: Vec<Mutant>,
}

/// One change of the estate. Blocks are named by address.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Mutant {
    /// A name of its own.
    pub(crate) name: String,
    /// Blocks that are taken away.
    #[serde(default)]
    pub(crate) delete: Vec<String>,
    /// Arguments that are given another expression, by block.
    #[serde(default)]
    pub(crate) set: BTreeMap<String, BTreeMap<String, String>>,
    /// Arguments and nested blocks that are taken away, by block.
    #[serde(default)]
    pub(crate) unset: BTreeMap<String, Vec<String>>,
    /// Blocks that are added.
    #[serde(default)]
    pub(crate) add: String,
    /// The rules that find it, all of them.
    pub(crate) expect: Rules,
    /// The rules that find it in a plan, where those are others, with the reason in a comment.
    #[serde(default)]
    pub(crate) expect_of_plan: Option<Rules>,
    /// Rules that say that they cannot tell, at least these.
    #[serde(default)]
    pub(crate) cannot_tell: Rules,
    /// Whether what is off unless it is asked for (advice) is asked for.
    #[serde(default)]
    pub(crate) advice: bool,
}

impl List {
    /// Reads the list of an estate.
    pub(crate) fn read(folder: &Path) -> Result<Self, String> {
        let path = folder.join("mutants.toml");
        let text = fs::read_to_string(&path).map_err(|it| format!("{}: {it}", path.display()))?;
        let list: Self = toml::from_str(&text).map_err(|it| format!("{}: {it}", path.display()))?;
        let estate = folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
        Ok(Self { estate, folder: folder.to_owned(), ..list })
    }
}

impl Mutant {
    /// The estate as it is, in which nothing must be found.
    pub(crate) fn clean() -> Self {
        Self { name: "as it is".to_owned(), advice: true, ..Self::default() }
    }

    /// The rules that it is for, in whichever form.
    pub(crate) fn concerns(&self) -> impl Iterator<Item = String> {
        let of_plan = self.expect_of_plan.iter().flatten();
        self.expect.iter().chain(of_plan).chain(&self.cannot_tell).cloned()
    }

    /// The rules that find it in this form.
    pub(crate) fn expected(&self, form: &str) -> Rules {
        let of_plan = self.expect_of_plan.as_ref().filter(|_| form == "plan");
        of_plan.unwrap_or(&self.expect).clone()
    }
}
