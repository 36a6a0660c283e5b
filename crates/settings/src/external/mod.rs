//! `[[external.…]]`: what is in nobody's Terraform, or in a configuration that is not at hand.
//!
//! Each kind of thing has a file with its keys and with the resource that it becomes. A new one is such a
//! file, a field in [`External`], and a line in [`KINDS`], [`External::read`] and [`External::config`].

mod ipam_pool;
mod making;
mod named;
mod on_premises;
mod peering;
mod thing;
mod transit_gateway;
mod vpc;

use std::collections::BTreeMap;

use groundplan_findings::Problem;
use groundplan_ir::{Config, ModuleConfig};

pub use ipam_pool::IpamPool;
pub use named::Named;
pub use on_premises::OnPremises;
pub use peering::Peering;
pub use thing::Thing;
pub use transit_gateway::TransitGateway;
pub use vpc::Vpc;

use crate::Settings;
use crate::notes::Notes;
use crate::table::Table;
use making::Made;
use named::Run;

/// The kinds of things.
const KINDS: &[&str] = &["vpc", "on_premises", "ipam_pool", "transit_gateway", "peering"];

/// Everything that is declared.
#[derive(Clone, Debug, Default)]
pub struct External {
    /// `[[external.vpc]]`
    pub vpcs: Vec<Vpc>,
    /// `[[external.on_premises]]`
    pub on_premises: Vec<OnPremises>,
    /// `[[external.ipam_pool]]`
    pub ipam_pools: Vec<IpamPool>,
    /// `[[external.transit_gateway]]`
    pub transit_gateways: Vec<TransitGateway>,
    /// `[[external.peering]]`
    pub peerings: Vec<Peering>,
}

impl External {
    pub(crate) fn read(root: &Table<'_>, notes: &mut Notes) -> Self {
        let Some(table) = root.table("external", notes) else { return Self::default() };
        table.only(KINDS, notes);
        let mut names = BTreeMap::new();
        Self {
            vpcs: all(&table, "vpc", &mut names, notes),
            on_premises: all(&table, "on_premises", &mut names, notes),
            ipam_pools: all(&table, "ipam_pool", &mut names, notes),
            transit_gateways: all(&table, "transit_gateway", &mut names, notes),
            peerings: all(&table, "peering", &mut names, notes),
        }
    }

    /// Whether nothing is declared.
    pub fn is_empty(&self) -> bool {
        self.vpcs.is_empty()
            && self.on_premises.is_empty()
            && self.ipam_pools.is_empty()
            && self.transit_gateways.is_empty()
            && self.peerings.is_empty()
    }
}

/// By kind and the words in an address: where the thing is declared.
type Names = BTreeMap<(&'static str, String), usize>;

/// The things of one kind; one that is there twice is noted, and the first counts.
fn all<T: Declared>(
    table: &Table<'_>,
    kind: &'static str,
    names: &mut Names,
    notes: &mut Notes,
) -> Vec<T> {
    let mut out = Vec::new();
    for table in table.tables(kind, notes) {
        let Some(thing) = notes.unless_wrong(|notes| T::read(&table, notes)) else { continue };
        let word = thing.thing().word().to_owned();
        if names.insert((kind, word.clone()), table.at.start).is_some() {
            let message = format!("`{word}` is declared twice");
            notes.error(&table.at, message, "only the first one counts; leave one out");
            continue;
        }
        out.push(thing);
    }
    out
}

/// What is declared by one table.
trait Declared: Sized {
    /// Reads the table.
    fn read(table: &Table<'_>, notes: &mut Notes) -> Option<Self>;

    /// The part that all have.
    fn thing(&self) -> &Thing;
}

impl Settings {
    /// The run with all that is declared, and `said` of the file as well as what is not to be found in
    /// the run, each with its place among the files of the result.
    ///
    /// `alone` is the name that the only input has here, if its addresses stand without one.
    pub fn declare(
        &self,
        mut run: Config,
        said: Vec<Problem>,
        alone: Option<&str>,
    ) -> (Config, Vec<Problem>) {
        let files = run.sources.len();
        let mut problems = said;
        problems.extend(self.fill(&mut run, alone));
        let (facts, more) = self.external_config(&run, alone);
        problems.extend(more);
        let behind = |it: Problem| Problem { at: it.at.map(|at| at.behind(files)), ..it };
        (run.with_facts(facts), problems.into_iter().map(behind).collect())
    }

    /// What is declared, as a configuration beside those of the run: every thing is a resource of its
    /// Terraform type, in no stack, in [`groundplan_ir::Mode::Live`], placed in groundplan.toml.
    ///
    /// What names resources is looked for in `run`; what is not there is told.
    pub fn external_config(&self, run: &Config, alone: Option<&str>) -> (Config, Vec<Problem>) {
        let mut run = Run::new(run, alone, &self.sources);
        let external = &self.external;
        let mut made: Vec<Made> = Vec::new();
        made.extend(external.vpcs.iter().filter_map(Vpc::made));
        made.extend(external.on_premises.iter().map(|it| it.made(&mut run)));
        made.extend(external.ipam_pools.iter().map(IpamPool::made));
        made.extend(external.transit_gateways.iter().map(TransitGateway::made));
        made.extend(external.peerings.iter().map(Peering::made));
        let (mut resources, mut root) = (Vec::new(), ModuleConfig::default());
        let mut providers = BTreeMap::new();
        let mut census = BTreeMap::new();
        for Made { resource, block, provider } in made {
            *census.entry(resource.address.kind.clone()).or_default() += 1;
            providers.insert(block.provider.clone(), provider);
            root.blocks.insert(resource.address.block().into(), block);
            resources.push(resource);
        }
        let mut config = Config::new(resources, root);
        config.providers = providers;
        config.census.modelled = census;
        config.sources = self.sources.clone();
        (config, run.into_problems())
    }

    /// Writes what is declared of things that are named by their address into these: where an attribute
    /// is not known, it is what groundplan.toml says. What is known stays.
    ///
    /// [`Settings::declare`] does this and the rest.
    pub fn fill(&self, run: &mut Config, alone: Option<&str>) -> Vec<Problem> {
        vpc::fill(&self.external.vpcs, run, alone, &self.sources)
    }
}
