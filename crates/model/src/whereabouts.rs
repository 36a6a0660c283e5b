//! In which account and Region a provider configuration works, as data sources tell.
//!
//! `aws_caller_identity` and `aws_region` say it of the provider configuration that they are read
//! with, which settles what the configuration itself leaves to the environment.

use std::collections::BTreeMap;

use groundplan_ir::{Config, Mode};

use crate::entity::Reads;

/// What is read.
pub(crate) const READS: Reads =
    &[("aws_caller_identity", &["account_id"]), ("aws_region", &["name", "region", "id"])];

/// What is told of one provider configuration.
#[derive(Clone, Debug, Default)]
pub(crate) struct Whereabouts {
    pub(crate) account: Option<Box<str>>,
    pub(crate) region: Option<Box<str>>,
}

/// By provider configuration: what the data sources tell.
pub(crate) fn read(config: &Config) -> BTreeMap<Box<str>, Whereabouts> {
    let mut out: BTreeMap<Box<str>, Whereabouts> = BTreeMap::new();
    for resource in config.resources() {
        let (Mode::Data, Some(planned)) = (resource.address.mode, &resource.planned) else {
            continue;
        };
        let Some(block) = config.block(&resource.address) else { continue };
        let text = |name: &str| planned.get(name).and_then(|it| it.as_text()).map(Box::from);
        match &*resource.address.kind {
            "aws_caller_identity" => {
                let it = out.entry(block.provider.clone()).or_default();
                it.account = it.account.take().or_else(|| text("account_id"));
            }
            // With an argument it looks up another Region.
            "aws_region" if block.arguments.is_empty() => {
                let it = out.entry(block.provider.clone()).or_default();
                let found = text("region").or_else(|| text("name")).or_else(|| text("id"));
                it.region = it.region.take().or(found);
            }
            _ => (),
        }
    }
    out
}
