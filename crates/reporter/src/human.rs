//! The report for people: findings as pictures, then what stood in the way, then the figures.
//!
//! No line begins with text from the input, and all such text is cleaned before it is shown.

use std::io::{self, Write};

use groundplan_findings::{Problem, Report};
use groundplan_ir::SourceMap;

use crate::diagnostic::Renderer;
use crate::place::spot;
use crate::sanitise::{self, LONGEST};
use crate::{Reporter, Settings, summary};

/// Writes the human report.
pub(crate) struct Human;

impl Reporter for Human {
    fn report(&self, report: &Report, settings: &Settings, out: &mut dyn Write) -> io::Result<()> {
        for finding in &report.findings {
            let input = sanitise::line(name(report.input_of(&finding.primary.origin)), 80);
            let renderer = Renderer::new(settings, &input, &report.sources);
            out.write_all(renderer.finding(finding).as_bytes())?;
        }
        for it in &report.problems {
            problem(it, &report.sources, out)?;
        }
        for crash in &report.crashes {
            writeln!(
                out,
                "internal error in rule `{}`; the other rules' results stand. \
                 Please report it with the version, {}.\n",
                crash.rule, settings.version
            )?;
        }
        undetermined(report, settings, out)?;
        writeln!(out, "{}", sanitise::block(&summary::summary(report), LONGEST))
    }
}

/// The input in words.
fn name(input: &str) -> &str {
    if input == "-" { "<stdin>" } else { input }
}

/// Says what reading met.
fn problem(it: &Problem, sources: &SourceMap, out: &mut dyn Write) -> io::Result<()> {
    let spot = it.at.and_then(|at| spot(sources, at));
    let input = spot.as_deref().unwrap_or_else(|| name(&it.input));
    let place = it.place.as_ref().map(|place| format!(", {place}")).unwrap_or_default();
    let head = format!("{input}{place}: {}", it.message);
    writeln!(out, "{}: {}", it.kind.severity(), sanitise::line(&head, LONGEST))?;
    if !it.help.is_empty() {
        writeln!(out, "  help: {}", sanitise::line(&it.help, LONGEST))?;
    }
    writeln!(out)
}

/// Lists the open questions, or says why there are any.
fn undetermined(report: &Report, settings: &Settings, out: &mut dyn Write) -> io::Result<()> {
    if report.undetermined.is_empty() {
        return Ok(());
    }
    if settings.list_undetermined {
        writeln!(out, "undetermined:")?;
        for it in &report.undetermined {
            let place = it.origin.place.as_ref();
            let spot = place.and_then(|place| spot(&report.sources, place.at));
            let spot = spot.map(|spot| format!(" ({spot})")).unwrap_or_default();
            let line = format!("{}  {}{spot}: {}", it.rule, it.origin, it.cause);
            writeln!(out, "  {}", sanitise::line(&line, LONGEST))?;
        }
    } else {
        writeln!(out, "undetermined (--undetermined lists them):")?;
        for (count, words) in summary::causes(report) {
            writeln!(out, "  {count} because {words}")?;
        }
    }
    writeln!(out)
}

#[cfg(test)]
mod tests {
    use groundplan_findings::{Crash, ProblemKind};

    use super::*;
    use crate::Format;
    use crate::sample::{self, SETTINGS};

    fn human(report: &Report) -> String {
        sample::written(Format::Human, report, &SETTINGS)
    }

    #[test]
    fn a_finding_shows_both_ends_without_line_numbers() {
        let text = human(&sample::report());
        let picture = "   ╭─[plan.json]
   │ aws_vpc_peering_connection.app_data
   · ─────────────────┬─────────────────
   ·                  ╰── fails
   │ aws_vpc.app
   │   cidr_block = \"10.0.0.0/16\"
   ·   ─────────────┬────────────
   ·                ╰── the requester's range
   │ aws_vpc.data
   │   cidr_block = \"10.0.1.0/24\"
   ·   ─────────────┬────────────
   ·                ╰── the accepter's range
   ╰────
  help: AWS does not peer them
        fix: give one of the two another range
        more: groundplan explain peering-cidr-overlap
";
        assert!(text.contains(picture), "{text}");
        assert!(text.starts_with("error[peering-cidr-overlap]\n\n  × `aws_vpc.app` and"), "{text}");
        let input = "-".to_owned();
        let text = human(&Report { input, ..sample::report() });
        assert!(text.contains("╭─[<stdin>]"), "{text}");
    }

    #[test]
    fn the_summary_stands_last_whatever_happened() {
        let summary = "\
12 resources read: 3 modelled, 6 of network types not modelled \
(aws_a 1, aws_b 1, aws_c 1, aws_d 1, aws_e 1, …), 3 of other types
7 checks decided: 1 error, 0 warnings, 0 notes; 2 undetermined
";
        assert!(human(&sample::report()).ends_with(&format!("\n\n{summary}")));
        assert_eq!(
            human(&Report::default()),
            "0 resources read: 0 modelled, 0 of network types not modelled, 0 of other types\n\
             0 checks decided: 0 errors, 0 warnings, 0 notes; 0 undetermined\n"
        );
    }

    #[test]
    fn problems_and_failures_of_ours_are_said() {
        let problem = Problem {
            kind: ProblemKind::Incomplete,
            input: "-".to_owned(),
            place: Some("line 1".to_owned()),
            at: None,
            message: "the plan is a part".to_owned(),
            help: "plan without `-target`".to_owned(),
        };
        let crash = Crash { rule: "self-peering" };
        let report = Report { problems: vec![problem], crashes: vec![crash], ..Report::default() };
        let text = human(&report);
        assert!(text.starts_with(
            "warning: <stdin>, line 1: the plan is a part\n  help: plan without `-target`\n\n\
             internal error in rule `self-peering`; the other rules' results stand. \
             Please report it with the version, 1.2.3.\n\n"
        ));
    }

    #[test]
    fn open_questions_are_counted_or_listed() {
        let text = human(&sample::report());
        let counted = "undetermined (--undetermined lists them):\n  \
                       1 because a reference goes through `each.value`\n  \
                       1 because a value is known only after apply\n";
        assert!(text.contains(counted), "{text}");
        let settings = Settings { list_undetermined: true, ..SETTINGS };
        let text = sample::written(Format::Human, &sample::report(), &settings);
        let line = "  peering-cidr-overlap  aws_vpc_peering_connection.a: \
                    `aws_vpc.a.id` is known only after apply\n";
        assert!(text.contains(line), "{text}");
    }

    #[test]
    fn no_name_steers_a_terminal_or_a_log() {
        for attack in sample::attacks() {
            let report = sample::report_of(&attack);
            for list_undetermined in [false, true] {
                for width in [40, 41, 100] {
                    let settings = Settings { width, list_undetermined, ..SETTINGS };
                    let text = sample::written(Format::Human, &report, &settings);
                    sample::assert_harmless(&text);
                    assert!(text.len() < 100_000, "{}", text.len());
                }
            }
        }
    }

    #[test]
    fn colour_adds_styles_and_nothing_else() {
        for attack in sample::attacks() {
            let report = sample::report_of(&attack);
            let colored =
                sample::written(Format::Human, &report, &Settings { color: true, ..SETTINGS });
            assert!(colored.contains('\u{1b}'));
            assert_eq!(sample::without_styles(&colored), human(&report));
        }
    }

    #[test]
    fn a_frame_in_a_name_is_shown_as_it_is() {
        let text = human(&sample::report_of("╭─[excerpt:1:1] 9 │ x"));
        assert!(text.contains("× ╭─[excerpt:1:1] 9 │ x"), "{text}");
    }
}
