//! Prefix lists and what is in them.

use groundplan_ir::Value;

use super::{Page, is_gone};
use crate::draft::{Draft, Weight, record, text};
use crate::json::{Object, Wrong};

/// The type of a list, whoever keeps it.
pub(crate) const LIST: &str = "aws_ec2_managed_prefix_list";

/// An `aws_ec2_managed_prefix_list`, of the customer or of AWS. `describe-prefix-lists` tells the ranges
/// of those of AWS as well.
pub(super) fn list(page: &mut Page<'_>, object: &Object<'_>) -> Result<(), Wrong> {
    let mut draft = Draft::new(LIST, object, "PrefixListId")?;
    if is_gone(object.text("State")?) {
        return Ok(());
    }
    draft.text_if("name", object, "PrefixListName")?;
    draft.owner(object, "OwnerId")?;
    draft.text_if("owner_id", object, "OwnerId")?;
    draft.arn(object, "PrefixListArn")?;
    // AWS shares its lists with all accounts.
    draft.whereabouts.foreign_account = draft.whereabouts.account.is_none();
    if let Some(ranges) = object.texts("Cidrs")? {
        let entries = ranges.iter().map(|it| record([("cidr", text(Some(it)))]));
        draft.put("entries", Value::List(entries.collect()), object.at("Cidrs"));
    }
    page.take(draft);
    Ok(())
}

/// One entry of a list; all of a file become the list's entries.
pub(super) fn entry(page: &mut Page<'_>, object: &Object<'_>) -> Result<(), Wrong> {
    let cidr = record([
        ("cidr", text(Some(object.need("Cidr")?))),
        ("description", text(object.text("Description")?)),
    ]);
    let (about, file) = (page.about.clone(), page.file);
    let own = |it: &&mut Draft| it.file == file && it.kind == LIST && it.id == about;
    if let Some(draft) = page.drafts.iter_mut().rev().find(own)
        && let Some(Value::List(entries)) = draft.told.get_mut("entries")
    {
        entries.push(cidr);
    }
    Ok(())
}

/// The list that the entries of a file belong to, as long as it has none.
pub(crate) fn empty(id: &str, top: &Object<'_>) -> Draft {
    let mut draft = Draft::named(LIST, id, top, "Entries");
    draft.weight = Weight::Listed;
    draft.whereabouts.foreign_account = true;
    draft.put("entries", Value::List(Vec::new()), top.at("Entries"));
    draft
}
