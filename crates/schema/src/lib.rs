//! The types of what resource and data blocks hold. A value that is written to an argument becomes one
//! of the argument's type (`port = "80"` is the number 80, equal elements of a set are one), and that is
//! what a reference to the block gives.
//!
//! `types.txt` has a line for each type of block; `cargo xtask schema` writes it from what
//! `terraform providers schema -json` prints. Where two versions of a provider disagree on a type it is
//! `any`.

mod notation;

use std::collections::BTreeMap;
use std::sync::{LazyLock, OnceLock};

use groundplan_eval::Type;

/// `resource TYPE object({…})`, one a line.
const TYPES: &str = include_str!("types.txt");

struct Entry {
    text: &'static str,
    ty: OnceLock<Option<Type>>,
}

/// By type; a line is parsed when somebody asks for it.
type Entries = BTreeMap<&'static str, Entry>;

static RESOURCES: LazyLock<Entries> = LazyLock::new(|| lines("resource"));
static DATA: LazyLock<Entries> = LazyLock::new(|| lines("data"));

fn lines(mode: &str) -> Entries {
    let entry = |line: &'static str| {
        let (kind, text) = line.strip_prefix(mode)?.strip_prefix(' ')?.split_once(' ')?;
        Some((kind, Entry { text, ty: OnceLock::new() }))
    };
    TYPES.lines().filter_map(entry).collect()
}

fn of(entries: &'static Entries, kind: &str) -> Option<&'static Type> {
    let entry = entries.get(kind)?;
    entry.ty.get_or_init(|| notation::read(entry.text)).as_ref()
}

/// What a `resource` block of this type holds, as an object: nested blocks are lists or sets of objects.
/// `None` when the type is not known here.
pub fn resource(kind: &str) -> Option<&'static Type> {
    of(&RESOURCES, kind)
}

/// The same of a `data` block.
pub fn data(kind: &str) -> Option<&'static Type> {
    of(&DATA, kind)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_is_an_object() {
        assert_eq!(RESOURCES.len() + DATA.len(), TYPES.lines().count());
        assert!(RESOURCES.len() > 250 && DATA.len() > 150);
        for entries in [&RESOURCES, &DATA] {
            for kind in entries.keys() {
                let ty = of(entries, kind).unwrap_or_else(|| panic!("{kind}"));
                assert!(ty.members().is_some_and(|it| !it.is_empty()), "{kind}: {ty}");
            }
        }
    }

    /// What the provider's documentation says of these arguments.
    #[test]
    fn arguments_have_the_types_of_the_documentation() {
        let member = |ty: Option<&'static Type>, name: &str| {
            ty.and_then(Type::members).and_then(|it| it.get(name)).cloned()
        };
        assert_eq!(member(resource("aws_vpc"), "cidr_block"), Some(Type::String));
        assert_eq!(member(resource("aws_vpc"), "enable_dns_support"), Some(Type::Bool));
        assert_eq!(member(resource("aws_vpc"), "ipv4_netmask_length"), Some(Type::Number));
        assert_eq!(member(resource("aws_vpc"), "tags"), Some(Type::map(Type::String)));
        let tables = member(resource("aws_vpc_endpoint"), "route_table_ids");
        assert_eq!(tables, Some(Type::set(Type::String)));
        assert_eq!(member(data("aws_subnets"), "ids"), Some(Type::list(Type::String)));
        assert_eq!(member(resource("aws_vpc"), "nothing"), None);
        assert_eq!(resource("aws_nothing"), None);
        let Some(Type::Set(route)) = member(resource("aws_route_table"), "route") else {
            panic!("`route` is not a set");
        };
        let cidr = route.members().and_then(|it| it.get("cidr_block"));
        assert_eq!(cidr, Some(&Type::String));
    }
}
