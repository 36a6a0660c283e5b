//! `[[external.peering]]`: a peering connection that others have made, and that is active.

use super::making::{Made, Making, text};
use super::thing::{account, is_id, region};
use super::{Declared, Thing};
use crate::notes::Notes;
use crate::table::Table;

const KEYS: &[&str] = &["vpc_id", "peer_vpc_id", "peer_account", "peer_region"];

/// A declared peering connection.
#[derive(Clone, Debug)]
pub struct Peering {
    /// The common part; account and Region are those of the side that asked.
    pub thing: Thing,
    /// The VPC that asked.
    pub vpc_id: String,
    /// The VPC that was asked.
    pub peer_vpc_id: String,
    /// The account that was asked.
    pub peer_account: Option<String>,
    /// The Region that was asked.
    pub peer_region: Option<String>,
}

impl Declared for Peering {
    fn read(table: &Table<'_>, notes: &mut Notes) -> Option<Self> {
        let thing = Thing::with_id(table, "pcx-", KEYS, notes);
        let mut vpc = |key: &str| {
            let id = table.required(key, notes)?;
            if !is_id(&id.value, "vpc-") {
                let message = format!("`{}` is no id", id.value.escape_debug());
                notes.error(&id.span, message, "it begins with `vpc-`");
            }
            Some(id.value)
        };
        let (vpc_id, peer_vpc_id) = (vpc("vpc_id"), vpc("peer_vpc_id"));
        Some(Self {
            thing,
            vpc_id: vpc_id?,
            peer_vpc_id: peer_vpc_id?,
            peer_account: account(table, "peer_account", notes),
            peer_region: region(table, "peer_region", notes),
        })
    }

    fn thing(&self) -> &Thing {
        &self.thing
    }
}

impl Peering {
    pub(super) fn made(&self) -> Made {
        let mut making = Making::new(&self.thing, "aws_vpc_peering_connection");
        making.told("region", "region", self.thing.region.as_deref());
        making.set("vpc_id", "vpc_id", text(&self.vpc_id));
        making.set("peer_vpc_id", "peer_vpc_id", text(&self.peer_vpc_id));
        making.told("peer_owner_id", "peer_account", self.peer_account.as_deref());
        making.told("peer_region", "peer_region", self.peer_region.as_deref());
        // A declared connection is one that is there.
        making.set("accept_status", "id", text("active"));
        making.made()
    }
}
