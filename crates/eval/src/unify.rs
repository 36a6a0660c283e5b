//! One type for several values.

use crate::Type;

/// The type to which values of all these types can be converted, when there is one.
pub fn unify(types: &[Type]) -> Option<Type> {
    let first = types.first()?;
    types.iter().all(|ty| ty == first).then(|| first.clone())
}
