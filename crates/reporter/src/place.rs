//! Places in source text as readers and programs look for them.

use groundplan_ir::{Location, ModulePath, Origin, SourceMap};

use crate::sanitise::{self, LONGEST};

/// `main.tf:12:1`, harmless on a terminal.
pub(crate) fn spot(sources: &SourceMap, at: Location) -> Option<String> {
    let (file, start, _) = sources.positions(at)?;
    let spot = format!("{}:{}:{}", file.path, start.line, start.column);
    Some(sanitise::line(&spot, LONGEST))
}

/// The calls that lead to a module instance, the innermost first, each with the instance that it
/// makes there.
pub(crate) fn calls(origin: &Origin) -> Vec<(Location, ModulePath)> {
    let calls = origin.place.as_ref().map_or(&[][..], |place| place.calls());
    let steps = &origin.address.module.steps;
    if calls.len() != steps.len() {
        return Vec::new();
    }
    let path = |depth: usize| ModulePath {
        stack: origin.address.module.stack.clone(),
        steps: steps.iter().take(depth + 1).cloned().collect(),
    };
    calls.iter().enumerate().rev().map(|(depth, at)| (*at, path(depth))).collect()
}
