//! What the names of files and folders say of what is in them.

use std::path::{Component, Path};

use crate::draft::{is_account, is_region};
use crate::kinds::About;

/// The path as it is shown.
pub(crate) fn shown(path: &Path) -> String {
    let text = path.to_string_lossy().replace('\\', "/");
    text.strip_prefix("./").map_or(text.clone(), str::to_owned)
}

/// The names on the way to a file and its own, the nearest first.
fn names(path: &Path) -> impl Iterator<Item = &str> {
    path.components().rev().filter_map(|it| match it {
        Component::Normal(name) => name.to_str(),
        Component::CurDir | Component::ParentDir | Component::RootDir | Component::Prefix(_) => {
            None
        }
    })
}

/// The one id of this sort in the nearest name that holds any.
pub(crate) fn id_in(path: &Path, about: About) -> Option<Box<str>> {
    let prefix = about.prefix();
    for name in names(path) {
        let mut found = ids(name, prefix);
        found.dedup();
        match *found {
            [] => (),
            [id] => return Some(id.into()),
            _ => return None,
        }
    }
    None
}

/// Every part of a name that is an id of this sort.
fn ids<'n>(name: &'n str, prefix: &str) -> Vec<&'n str> {
    let mut out = Vec::new();
    for (start, _) in name.match_indices(prefix) {
        let before = name.get(..start).and_then(|it| it.chars().next_back());
        let rest = name.get(start + prefix.len()..).unwrap_or_default();
        let length = rest.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(rest.len());
        let hex = rest.get(..length).unwrap_or_default();
        // `tpl-1` is no list, and `pl-list` neither: ids go on with digits and letters of their own.
        let own = before.is_none_or(|c| !c.is_ascii_alphanumeric());
        if own && hex.bytes().any(|byte| byte.is_ascii_digit()) {
            out.extend(name.get(start..start + prefix.len() + length));
        }
    }
    out
}

/// The account that a folder on the way is named after.
pub(crate) fn account_in(path: &Path) -> Option<Box<str>> {
    names(path).skip(1).find(|it| is_account(it)).map(Box::from)
}

/// The region that a folder on the way is named after.
pub(crate) fn region_in(path: &Path) -> Option<Box<str>> {
    names(path).skip(1).find(|it| is_region(it)).map(Box::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_found_in_names() {
        let table = |path: &str| id_in(Path::new(path), About::TgwTable);
        assert_eq!(table("a/routes-tgw-rtb-0ab1.json").as_deref(), Some("tgw-rtb-0ab1"));
        assert_eq!(table("tgw-rtb-0ab1/routes.json").as_deref(), Some("tgw-rtb-0ab1"));
        assert_eq!(table("tgw-rtb-0ab1_tgw-rtb-0ab2.json"), None);
        assert_eq!(table("rtb-0ab1.json"), None);
        let list = |path: &str| id_in(Path::new(path), About::PrefixList);
        assert_eq!(list("pl-0123.json").as_deref(), Some("pl-0123"));
        assert_eq!(list("entries_pl-list.json"), None);
        assert_eq!(list("tpl-0123.json"), None);
    }

    #[test]
    fn folders_name_accounts_and_regions() {
        let path = Path::new("aws/111122223333/eu-west-1/vpcs.json");
        assert_eq!(account_in(path).as_deref(), Some("111122223333"));
        assert_eq!(region_in(path).as_deref(), Some("eu-west-1"));
        assert_eq!(account_in(Path::new("111122223333")), None);
        assert_eq!(region_in(Path::new("prod/vpcs.json")), None);
    }
}
