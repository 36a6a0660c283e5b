//! The report for programs: one object, versioned, pretty-printed.

mod escape;
mod v1;

use std::io::{self, Write};

use groundplan_findings::Report;
use serde::Serialize as _;

use crate::{Reporter, Settings};

pub(crate) use escape::Escaping;

/// Writes the JSON report.
pub(crate) struct Json;

impl Reporter for Json {
    fn report(&self, report: &Report, settings: &Settings, out: &mut dyn Write) -> io::Result<()> {
        let mut json = serde_json::Serializer::with_formatter(&mut *out, Escaping::new());
        v1::Document::new(report, settings).serialize(&mut json)?;
        out.write_all(b"\n")
    }
}
