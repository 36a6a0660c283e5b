//! `provider_config`: the region and account that a provider configuration pins.

use std::borrow::Cow;
use std::collections::BTreeMap;

use groundplan_ir::{Cause, Provider, Tri, Value};
use serde::Deserialize;

use super::unique::{Object, UniqueMap};
use super::values::Plain;

/// One provider configuration.
#[derive(Deserialize)]
pub(crate) struct RawProvider {
    #[serde(default)]
    expressions: Option<Plain>,
}

/// Takes the regions and accounts out of the AWS provider configurations.
///
/// Only constants count: a reference may stand inside a larger expression
/// (`var.region == "a" ? "b" : "c"`), and a plan does not say so.
pub(crate) fn read(raw: UniqueMap<Object<RawProvider>>) -> BTreeMap<Box<str>, Provider> {
    raw.0
        .into_iter()
        .map(|(key, Object(provider))| {
            let expressions = provider.expressions.map_or(Value::Null, |plain| plain.0);
            let region = match constant(&expressions.member("region")).as_deref() {
                Some(Value::Text(text)) => Tri::Known(text.clone()),
                _ => Tri::Unknown(Cause::Region(format!("provider {key}").into())),
            };
            let account = match account(&expressions) {
                Some(account) => Tri::Known(account),
                None => Tri::Unknown(Cause::Account(format!("provider {key}").into())),
            };
            (key, Provider { region, account })
        })
        .collect()
}

fn constant(expression: &Value) -> Option<Cow<'_, Value>> {
    let constant = expression.member("constant_value");
    (*expression.member("references") == Value::Null && *constant != Value::Null)
        .then_some(constant)
}

/// `allowed_account_ids` with one entry, or the account in the ARN of `assume_role.role_arn`.
fn account(expressions: &Value) -> Option<Box<str>> {
    if let Some([Value::Text(id)]) =
        constant(&expressions.member("allowed_account_ids")).as_deref().and_then(Value::as_list)
    {
        return Some(id.clone());
    }
    let block = expressions.member("assume_role");
    let role = match block.as_list() {
        Some([block]) => block.member("role_arn"),
        Some(_) => return None,
        None => block.member("role_arn"),
    };
    let arn = constant(&role)?;
    let account = arn.as_text()?.split(':').nth(4)?;
    (account.len() == 12 && account.bytes().all(|byte| byte.is_ascii_digit()))
        .then(|| account.into())
}
