//! Which environment an attachment serves, as far as people say it: by tags, by names, or by the table
//! that it uses.

use groundplan_ir::{Address, InstanceKey, Tri};
use groundplan_model::{Attachment, Id, Tags, TgwRouteTable, Topology};

/// What people keep apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Environment {
    /// What customers use.
    Production,
    /// Where it is made and tried out.
    Development,
}

impl Environment {
    /// What messages call it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Production => "production",
            Self::Development => "development or test",
        }
    }
}

const PRODUCTION: &[&str] = &["prod", "production", "prd"];

const DEVELOPMENT: &[&str] = &[
    "dev",
    "develop",
    "development",
    "test",
    "testing",
    "tst",
    "stage",
    "staging",
    "stg",
    "qa",
    "uat",
    "sandbox",
    "sbx",
    "nonprod",
    "nonproduction",
    "npd",
    "preprod",
    "preproduction",
];

/// What serves several environments, whatever else its name says.
const SHARED: &[&str] = &[
    "shared",
    "common",
    "central",
    "services",
    "egress",
    "ingress",
    "inspection",
    "firewall",
    "security",
    "dmz",
    "dns",
    "mgmt",
    "management",
    "monitoring",
    "logging",
    "tools",
    "tooling",
    "endpoints",
    "vpn",
    "hub",
    "infra",
    "ops",
    "cicd",
    "bastion",
    "backup",
];

/// What a name says.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Said {
    Only(Environment),
    /// Several, or what all use.
    Several,
}

/// The environment of an attachment: what its tags and those of its VPC say, else its names, else the
/// name of the table that it is associated with.
pub(crate) fn environment(topology: &Topology, id: Id<Attachment>) -> Option<Environment> {
    let attachment = &topology.attachments[id];
    let vpc = topology.attached_vpc(id).known().map(|vpc| &topology.vpcs[*vpc]);
    let vpc = vpc.map(|it| (&it.head, &it.tags));
    let own = Some((&attachment.head, &attachment.tags));
    let named = [own, vpc].map(|it| it.and_then(|(_, tags)| by_name(tags.name.as_deref()?)));
    let written = [own, vpc].map(|it| it.and_then(|(head, _)| by_address(&head.origin.address)));
    let tagged = [own, vpc].map(|it| it.and_then(|(_, tags)| by_tag(tags)));
    // Whoever tags everything with one environment may still have what others use.
    if named.iter().chain(&written).any(|it| *it == Some(Said::Several)) {
        return None;
    }
    for said in [tagged, named, written] {
        match agreed(said) {
            Some(Said::Only(environment)) => return Some(environment),
            Some(Said::Several) => return None,
            None => (),
        }
    }
    let table = match topology.association(id) {
        Tri::Known(tie) => of_table(&topology.tgw_route_tables[tie.to]),
        Tri::Unknown(_) | Tri::Absent => None,
    };
    match table {
        Some(Said::Only(environment)) => Some(environment),
        Some(Said::Several) | None => None,
    }
}

fn of_table(table: &TgwRouteTable) -> Option<Said> {
    let TgwRouteTable { head, tags, .. } = table;
    let by_name = tags.name.as_deref().and_then(by_name);
    by_tag(tags).or(by_name).or_else(|| by_address(&head.origin.address))
}

/// What two sources say together.
fn agreed([one, two]: [Option<Said>; 2]) -> Option<Said> {
    match (one, two) {
        (Some(one), Some(two)) => Some(if one == two { one } else { Said::Several }),
        (one, two) => one.or(two),
    }
}

fn by_tag(tags: &Tags) -> Option<Said> {
    let text = tags.environment.as_deref()?;
    // A word that is not known here says that it is neither.
    Some(by_name(text).unwrap_or(Said::Several))
}

/// The innermost part of an address that says anything.
fn by_address(address: &Address) -> Option<Said> {
    let key = |it: &Option<InstanceKey>| it.as_ref().and_then(|it| by_name(&it.to_string()));
    let modules = address.module.steps.iter().rev();
    let mut outer = modules.map(|step| key(&step.key).or_else(|| by_name(&step.name)));
    key(&address.key).or_else(|| by_name(&address.name)).or_else(|| outer.find_map(|it| it))
}

fn by_name(name: &str) -> Option<Said> {
    let lower = name.to_ascii_lowercase();
    let words: Vec<&str> =
        lower.split(|it: char| !it.is_ascii_alphanumeric()).filter(|it| !it.is_empty()).collect();
    if words.iter().any(|word| SHARED.contains(word)) {
        return Some(Said::Several);
    }
    let negated = |at: usize| {
        let before = at.checked_sub(1).and_then(|it| words.get(it));
        matches!(before, Some(&"non" | &"pre"))
    };
    let mut found: Vec<Environment> = Vec::new();
    for (at, word) in words.iter().enumerate() {
        if PRODUCTION.contains(word) {
            let is = if negated(at) { Environment::Development } else { Environment::Production };
            found.push(is);
        } else if DEVELOPMENT.contains(word) {
            found.push(Environment::Development);
        }
    }
    found.sort_unstable();
    found.dedup();
    match *found {
        [] => None,
        [one] => Some(Said::Only(one)),
        _ => Some(Said::Several),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(name: &str) -> Option<Environment> {
        match by_name(name) {
            Some(Said::Only(environment)) => Some(environment),
            Some(Said::Several) | None => None,
        }
    }

    #[test]
    fn names_tell_environments() {
        assert_eq!(said("acme-Prod-vpc"), Some(Environment::Production));
        assert_eq!(said("prod_eu"), Some(Environment::Production));
        assert_eq!(said("non-prod"), Some(Environment::Development));
        assert_eq!(said("nonprod"), Some(Environment::Development));
        assert_eq!(said("staging"), Some(Environment::Development));
        assert_eq!(said("product-api"), None);
        assert_eq!(said("prod-egress"), None);
        assert_eq!(said("prod-to-dev"), None);
    }

    #[test]
    fn the_innermost_part_of_an_address_tells() {
        let address = |text| by_address(&Address::parse(text).unwrap());
        let production = Some(Said::Only(Environment::Production));
        assert!(address("module.shared.aws_vpc.this[\"prod\"]") == production);
        assert!(address("module.prod.aws_vpc.this") == production);
        assert!(address("module.vpc[\"egress\"].aws_vpc.this") == Some(Said::Several));
        assert!(address("aws_vpc.app").is_none());
    }
}
