//! Which rules run: what the command line names, and what groundplan.toml says of them.

use groundplan_findings::Class;
use groundplan_rules::{Entry, RULES};
use groundplan_settings::{Level, Rules};

use crate::args::Choice;
use crate::check::unknown_rule;
use crate::inputs::Inputs;

/// The rules to run with their severities, or what is wrong with the choice. Lines of groundplan.toml that fit
/// none are noted among its problems.
pub(crate) fn selected(args: &Choice, inputs: &mut Inputs) -> Result<Vec<Entry>, String> {
    let is_known = |pattern: &str| RULES.iter().any(|entry| fits(pattern, entry.id));
    if let Some(name) = args.select.iter().chain(&args.ignore).find(|name| !is_known(name)) {
        return Err(unknown_rule(name));
    }
    let none = Rules::default();
    let mut said = &none;
    if let Some(told) = &mut inputs.told {
        let names: Vec<&str> = RULES.iter().map(|it| it.id).collect();
        told.problems.extend(told.settings.unknown_rules(&told.input, &names));
        said = &told.settings.rules;
    }
    let rules: Vec<Entry> = RULES.iter().filter_map(|it| chosen(args, said, it)).collect();
    if rules.is_empty() {
        // A gate that checks nothing must not be mistaken for one that found nothing.
        return Err("`--select`, `--ignore` and [rules] leave no rule to run".to_owned());
    }
    Ok(rules)
}

/// A rule as it runs, if it does. Who names one rule means it, whatever stands elsewhere; advice comes only
/// when it is asked for.
fn chosen(args: &Choice, said: &Rules, entry: &Entry) -> Option<Entry> {
    let named = args.select.iter().any(|name| name == entry.id);
    let fitting = args.select.is_empty() || args.select.iter().any(|it| fits(it, entry.id));
    let (level, alone) = said.level(entry.id).unzip();
    let asked = args.advice || said.advice || alone == Some(true);
    let wanted =
        fitting && level != Some(Level::Off) && (entry.rule.class != Class::Advice || asked);
    if !(named || wanted) || args.ignore.iter().any(|it| fits(it, entry.id)) {
        return None;
    }
    Some(match level {
        Some(Level::At(severity)) => Entry { severity: Some(severity), ..*entry },
        Some(Level::Off) | None => *entry,
    })
}

/// Whether a name, in which `*` stands for any text, is that of a rule.
fn fits(pattern: &str, name: &str) -> bool {
    let Some((first, rest)) = pattern.split_once('*') else { return pattern == name };
    let Some(mut behind) = name.strip_prefix(first) else { return false };
    let mut pieces: Vec<&str> = rest.split('*').collect();
    let last = pieces.pop().unwrap_or_default();
    for piece in pieces {
        let Some((_, rest)) = behind.split_once(piece) else { return false };
        behind = rest;
    }
    behind.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_stands_for_any_text() {
        for (pattern, name, expected) in [
            ("peering-*", "peering-cidr-overlap", true),
            ("*-overlap", "peering-cidr-overlap", true),
            ("peering-*-overlap", "peering-cidr-overlap", true),
            ("p*g-*-o*", "peering-cidr-overlap", true),
            ("peering", "peering-cidr-overlap", false),
            ("*overlap*x", "peering-cidr-overlap", false),
            ("tgw-*", "peering-cidr-overlap", false),
            ("*", "peering-cidr-overlap", true),
        ] {
            assert_eq!(fits(pattern, name), expected, "{pattern}");
        }
    }
}
