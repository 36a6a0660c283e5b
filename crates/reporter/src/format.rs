//! The formats and what they need to know besides the report.

use std::io::{self, Write};

use groundplan_findings::Report;

use crate::human::Human;
use crate::json::Json;
use crate::sarif::Sarif;

/// What a report can be written as.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Format {
    /// For people at a terminal.
    Human,
    /// For programs; the shape is versioned.
    Json,
    /// SARIF 2.1.0, for code scanning.
    Sarif,
}

/// How to write.
#[derive(Clone, Copy, Debug)]
pub struct Settings {
    /// Whether the human report is coloured.
    pub color: bool,
    /// The columns of the human report.
    pub width: usize,
    /// Whether the human report lists what is undetermined.
    pub list_undetermined: bool,
    /// The program's version.
    pub version: &'static str,
    /// The address of the program's page; empty while it has none.
    pub homepage: &'static str,
}

/// Writes reports of one format.
pub trait Reporter {
    /// Writes the report.
    fn report(&self, report: &Report, settings: &Settings, out: &mut dyn Write) -> io::Result<()>;
}

impl Format {
    /// Every format.
    pub const ALL: &'static [Self] = &[Self::Human, Self::Json, Self::Sarif];

    /// The name on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Human => "human",
            Self::Json => "json",
            Self::Sarif => "sarif",
        }
    }

    /// The format of this name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|format| format.name() == name)
    }

    /// What writes it.
    pub fn reporter(self) -> &'static dyn Reporter {
        match self {
            Self::Human => &Human,
            Self::Json => &Json,
            Self::Sarif => &Sarif,
        }
    }
}
