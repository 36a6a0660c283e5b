//! What `terraform_remote_state` finds, when the stack whose state it reads is at hand.

use std::sync::Arc;

use groundplan_eval::{Object, Value};

use crate::evaluation::Outputs;

/// The `outputs` of an instance. What is not known of them comes from the other stack's instances.
pub(crate) fn outputs(outputs: &Outputs) -> Value {
    let mut members = Object::new();
    for (name, value) in outputs {
        members.insert(Arc::from(&**name), value.clone());
    }
    Value::object(members)
}
