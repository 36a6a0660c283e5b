//! Where results stand: in a file as text, and at an address.

use groundplan_findings::{Label, Report};
use groundplan_ir::{ModulePath, Origin, SourceFile};

use super::model::{ArtifactLocation, Location, LogicalLocation, PhysicalLocation, Region, Text};
use super::{LONGEST_TEXT, plain, uri};
use crate::place::calls;
use crate::sanitise;

/// Writes locations of one report.
#[derive(Clone, Copy)]
pub(super) struct Locations<'r> {
    pub(super) report: &'r Report,
    /// The input, for what is in no source file.
    pub(super) input: &'r ArtifactLocation,
}

impl Locations<'_> {
    /// The place of a label.
    pub(super) fn of(&self, label: &Label) -> Location {
        Location {
            id: None,
            physical: self.physical(&label.origin),
            logical: vec![resource(&label.origin)],
            message: (!label.text.is_empty()).then(|| {
                let words = format!("{}: {}", label.origin, label.text);
                Text { text: plain(&words) }
            }),
        }
    }

    /// The module calls that lead to a place, the innermost first.
    pub(super) fn calls(&self, origin: &Origin) -> Vec<Location> {
        let called = calls(origin).into_iter().filter_map(|(at, module)| {
            Some(Location {
                id: None,
                physical: self.in_text(at)?,
                logical: vec![named(&module)],
                message: Some(Text { text: plain(&format!("called from here as {module}")) }),
            })
        });
        called.collect()
    }

    /// A place in source text without more.
    pub(super) fn bare(&self, at: groundplan_ir::Location) -> Option<Location> {
        let physical = self.in_text(at)?;
        Some(Location { id: None, physical, logical: Vec::new(), message: None })
    }

    fn physical(&self, origin: &Origin) -> PhysicalLocation {
        let place = origin.place.as_ref();
        place.and_then(|place| self.in_text(place.at)).unwrap_or_else(|| PhysicalLocation {
            artifact_location: match &origin.address.module.stack {
                None => self.input.clone(),
                Some(_) => uri::artifact(self.report.input_of(origin), &self.report.started),
            },
            // A plan is one line.
            region: Region { start_line: 1, start_column: 1, end_line: 1, end_column: 2 },
        })
    }

    fn in_text(&self, at: groundplan_ir::Location) -> Option<PhysicalLocation> {
        let (file, start, end) = self.report.sources.positions(at)?;
        let region = Region {
            start_line: start.line,
            start_column: column(file, at.start),
            end_line: end.line,
            end_column: column(file, at.end),
        };
        let artifact_location = uri::artifact(&file.path, &self.report.started);
        Some(PhysicalLocation { artifact_location, region })
    }
}

/// A column as the run declares to count them.
fn column(file: &SourceFile, offset: u32) -> usize {
    file.before(offset).encode_utf16().count() + 1
}

/// The address of an instance.
pub(super) fn resource(origin: &Origin) -> LogicalLocation {
    let name = sanitise::line(&origin.address.to_string(), LONGEST_TEXT);
    LogicalLocation { fully_qualified_name: name, kind: "resource" }
}

fn named(module: &ModulePath) -> LogicalLocation {
    let name = sanitise::line(&module.to_string(), LONGEST_TEXT);
    LogicalLocation { fully_qualified_name: name, kind: "module" }
}
