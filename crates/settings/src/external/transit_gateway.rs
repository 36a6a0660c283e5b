//! `[[external.transit_gateway]]`: a transit gateway that another account shares.

use super::making::{Made, Making};
use super::thing::is_id;
use super::{Declared, Thing};
use crate::notes::Notes;
use crate::table::Table;

const KEYS: &[&str] = &[
    "default_route_table_association",
    "default_route_table_propagation",
    "association_default_route_table_id",
    "propagation_default_route_table_id",
    "multicast_support",
];

/// A declared transit gateway, in the words of `aws_ec2_transit_gateway`.
#[derive(Clone, Debug)]
pub struct TransitGateway {
    /// The common part.
    pub thing: Thing,
    /// By attribute: what is declared of it.
    said: [(&'static str, Option<String>); 5],
}

impl Declared for TransitGateway {
    fn read(table: &Table<'_>, notes: &mut Notes) -> Option<Self> {
        let thing = Thing::with_id(table, "tgw-", KEYS, notes);
        let said = [
            (
                "default_route_table_association",
                switch(table, "default_route_table_association", notes),
            ),
            (
                "default_route_table_propagation",
                switch(table, "default_route_table_propagation", notes),
            ),
            (
                "association_default_route_table_id",
                route_table(table, "association_default_route_table_id", notes),
            ),
            (
                "propagation_default_route_table_id",
                route_table(table, "propagation_default_route_table_id", notes),
            ),
            ("multicast_support", switch(table, "multicast_support", notes)),
        ];
        Some(Self { thing, said })
    }

    fn thing(&self) -> &Thing {
        &self.thing
    }
}

fn switch(table: &Table<'_>, key: &str, notes: &mut Notes) -> Option<String> {
    let text = table.text(key, notes)?;
    if !matches!(&*text.value, "enable" | "disable") {
        let message = format!("{} is `enable` or `disable`", table.named(key));
        notes.error(&text.span, message, "");
    }
    Some(text.value)
}

fn route_table(table: &Table<'_>, key: &str, notes: &mut Notes) -> Option<String> {
    let text = table.text(key, notes)?;
    if !is_id(&text.value, "tgw-rtb-") {
        let message = format!("`{}` is no id", text.value.escape_debug());
        notes.error(&text.span, message, "it begins with `tgw-rtb-`");
    }
    Some(text.value)
}

impl TransitGateway {
    pub(super) fn made(&self) -> Made {
        let mut making = Making::new(&self.thing, "aws_ec2_transit_gateway").owned();
        for (name, value) in &self.said {
            making.told(name, name, value.as_deref());
        }
        making.made()
    }
}
