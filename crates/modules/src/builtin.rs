//! What a reference to a resource gives: the provider that is part of Terraform is known in full, and
//! of all others what the author wrote.

use std::sync::Arc;

use groundplan_eval::Kind;
use groundplan_eval::{Object, Open, Reference, References, Source, Type, Unknown, Value};
use groundplan_ir::{Address, InstanceKey, Mode, ModulePath, Step};

use crate::body::EvaluatedBody;
use crate::evaluation::Evaluation;
use crate::module::{ResourceBlock, ResourceName, Sort};
use crate::tree::ModuleId;

/// What unknown attributes of an instance come from.
pub(crate) fn source(name: &ResourceName, module: ModulePath, key: Option<&InstanceKey>) -> Source {
    let mode = match name.sort {
        Sort::Managed => Mode::Managed,
        Sort::Data => Mode::Data,
        // Nothing of it outlives the run, and nothing can be said of it.
        Sort::Ephemeral => return Source::Impure(name.written().into()),
    };
    Source::Instance(Arc::new(Address {
        module,
        mode,
        kind: (&*name.kind).into(),
        name: (&*name.name).into(),
        key: key.cloned(),
    }))
}

/// The value of an instance.
pub(crate) fn value(
    run: &Evaluation,
    module: ModuleId,
    name: &ResourceName,
    block: &ResourceBlock,
    body: &EvaluatedBody,
    source: Source,
) -> Value {
    let mut members = crate::typed::members(body, crate::typed::schema(name), &source);
    match (name.sort, &*name.kind) {
        (Sort::Managed, "terraform_data") => return terraform_data(&body.members(), &source),
        // The region of a provider whose configuration spells it out is known without asking AWS.
        (Sort::Data, "aws_region") => {
            let written = ["region", "name"].iter().find_map(|it| members.get(*it).cloned());
            let region = written.or_else(|| crate::providers::region(run, module, name, block));
            if let Some(region) = region.filter(|it| it.as_str().is_some()) {
                for attribute in ["name", "region", "id"] {
                    members.insert(attribute.into(), region.clone());
                }
            }
        }
        (Sort::Data, "terraform_remote_state") => {
            if let Source::Instance(address) = &source
                && let Some(outputs) = run.settings.remote_states.get(&**address)
            {
                members.insert("outputs".into(), crate::remote_state::outputs(outputs));
            }
        }
        (Sort::Managed | Sort::Data | Sort::Ephemeral, _) => (),
    }
    Kind::Open(Arc::new(Open { members, source })).into()
}

/// `terraform_data` as Terraform plans a new one.
fn terraform_data(members: &Object, source: &Source) -> Value {
    let unknown = |name: &str, ty: Type| {
        let path = [Step::Name(name.into())].into();
        let references = References::exactly(Reference { source: source.clone(), path });
        Value::from(Unknown { ty, references, not_null: name == "id", ..Unknown::default() })
    };
    let written = |name: &str| members.get(name).cloned().unwrap_or(Value::NULL);
    let input = written("input");
    let output = if input.is_null() { input.clone() } else { unknown("output", input.ty()) };
    let all: [(&str, Value); 4] = [
        ("id", unknown("id", Type::String)),
        ("output", output),
        ("triggers_replace", written("triggers_replace")),
        ("input", input),
    ];
    Value::object(all.into_iter().map(|(name, it)| (Arc::from(name), it)).collect())
}
