//! What groundplan.toml says of a network: beside it, and in the place of what is not known.

use groundplan_ir::Config;

use crate::{Network, Told, behind};

/// Adds what it says.
pub(crate) fn add(network: &mut Network, told: Told) {
    let Told { settings, mut problems, input, alone } = told;
    let mut config = network.config.take().unwrap_or_default();
    let alone = alone.as_deref();
    problems.extend(settings.fill(&mut config, alone));
    let (declared, said) = settings.external_config(&config, alone);
    problems.extend(said);
    let names = network.stacks.iter().map(|(name, _)| &**name).chain(alone);
    problems.extend(settings.unknown_stacks(&input, &names.collect::<Vec<_>>()));
    let files = config.sources.len();
    network.problems.extend(problems.into_iter().map(|it| behind(it, files)));
    let mut config = Config::with_facts(config, declared);
    config.closed |= settings.network.complete;
    network.config = Some(config);
}
