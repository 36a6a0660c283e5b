//! The terminal: what it can show, and the words that go to it outside of reports.
#![expect(clippy::print_stderr, reason = "this is where the program talks to its user")]

use std::env;
use std::io::{self, IsTerminal as _, Write as _};

use crate::args::Color;
use crate::exit::Exit;

/// Prints text; a reader that has gone away is no failure.
pub(crate) fn print(text: &str) -> Exit {
    match io::stdout().lock().write_all(text.as_bytes()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Exit::CouldNotRun,
        _ => Exit::Clean,
    }
}

/// Says on standard error what went wrong.
pub(crate) fn complain(words: &str) {
    // Paths and names may hold anything.
    eprintln!("groundplan: {}", groundplan_reporter::harmless(words));
}

/// Complains about the arguments.
pub(crate) fn usage(words: &str) -> Exit {
    complain(words);
    Exit::CouldNotRun
}

/// Whether to colour standard output.
pub(crate) fn color(when: Color) -> bool {
    match when {
        Color::Always => true,
        Color::Never => false,
        Color::Auto => {
            let set = |name| env::var_os(name).is_some_and(|value| !value.is_empty());
            let dumb = env::var_os("TERM").is_some_and(|term| term == "dumb");
            io::stdout().is_terminal() && !set("NO_COLOR") && !dumb
        }
    }
}

/// The columns of the terminal; a fixed number where there is none, so that a report in a pipe or a
/// log is the same everywhere.
pub(crate) fn width() -> usize {
    const ELSEWHERE: usize = 100;
    if !io::stdout().is_terminal() {
        return ELSEWHERE;
    }
    let columns = terminal_size::terminal_size().map(|(width, _)| usize::from(width.0));
    columns.unwrap_or(ELSEWHERE).clamp(40, 200)
}
