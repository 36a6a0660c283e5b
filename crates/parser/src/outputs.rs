//! The outputs of a root module, as the root modules that read its state find them.

use std::collections::BTreeMap;
use std::sync::Arc;

use groundplan_eval::{
    Kind, Number, Object, Reference, References, Source, Type, Unknown, Value as Evaluated,
};
use groundplan_ir::{Cause, Number as Told, Referred, SourceRef, Step, Value};
use groundplan_modules::{Evaluation, Item};

/// Outputs by name, with what their unknown parts come from.
#[derive(Clone, Debug, Default)]
pub struct Outputs(Arc<groundplan_modules::Outputs>);

impl Outputs {
    /// What a directory puts out.
    pub(crate) fn evaluated(run: &Evaluation) -> Self {
        let Some(root) = run.tree.modules.first() else { return Self::default() };
        let mut all = BTreeMap::new();
        for (name, output) in &root.module.outputs {
            let Some(value) = run.value(0, &Item::Output(Arc::clone(name)), 0) else { continue };
            // What may be sensitive is treated as if it were.
            let open = output.sensitive.as_ref().is_none_or(crate::hcl::is_false);
            all.insert((&**name).into(), value.clone().marked(!open));
        }
        Self(Arc::new(all))
    }

    /// What a plan or state says that it puts out.
    pub fn told(values: &BTreeMap<Box<str>, Value>) -> Self {
        let all = values.iter().map(|(name, value)| (name.clone(), converted(value)));
        Self(Arc::new(all.collect()))
    }

    /// The same, with what unknown parts come from named as things of this stack.
    #[must_use]
    pub fn in_stack(&self, stack: &Arc<str>) -> Self {
        let named = |source: &Source| match source {
            Source::Instance(address) if address.module.stack.is_none() => {
                let mut address = Arc::clone(address);
                Arc::make_mut(&mut address).module.stack = Some(Arc::clone(stack));
                Source::Instance(address)
            }
            other @ (Source::Instance(_)
            | Source::Output(..)
            | Source::Variable(_)
            | Source::Impure(_)) => other.clone(),
        };
        let all = self.0.iter().map(|(name, value)| (name.clone(), value.map_sources(&named)));
        Self(Arc::new(all.collect()))
    }

    /// What somebody who has read the state tells of attributes that are unknown here: `recorded` is the
    /// object of all outputs as it was found. Only what is an attribute unchanged is told, and of sets nothing,
    /// since their elements come in another order once they are known.
    pub fn learned(&self, recorded: &Value) -> Vec<(SourceRef, Box<str>)> {
        let mut out = Vec::new();
        let Value::Object(members) = recorded else { return out };
        for (name, value) in self.0.iter() {
            if let Some(found) = members.get(name) {
                learn(value, found, &mut out);
            }
        }
        out
    }

    /// For the evaluation of who reads them.
    pub fn shared(&self) -> Arc<groundplan_modules::Outputs> {
        Arc::clone(&self.0)
    }
}

/// Nested as deep as both values, which their readers bound.
fn learn(own: &Evaluated, found: &Value, out: &mut Vec<(SourceRef, Box<str>)>) {
    if own.sensitive {
        return;
    }
    match (&own.kind, found) {
        (Kind::List(_, items) | Kind::Tuple(items), Value::List(all))
            if items.len() == all.len() =>
        {
            items.iter().zip(all).for_each(|(own, found)| learn(own, found, out));
        }
        (Kind::Map(_, members) | Kind::Object(members), Value::Object(all)) => {
            for (key, own) in members.iter() {
                if let Some(found) = all.get(&**key) {
                    learn(own, found, out);
                }
            }
        }
        (Kind::Unknown(unknown), Value::Text(text)) => {
            out.extend(only(&unknown.references).map(|source| (source, text.clone())));
        }
        // An instance that is put out as a whole.
        (Kind::Unknown(unknown), Value::Object(all)) => {
            let Some(whole) = only(&unknown.references).filter(|it| it.path.is_empty()) else {
                return;
            };
            for (name, value) in all {
                if let Value::Text(text) = value {
                    let path = vec![Step::Name(name.clone())];
                    out.push((SourceRef { path, ..whole.clone() }, text.clone()));
                }
            }
        }
        _ => (),
    }
}

/// The one attribute that an unknown value is, unchanged.
fn only(references: &References) -> Option<SourceRef> {
    let mut all = references.all.iter();
    match (references.exact, all.next(), all.next()) {
        (true, Some(Reference { source: Source::Instance(address), path }), None) => {
            Some(SourceRef { address: Arc::clone(address), path: path.to_vec() })
        }
        _ => None,
    }
}

/// Nested as deep as the value, which its reader bounds.
fn converted(value: &Value) -> Evaluated {
    let unknown = |references: References, cause: &Cause| {
        let unknown = Unknown { ty: Type::Dynamic, references, ..Unknown::default() };
        Evaluated::from(unknown).marked(matches!(cause, Cause::Sensitive(_)))
    };
    match value {
        Value::Null => Evaluated::NULL,
        Value::Bool(flag) => Kind::Bool(*flag).into(),
        Value::Text(text) => Evaluated::string(text),
        Value::Number(number) => {
            let number = match number {
                Told::Whole(whole) => Some(Number::from(*whole)),
                Told::Real(real) => Number::from_f64(*real),
            };
            number.map_or(Evaluated::NULL, |it| Kind::Number(it).into())
        }
        Value::List(items) => Evaluated::tuple(items.iter().map(converted).collect::<Vec<_>>()),
        Value::Object(members) => {
            let mut all = Object::new();
            for (name, member) in members {
                all.insert(Arc::from(&**name), converted(member));
            }
            Evaluated::object(all)
        }
        Value::Unknown(cause) => unknown(References::default(), cause),
        Value::Referred(it) => unknown(references(it), &it.cause),
    }
}

fn references(referred: &Referred) -> References {
    let reference = |it: &SourceRef| Reference {
        source: Source::Instance(Arc::clone(&it.address)),
        path: it.path.clone().into(),
    };
    let all = referred.sources.iter().map(reference).collect();
    References { all: Arc::new(all), exact: referred.exact }
}

#[cfg(test)]
mod tests {
    use super::*;
    use groundplan_ir::{Address, SourceRef, Step};

    #[test]
    fn unknown_parts_name_the_stack_that_they_come_from() {
        let address = Arc::new(Address::parse("aws_vpc.hub").unwrap());
        let source = SourceRef { address, path: vec![Step::Name("id".into())] };
        let referred = Value::Referred(Box::new(Referred {
            cause: Cause::KnownAfterApply("output.ids".into()),
            sources: vec![source],
            exact: true,
        }));
        let ids = Value::List(vec![Value::Text("vpc-1".into()), referred]);
        let secret = Value::Unknown(Cause::Sensitive("output.key".into()));
        let told = Outputs::told(&[("ids".into(), ids), ("key".into(), secret)].into());
        let found = told.in_stack(&"network".into()).shared();
        let parts = found["ids"].parts();
        assert_eq!(parts[0].as_str(), Some("vpc-1"));
        let references = parts[1].references();
        let Some(Source::Instance(address)) = references.all.first().map(|it| &it.source) else {
            panic!("no source");
        };
        assert_eq!(address.to_string(), "network:aws_vpc.hub");
        assert!(references.exact && found["key"].sensitive);
    }
}
