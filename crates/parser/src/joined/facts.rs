//! What the evaluation of the source may take from the plan.

use std::collections::BTreeMap;
use std::sync::Arc;

use groundplan_eval::{Value, from_json};
use groundplan_ir::{Config, Mode, ModulePath};
use groundplan_modules::{Planned, ResourceName, Sort};
use serde::Deserialize;
use serde_json::value::RawValue;

#[derive(Deserialize)]
struct Variable<'a> {
    #[serde(default, borrow)]
    value: Option<&'a RawValue>,
}

/// The values of variables and the instances that will be there.
pub(crate) fn of(plan: &Config, variables: Option<&str>) -> Planned {
    let mut out = Planned { variables: values(variables), ..Planned::default() };
    for resource in plan.resources().iter().filter(|it| it.planned.is_some() && !it.deposed) {
        let address = &resource.address;
        let sort = match address.mode {
            Mode::Managed => Sort::Managed,
            Mode::Data => Sort::Data,
            Mode::Live => continue,
        };
        let name =
            ResourceName { sort, kind: (&*address.kind).into(), name: (&*address.name).into() };
        if let Some(key) = &address.key {
            out.blocks.entry((address.module.clone(), name)).or_default().push(key.clone());
        }
        calls(&address.module, &mut out);
    }
    out.calls.values_mut().for_each(|keys| {
        keys.sort();
        keys.dedup();
    });
    out
}

/// The module instances on the way.
fn calls(module: &ModulePath, out: &mut Planned) {
    let mut path = module.clone();
    while let Some((parent, last)) = path.parent() {
        if let Some(key) = &last.key {
            let name: Arc<str> = (&*last.name).into();
            let keys = out.calls.entry((parent.clone(), name)).or_default();
            if keys.last() != Some(key) {
                keys.push(key.clone());
            }
        }
        path = parent;
    }
}

/// A section that cannot be read tells nothing.
fn values(variables: Option<&str>) -> BTreeMap<Arc<str>, Value> {
    let parsed =
        variables.and_then(|it| serde_json::from_str::<BTreeMap<String, Variable<'_>>>(it).ok());
    let value = |(name, variable): (String, Variable<'_>)| {
        let value = from_json(variable.value.map_or("null", RawValue::get)).ok()?;
        Some((name.into(), value))
    };
    parsed.into_iter().flatten().filter_map(value).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variables_are_taken_as_they_are() {
        let text = r#"{"a":{"value":"10.0.0.0/8"},"b":{"value":[1,true]},"c":{}}"#;
        let all = values(Some(text));
        assert_eq!(all.get("a"), Some(&Value::string("10.0.0.0/8")));
        assert_eq!(all.get("b").map(|it| it.parts().len()), Some(2));
        assert_eq!(all.get("c").map(Value::is_null), Some(true));
        assert!(values(Some("[1]")).is_empty() && values(None).is_empty());
    }
}
