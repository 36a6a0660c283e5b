//! The organisation of AWS Organizations that accounts belong to.

use groundplan_ir::Tri;

use crate::Head;
use crate::entity::{Entity, Kind, Reads};
use crate::reader::Reader;

/// An `aws_organizations_organization`, managed or looked up.
#[derive(Clone, Debug)]
pub struct Organization {
    /// The common part; its account is the one that asks, and any of the organisation.
    pub head: Head,
    /// All its accounts. Only the management account and delegated administrators are told.
    pub accounts: Tri<Vec<Box<str>>>,
}

impl Entity for Organization {
    const KIND: Kind = Kind::Organization;
    const READS: Reads = &[("aws_organizations_organization", &["id", "arn", "accounts"])];

    fn lower(reader: &Reader<'_>) -> Self {
        Self { head: reader.head(), accounts: accounts(reader) }
    }
}

fn accounts(reader: &Reader<'_>) -> Tri<Vec<Box<str>>> {
    let value = reader.value("accounts");
    if let Some(cause) = value.first_unknown() {
        return Tri::Unknown(reader.qualified(cause));
    }
    let items = value.as_list().unwrap_or_default();
    let all: Option<Vec<Box<str>>> =
        items.iter().map(|it| it.member("id").as_text().map(Box::from)).collect();
    // An organisation has its management account at least.
    match all {
        Some(all) if !all.is_empty() => Tri::Known(all),
        Some(_) | None => Tri::Absent,
    }
}
