//! The last line of defence: a failure of ours is reported as such and shows nothing of the input.
#![expect(clippy::print_stderr, reason = "this is where the program talks to its user")]

use std::panic::{self, UnwindSafe};

/// Runs `work`; `None` when it panicked.
///
/// A panic's own text may quote a plan, so only its place in our source is shown.
pub(crate) fn guarded<T>(work: impl FnOnce() -> T + UnwindSafe) -> Option<T> {
    panic::set_hook(Box::new(|info| {
        let place = info
            .location()
            .map_or_else(String::new, |it| format!(" at {}:{}", it.file(), it.line()));
        eprintln!(
            "groundplan: internal error{place} in version {}; please report it with these words",
            env!("CARGO_PKG_VERSION")
        );
    }));
    panic::catch_unwind(work).ok()
}
