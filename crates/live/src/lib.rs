//! What the AWS CLI prints of an account → [`Config`], so that what is there already is one network with
//! what Terraform plans.
//!
//! One file, or a folder of such files, nested in any way. Which command printed a file is told by the
//! name at the top of it. Each object becomes a resource of the type that the Terraform provider has for
//! it, with the provider's ids and attribute names (`groundplan_ir::Mode::Live`).

mod assemble;
mod disk;
mod draft;
mod json;
mod kinds;
mod merge;
mod naming;
mod pages;
mod secrets;
mod sniff;
mod whereabouts;

use std::path::Path;

use groundplan_findings::Problem;
use groundplan_ir::{Config, Interest};

/// What reading gives.
#[derive(Debug, Default)]
pub struct Read {
    /// The objects, unless nothing at all could be read.
    pub config: Option<Config>,
    /// What reading met, sorted.
    pub problems: Vec<Problem>,
}

/// Whether this is a file that the AWS CLI printed, or a folder that holds such files and no Terraform
/// configuration. Only the beginnings of files are looked at.
pub fn is_live(path: &Path) -> bool {
    let prints = |path: &Path| disk::beginning(path).is_some_and(|it| sniff::is_live(&it, path));
    if !disk::is_directory(path) {
        return prints(path);
    }
    let found = disk::find(path);
    !found.terraform && found.files.iter().any(|it| prints(it))
}

/// Reads a file or folder; only resource types in `interest` are built, all others are counted.
pub fn read(path: &Path, interest: &Interest) -> Read {
    let mut pages = pages::Pages::new(path, interest);
    if disk::is_directory(path) {
        let found = disk::find(path);
        found.left_out.iter().for_each(|it| pages.left_out(it));
        found.files.iter().for_each(|it| pages.read(it));
    } else {
        pages.read(path);
    }
    assemble::config(pages)
}
