//! A plan, a state or a Terraform directory → [`Config`], together with everything that could not be taken as it was.
//!
//! Reading never fails as a whole without saying what the input is and which command makes the
//! right one; where a part is unusable, the rest is still read.

mod hcl;
mod input;
mod joined;
mod outputs;
mod plan;
mod secrets;
mod session;
mod sniff;

use std::path::PathBuf;

use groundplan_findings::{Problem, ProblemKind};
use groundplan_ir::{Config, Interest};

/// How variables are set.
pub use groundplan_modules::{
    Backend, Input as VariableInput, Settings as ModuleSettings, repository,
};
pub use hcl::HclSettings;
pub use input::{Input, Unreadable};
pub use joined::Source;
pub use outputs::Outputs;
pub use session::{Answer, Session};

use input::decode;

/// What reading gives.
#[derive(Debug, Default)]
pub struct Read {
    /// The configuration, unless nothing at all could be read.
    pub config: Option<Config>,
    /// What reading met.
    pub problems: Vec<Problem>,
    /// Where the state is kept; none when no source text tells.
    pub state: Option<StateStore>,
    /// What a directory puts out, where that was asked for; a plan's outputs are in its `config`.
    pub outputs: Option<Outputs>,
}

/// Where the state of a root module is kept, by which others find it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StateStore {
    /// The directory of the root module.
    pub directory: PathBuf,
    /// The selected workspace.
    pub workspace: Box<str>,
    /// The backend; none is `local`.
    pub backend: Option<Backend>,
}

/// Reads one input; only resource types in `interest` are built. `settings` are for directories.
pub fn read(input: &Input, settings: &HclSettings, interest: &Interest) -> Read {
    if let Some(directory) = input.directory() {
        return hcl::read(directory, settings, interest);
    }
    let problem = |kind, message: String, help: String| Problem {
        kind,
        input: input.name(),
        place: None,
        at: None,
        message,
        help,
    };
    if let Some(wrong) = input.file().and_then(sniff::by_name) {
        let problem = problem(ProblemKind::Unreadable, wrong.message, wrong.help);
        return Read { problems: vec![problem], ..Read::default() };
    }
    let bytes = match input.load() {
        Ok(bytes) => bytes,
        Err(error) => {
            let problem = problem(ProblemKind::Unreadable, error.message, error.help);
            return Read { problems: vec![problem], ..Read::default() };
        }
    };
    let (mut read, variables) = decoded(&input.name(), &bytes, interest);
    if let Some(directory) = settings.source.directory(input.file()) {
        joined::join(&mut read, variables.as_deref(), &directory, settings, interest);
        read.problems.sort();
    }
    read
}

/// Reads bytes that are already here; `name` is what messages call them.
pub fn read_bytes(name: &str, bytes: &[u8], interest: &Interest) -> Read {
    decoded(name, bytes, interest).0
}

/// The same, with the plan's section on variables.
fn decoded(name: &str, bytes: &[u8], interest: &Interest) -> (Read, Option<String>) {
    let problem = |kind, message: String, help: String| Problem {
        kind,
        input: name.to_owned(),
        place: None,
        at: None,
        message,
        help,
    };
    let decoded = match decode(bytes) {
        Ok(decoded) => decoded,
        Err(error) => {
            let problem = problem(ProblemKind::Unreadable, error.message, error.help);
            return (Read { problems: vec![problem], ..Read::default() }, None);
        }
    };
    let (mut read, variables) = match sniff::before_parsing(&decoded.text) {
        None => plan::read(name, &decoded.text, interest),
        Some(wrong) => {
            let problem = problem(ProblemKind::Unreadable, wrong.message, wrong.help);
            (Read { problems: vec![problem], ..Read::default() }, None)
        }
    };
    if let Some(remark) = decoded.remark {
        read.problems.push(problem(ProblemKind::Remark, remark, String::new()));
    }
    read.problems.sort();
    (read, variables)
}
