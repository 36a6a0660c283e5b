//! What is known of a rule besides its code.

use crate::Severity;

/// What happens when the fault is applied.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Class {
    /// AWS or the provider refuses it.
    ApplyFails,
    /// The apply succeeds and traffic is silently lost.
    BlackHole,
    /// The apply succeeds and two places that should be apart can talk.
    Exposure,
    /// It works, but costs money, resilience or the next change.
    Advice,
    /// Nothing is broken: the input does not hold what others have to be judged by.
    Coverage,
}

impl Class {
    /// The kebab-case name.
    pub fn name(self) -> &'static str {
        match self {
            Self::ApplyFails => "apply-fails",
            Self::BlackHole => "black-hole",
            Self::Exposure => "exposure",
            Self::Advice => "advice",
            Self::Coverage => "coverage",
        }
    }
}

/// How sure a finding of a rule is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Confidence {
    /// The input and what AWS documents prove it.
    Proven,
    /// It is so in the input; that it does harm rests on how such things are commonly used.
    Likely,
}

impl Confidence {
    /// The kebab-case name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Proven => "proven",
            Self::Likely => "likely",
        }
    }
}

/// What a rule is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Group {
    /// Ranges of VPCs and subnets.
    Addressing,
    /// VPC peering.
    Peering,
    /// VPC endpoints.
    Endpoints,
    /// Transit gateways.
    TransitGateway,
    /// Route tables and their targets.
    Routing,
    /// Sharing through AWS RAM.
    Sharing,
    /// VPN and Direct Connect.
    Hybrid,
    /// Design and cost.
    Design,
    /// The input itself.
    Input,
}

impl Group {
    /// All, in the order in which they are listed.
    pub const ALL: [Self; 9] = [
        Self::Addressing,
        Self::Peering,
        Self::Endpoints,
        Self::TransitGateway,
        Self::Routing,
        Self::Sharing,
        Self::Hybrid,
        Self::Design,
        Self::Input,
    ];

    /// The kebab-case name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Addressing => "addressing",
            Self::Peering => "peering",
            Self::Endpoints => "endpoints",
            Self::TransitGateway => "transit-gateway",
            Self::Routing => "routing",
            Self::Sharing => "sharing",
            Self::Hybrid => "hybrid",
            Self::Design => "design",
            Self::Input => "input",
        }
    }
}

/// A rule's identity and documentation.
#[derive(Clone, Copy, Debug)]
pub struct RuleMeta {
    /// Kebab-case name of the fault, also the name of its page.
    pub id: &'static str,
    /// One sentence that says what is found.
    pub title: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// What it is about.
    pub group: Group,
    /// What happens when it is applied.
    pub class: Class,
    /// How sure a finding is.
    pub confidence: Confidence,
    /// The release that brought it.
    pub since: &'static str,
    /// The whole page as Markdown.
    pub page: &'static str,
}
