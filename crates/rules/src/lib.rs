//! The checks and the engine that runs them.
//!
//! A rule is one file in `rules/`: what it finds, how it decides, what it says, and its page. A rule
//! sees the [`Topology`](groundplan_model::Topology) and nothing else.

mod alike;
mod ambiguous;
mod associated;
mod associations;
mod central_egress;
mod consequences;
mod default_route;
mod direct_connect;
mod engine;
mod environments;
mod free_block;
mod gateway_endpoints;
mod gateway_tables;
mod gateways;
mod inspection;
mod inspection_words;
mod mesh;
mod middlebox;
mod over_peering;
mod own_ranges;
mod pairs;
mod peering_options;
mod place;
mod propose;
mod refused_peerings;
mod return_path;
mod rule;
mod rules;
mod segments;
mod services;
mod sg_references;
mod shares;
mod side;
mod ties;
mod transit_subnets;
mod vpn_routes;
mod way_back;
mod ways_out;
mod zones;

pub use consequences::without_consequences;
pub use engine::{Outcome, check};
pub use rule::{Context, Entry, Rule, Sink};
pub use rules::RULES;
