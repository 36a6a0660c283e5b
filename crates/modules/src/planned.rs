//! What a plan of the same configuration tells: the values of the root variables, and which instances
//! there are where the text alone cannot tell.

use std::collections::BTreeMap;
use std::sync::Arc;

use groundplan_eval::{Type, Value};
use groundplan_ir::{InstanceKey, ModulePath};

use crate::expansion::{Expansion, Symbolic};
use crate::module::ResourceName;

/// The keys of instances by the module instance that the block stands in, and its name.
type Keys<N> = BTreeMap<(ModulePath, N), Vec<InstanceKey>>;

/// What is known from a plan.
#[derive(Clone, Debug, Default)]
pub struct Planned {
    /// Values of root variables. No other value is taken from anywhere, bar defaults.
    pub variables: BTreeMap<Arc<str>, Value>,
    /// The instances of resource and data blocks.
    pub blocks: Keys<ResourceName>,
    /// The instances of module calls.
    pub calls: Keys<Arc<str>>,
}

impl Planned {
    /// The expansion with the plan's instances, where the text does not tell how many there are.
    pub(crate) fn expansion<N: Ord + Clone>(
        keys: &Keys<N>,
        module: &ModulePath,
        name: &N,
        own: Expansion,
    ) -> Expansion {
        let Expansion::Symbolic(symbolic) = &own else { return own };
        match keys.get(&(module.clone(), name.clone())) {
            Some(keys) => told(symbolic, keys).unwrap_or(own),
            None => own,
        }
    }
}

/// The expansion with these keys; `None` where they are of another sort.
fn told(symbolic: &Symbolic, keys: &[InstanceKey]) -> Option<Expansion> {
    match symbolic {
        Symbolic::Count(_) => {
            let number = |key: &InstanceKey| match key {
                InstanceKey::Number(number) => usize::try_from(*number).ok(),
                InstanceKey::Text(_) | InstanceKey::Any => None,
            };
            let last = keys.iter().map(number).collect::<Option<Vec<_>>>()?.into_iter().max()?;
            // A plan holds as many instances as it has keys, so a gap is not a large number.
            (last <= keys.len().saturating_mul(2)).then(|| Expansion::Count(last + 1))
        }
        Symbolic::Each(_, value) => {
            let is_set = matches!(value.ty(), Type::String);
            let each = |key: &InstanceKey| match key {
                InstanceKey::Text(text) => {
                    let text: Arc<str> = (&**text).into();
                    let own = Value::normal_string(Arc::clone(&text));
                    Some((text, if is_set { own } else { value.clone() }))
                }
                InstanceKey::Number(_) | InstanceKey::Any => None,
            };
            let mut all = keys.iter().map(each).collect::<Option<Vec<_>>>()?;
            all.sort_by(|one, two| one.0.cmp(&two.0));
            all.dedup_by(|one, two| one.0 == two.0);
            Some(Expansion::Each(all))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use groundplan_eval::References;

    fn text(key: &str) -> InstanceKey {
        InstanceKey::Text(key.into())
    }

    fn unknown(ty: Type) -> Value {
        Value::unknown(ty, References::default())
    }

    #[test]
    fn keys_of_a_plan_make_instances() {
        let count = Symbolic::Count(unknown(Type::Number));
        let numbers = [InstanceKey::Number(0), InstanceKey::Number(2)];
        assert_eq!(told(&count, &numbers), Some(Expansion::Count(3)));
        assert_eq!(told(&count, &[InstanceKey::Number(u64::MAX)]), None);
        assert_eq!(told(&count, &[text("a")]), None);
        let of_set = Symbolic::Each(unknown(Type::String), unknown(Type::String));
        let expected = ["a", "b"].map(|it| (Arc::from(it), Value::string(it)));
        let keys = [text("b"), text("a")];
        assert_eq!(told(&of_set, &keys), Some(Expansion::Each(expected.to_vec())));
        let of_map = Symbolic::Each(unknown(Type::String), unknown(Type::Dynamic));
        let Some(Expansion::Each(all)) = told(&of_map, &keys) else { panic!("no instances") };
        assert!(all.iter().all(|(_, value)| !value.is_known()));
        assert_eq!(told(&of_map, &numbers), None);
    }
}
