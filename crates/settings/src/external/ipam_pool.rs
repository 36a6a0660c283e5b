//! `[[external.ipam_pool]]`: an address pool that another configuration or account manages.

use groundplan_ir::{Number, Value};
use ipnet::IpNet;

use super::making::{Made, Making};
use super::{Declared, Thing};
use crate::notes::Notes;
use crate::table::{Family, Table};

const KEYS: &[&str] =
    &["cidr_blocks", "allocation_min_netmask_length", "allocation_max_netmask_length"];

/// A declared pool.
#[derive(Clone, Debug)]
pub struct IpamPool {
    /// The common part.
    pub thing: Thing,
    /// All ranges that it hands out from.
    pub cidr_blocks: Vec<IpNet>,
    /// The shortest prefix that it hands out.
    pub allocation_min_netmask_length: Option<u8>,
    /// The longest prefix that it hands out.
    pub allocation_max_netmask_length: Option<u8>,
}

impl Declared for IpamPool {
    fn read(table: &Table<'_>, notes: &mut Notes) -> Option<Self> {
        Some(Self {
            thing: Thing::with_id(table, "ipam-pool-", KEYS, notes),
            cidr_blocks: table.ranges("cidr_blocks", Family::Any, notes).unwrap_or_default(),
            allocation_min_netmask_length: table.number(
                "allocation_min_netmask_length",
                128,
                notes,
            ),
            allocation_max_netmask_length: table.number(
                "allocation_max_netmask_length",
                128,
                notes,
            ),
        })
    }

    fn thing(&self) -> &Thing {
        &self.thing
    }
}

impl IpamPool {
    /// The shortest prefix that it can hand out: none is shorter than its widest range.
    fn shortest(&self) -> Option<u8> {
        let widest = self.cidr_blocks.iter().map(IpNet::prefix_len).min();
        widest.max(self.allocation_min_netmask_length)
    }

    pub(super) fn made(&self) -> Made {
        let mut making = Making::new(&self.thing, "aws_vpc_ipam_pool");
        let number = |it: u8| Value::Number(Number::Whole(i128::from(it)));
        if let Some(shortest) = self.shortest() {
            let said = self.allocation_min_netmask_length == Some(shortest);
            let key = if said { "allocation_min_netmask_length" } else { "cidr_blocks" };
            making.set("allocation_min_netmask_length", key, number(shortest));
        }
        if let Some(longest) = self.allocation_max_netmask_length {
            let key = "allocation_max_netmask_length";
            making.set(key, key, number(longest));
        }
        making.made()
    }
}
