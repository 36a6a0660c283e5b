//! The built-in functions of Terraform 1.11, a file for each family.

use crate::Function;

/// The function of this name; `core::name` is the same as `name`.
pub fn find(name: &str) -> Option<&'static Function> {
    let name = name.strip_prefix("core::").unwrap_or(name);
    FAMILIES.iter().flat_map(|family| family.iter()).find(|function| function.name == name)
}

/// Every function, by family.
const FAMILIES: &[&[Function]] = &[];
