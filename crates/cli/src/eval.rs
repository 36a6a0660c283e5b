//! `groundplan eval`: what a Terraform directory evaluates to.

use groundplan_parser::{HclSettings, Input, Session};
use groundplan_reporter::harmless_json;

use crate::args::Eval;
use crate::exit::Exit;
use crate::output;

/// Runs the command.
pub(crate) fn run(args: &Eval, hcl: &HclSettings) -> Exit {
    if !args.directory.is_dir() {
        return output::usage(&format!("{} is not a directory", args.directory.display()));
    }
    let mut session = Session::open(&args.directory, hcl);
    let complain = |session: &Session| {
        for complaint in session.complaints() {
            output::complain(&complaint);
        }
    };
    if let Some(path) = &args.expressions {
        complain(&session);
        return match session.answers(&Input::from(&**path)) {
            Ok(lines) => output::print(&(lines.join("\n") + "\n")),
            Err(error) => output::usage(&format!("{}: {}", path.display(), error.message)),
        };
    }
    if let Some(text) = &args.expression {
        return match session.expression(text, args.show_sensitive) {
            Ok(answer) => {
                // What is wrong elsewhere matters where it may be why there is no value.
                if !answer.unknown.is_empty() || answer.text.starts_with("(known after") {
                    complain(&session);
                }
                let printed = output::print(&(harmless_json(&answer.text) + "\n"));
                if !answer.unknown.is_empty() {
                    let from = answer.unknown.join(", ");
                    output::complain(&format!("what is not known comes from {from}"));
                }
                printed
            }
            Err(message) => {
                complain(&session);
                output::usage(&message)
            }
        };
    }
    complain(&session);
    let printed = output::print(&(harmless_json(&session.dump(args.show_sensitive)) + "\n"));
    if session.has_errors() && printed == Exit::Clean { Exit::Incomplete } else { printed }
}
