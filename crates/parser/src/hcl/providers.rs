//! Provider configurations: the region and account that they pin.

use std::collections::BTreeMap;

use groundplan_eval::Value;
use groundplan_ir::{Cause, Provider, Tri};
use groundplan_modules::{EvaluatedBody, Evaluation, ProviderUse};

/// The configurations that are used, by key.
pub(crate) fn read(
    run: &Evaluation,
    used: &BTreeMap<Box<str>, ProviderUse>,
) -> BTreeMap<Box<str>, Provider> {
    let mut out = BTreeMap::new();
    for (key, it) in used {
        let body = it.block.and_then(|block| run.provider(it.module, block));
        let region = body.and_then(|it| text(it.attribute("region")?));
        let account = body.and_then(account);
        let region = region.map_or_else(
            || Tri::Unknown(Cause::Region(format!("provider {key}").into())),
            Tri::Known,
        );
        let account = account.map_or_else(
            || Tri::Unknown(Cause::Account(format!("provider {key}").into())),
            Tri::Known,
        );
        out.insert(key.clone(), Provider { region, account });
    }
    out
}

/// Text that is known and not sensitive.
fn text(value: &Value) -> Option<Box<str>> {
    if value.sensitive { None } else { value.as_str().map(Into::into) }
}

/// `allowed_account_ids` with one entry, or the account in the ARN of `assume_role.role_arn`.
fn account(body: &EvaluatedBody) -> Option<Box<str>> {
    if let Some(ids) = body.attribute("allowed_account_ids").filter(|it| !it.sensitive)
        && let [id] = *ids.parts()
    {
        return text(id);
    }
    let mut roles = body.blocks.iter().filter(|it| &*it.kind == "assume_role");
    let (Some(role), None) = (roles.next(), roles.next()) else { return None };
    let arn = text(role.body.attribute("role_arn").filter(|_| !role.symbolic)?)?;
    let account = arn.split(':').nth(4)?;
    (account.len() == 12 && account.bytes().all(|byte| byte.is_ascii_digit()))
        .then(|| account.into())
}
