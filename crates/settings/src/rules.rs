//! `[rules]`: which rules run, and how bad their findings are.

use groundplan_findings::{Problem, ProblemKind, Severity};
use groundplan_ir::Location;

use crate::Settings;
use crate::notes::{Notes, did_you_mean};
use crate::pattern::captures;
use crate::table::Table;

/// The key that is no rule.
const ADVICE: &str = "advice";

/// What is said of rules.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rules {
    /// Whether advice is given, too.
    pub advice: bool,
    lines: Vec<Line>,
}

/// What becomes of a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// It does not run.
    Off,
    /// Its findings are that bad.
    At(Severity),
}

/// One line: rules by name or by a pattern with `*`.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Line {
    pattern: String,
    level: Level,
    at: Location,
}

impl Rules {
    pub(crate) fn read(root: &Table<'_>, notes: &mut Notes) -> Self {
        let Some(table) = root.table("rules", notes) else { return Self::default() };
        let advice = table.has(ADVICE).then(|| table.flag(ADVICE, notes)).flatten();
        let mut lines = Vec::new();
        for key in table.keys().into_iter().filter(|it| it.value != ADVICE) {
            let Some(text) = table.text(key.value, notes) else { continue };
            let level = match &*text.value {
                "off" => Level::Off,
                "note" => Level::At(Severity::Note),
                "warning" => Level::At(Severity::Warning),
                "error" => Level::At(Severity::Error),
                other => {
                    let message = format!("`{}` is no severity", other.escape_debug());
                    notes.error(&text.span, message, "it is error, warning, note or off");
                    continue;
                }
            };
            let at = notes.location(&key.span);
            lines.push(Line { pattern: key.value.to_owned(), level, at });
        }
        Self { advice: advice.unwrap_or_default(), lines }
    }

    /// What the last line says that fits a rule, and whether it names that rule alone.
    pub fn level(&self, rule: &str) -> Option<(Level, bool)> {
        let mut lines = self.lines.iter().rev();
        let line = lines.find(|it| captures(&it.pattern, rule).is_some())?;
        Some((line.level, line.pattern == rule))
    }
}

impl Settings {
    /// The lines that fit no rule of these. `input` is what messages call the file.
    pub fn unknown_rules(&self, input: &str, rules: &[&str]) -> Vec<Problem> {
        let fits = |line: &&Line| !rules.iter().any(|it| captures(&line.pattern, it).is_some());
        let problem = |line: &Line| Problem {
            kind: ProblemKind::Malformed,
            input: input.to_owned(),
            place: None,
            at: Some(line.at),
            message: format!(
                "there is no rule `{}`{}",
                line.pattern.escape_debug(),
                did_you_mean(&line.pattern, rules.iter().copied())
            ),
            help: "`groundplan rules` lists them".to_owned(),
        };
        self.rules.lines.iter().filter(fits).map(problem).collect()
    }
}
