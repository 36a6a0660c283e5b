//! `groundplan eval`: what a Terraform directory evaluates to.

use groundplan_parser::{HclSettings, Input, Session};

use crate::args::Eval;
use crate::exit::Exit;
use crate::output;

/// Runs the command.
pub(crate) fn run(args: &Eval, hcl: &HclSettings) -> Exit {
    if !args.directory.is_dir() {
        return output::usage(&format!("{} is not a directory", args.directory.display()));
    }
    let mut session = Session::open(&args.directory, hcl);
    for complaint in session.complaints() {
        output::complain(&complaint);
    }
    if let Some(path) = &args.expressions {
        return match session.answers(&Input::from(&**path)) {
            Ok(lines) => output::print(&(lines.join("\n") + "\n")),
            Err(error) => output::usage(&format!("{}: {}", path.display(), error.message)),
        };
    }
    if let Some(text) = &args.expression {
        return match session.expression(text, args.show_sensitive) {
            Ok(json) => output::print(&(json + "\n")),
            Err(message) => output::usage(&message),
        };
    }
    let printed = output::print(&(session.dump(args.show_sensitive) + "\n"));
    if session.has_errors() && printed == Exit::Clean { Exit::Incomplete } else { printed }
}
