//! In which account and region an object is: what it says itself, what its folder is called, or what
//! its neighbours agree on.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use groundplan_ir::{Cause, Provider, Tri};

use crate::draft::Draft;
use crate::naming::{account_in, region_in, shown};

/// What only the account that owns it is shown, so that its owner is the one who asked. Much else may
/// be shared ("Shareable AWS resources", AWS RAM User Guide).
const OWN: &[&str] = &["aws_instance", "aws_internet_gateway", "aws_network_interface"];

/// What the objects of a folder say.
#[derive(Debug, Default)]
struct Neighbours<'d> {
    accounts: BTreeSet<&'d str>,
    /// Whether one of them tells who asked.
    own: bool,
    regions: BTreeSet<&'d str>,
}

/// Account and region of who asked.
#[derive(Debug, Default)]
struct Asked {
    account: Option<Box<str>>,
    region: Option<Box<str>>,
}

/// Where each file was made.
pub(crate) struct Places {
    /// By file.
    asked: Vec<Asked>,
    names: Vec<String>,
}

/// Where an object is, as far as that can be told.
#[derive(Clone, Debug)]
pub(crate) struct Place {
    pub(crate) account: Option<Box<str>>,
    pub(crate) region: Option<Box<str>>,
    /// The key of its provider configuration: one for each account and region, and where one of the two
    /// is not known, one for what was certainly asked at the same place.
    pub(crate) key: Box<str>,
}

impl Places {
    pub(crate) fn new(files: &[PathBuf], drafts: &[Draft]) -> Self {
        let folder = |file: &Path| file.parent().map(Path::to_path_buf).unwrap_or_default();
        let mut folders: BTreeMap<PathBuf, Neighbours<'_>> = BTreeMap::new();
        for draft in drafts {
            let Some(file) = files.get(draft.file) else { continue };
            let all = folders.entry(folder(file)).or_default();
            let place = &draft.whereabouts;
            all.accounts.extend(place.account.as_deref());
            all.own |= place.account.is_some() && OWN.contains(&draft.kind);
            all.regions.extend(place.region.as_deref().filter(|_| !place.foreign_region));
        }
        let asked = |file: &PathBuf| {
            let all = folders.get(&folder(file));
            let accounts = all.filter(|it| it.own).and_then(|it| only(&it.accounts));
            let regions = all.and_then(|it| only(&it.regions));
            Asked { account: account_in(file).or(accounts), region: region_in(file).or(regions) }
        };
        let asked = files.iter().map(asked).collect();
        Self { asked, names: files.iter().map(|it| shown(it)).collect() }
    }

    /// Where an object is.
    pub(crate) fn of(&self, draft: &Draft) -> Place {
        let own = &draft.whereabouts;
        let asked = self.asked.get(draft.file);
        let account = asked.and_then(|it| it.account.clone()).filter(|_| !own.foreign_account);
        let region = asked.and_then(|it| it.region.clone()).filter(|_| !own.foreign_region);
        let (account, region) = (own.account.clone().or(account), own.region.clone().or(region));
        let lone =
            (account.is_none() && own.foreign_account) || (region.is_none() && own.foreign_region);
        let mut key = format!(
            "{}/{}",
            account.as_deref().unwrap_or("unknown"),
            region.as_deref().unwrap_or("unknown")
        );
        if lone {
            key = format!("{key} of {}.{}", draft.kind, draft.id);
        } else if account.is_none() || region.is_none() {
            let name = self.names.get(draft.file).map_or("", String::as_str);
            key = format!("{key} of {name}");
        }
        Place { account, region, key: key.into() }
    }
}

impl Place {
    pub(crate) fn provider(&self) -> Provider {
        let known = |text: &Option<Box<str>>, cause: fn(Box<str>) -> Cause| {
            text.clone().map_or_else(|| Tri::Unknown(cause(self.key.clone())), Tri::Known)
        };
        Provider {
            region: known(&self.region, Cause::Region),
            account: known(&self.account, Cause::Account),
        }
    }
}

/// The one element.
fn only(all: &BTreeSet<&str>) -> Option<Box<str>> {
    let mut all = all.iter();
    all.next().filter(|_| all.next().is_none()).map(|it| (*it).into())
}
