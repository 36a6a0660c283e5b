//! The report for programs: one object, versioned, pretty-printed.

mod escape;
mod v1;

use std::io::{self, Write};

use groundplan_findings::Report;
use serde::Serialize as _;

use crate::{Reporter, Settings};

pub(crate) use escape::{Escaping, escape};

/// Writes the JSON report.
pub(crate) struct Json;

impl Reporter for Json {
    fn report(&self, report: &Report, settings: &Settings, out: &mut dyn Write) -> io::Result<()> {
        let mut json = serde_json::Serializer::with_formatter(&mut *out, Escaping::new());
        v1::Document::new(report, settings).serialize(&mut json)?;
        out.write_all(b"\n")
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::Format;
    use crate::sample::{self, SETTINGS};
    use crate::sourced;

    #[test]
    fn the_values_are_those_of_the_report() {
        let document = sample::parsed(Format::Json, &sample::report());
        assert_eq!(document["schema_version"], 1);
        assert_eq!(document["tool"], json!({"name": "groundplan", "version": "1.2.3"}));
        assert_eq!(document["input"], "plan.json");
        assert_eq!(document["summary"]["resources"], 12);
        assert_eq!(document["summary"]["modelled"], json!({"aws_vpc": 3}));
        assert_eq!(document["summary"]["errors"], 1);
        assert_eq!(document["summary"]["undetermined"], 2);
        assert_eq!(
            document["findings"][0]["related"][1],
            json!({
                "address": "aws_vpc.data",
                "attribute": "cidr_block",
                "value": "\"10.0.1.0/24\"",
                "text": "the accepter's range",
            })
        );
        assert_eq!(
            document["undetermined"][1],
            json!({
                "rule": "peering-cidr-overlap",
                "address": "aws_vpc_peering_connection.b",
                "cause": "each-value",
                "because": "the reference goes through `each.value`, which a plan does not spell out",
            })
        );
        assert_eq!(document["rules"][0]["class"], "apply-fails");
    }

    #[test]
    fn places_in_source_text_are_told() {
        let document = sample::parsed(Format::Json, &sourced::report());
        let finding = &document["findings"][0];
        assert_eq!(
            finding["primary"]["location"],
            json!({"file": "main.tf", "line": 10, "column": 1, "end_line": 10, "end_column": 49})
        );
        assert_eq!(finding["primary"].get("called_from"), None);
        let call =
            json!({"file": "main.tf", "line": 5, "column": 1, "end_line": 5, "end_column": 14});
        let range = json!({
            "file": "modules/net/main.tf", "line": 5, "column": 3, "end_line": 5, "end_column": 25
        });
        for place in [&finding["related"][1], &document["undetermined"][0]] {
            assert_eq!(place["location"], range);
            assert_eq!(place["called_from"], json!([{"module": "module.data", "location": call}]));
        }
        assert_eq!(document["problems"][0]["location"], call);
        assert!(!document.to_string().contains("hunter2"));
    }

    #[test]
    fn hostile_names_come_back_exactly_and_do_nothing_on_a_terminal() {
        for attack in sample::attacks() {
            let report = sample::report_of(&attack);
            let text = sample::written(Format::Json, &report, &SETTINGS);
            sample::assert_harmless(&text);
            assert!(text.ends_with("}\n"));
            let document = sample::parsed(Format::Json, &report);
            assert_eq!(document["input"], *attack);
            assert_eq!(document["findings"][0]["message"], *attack);
            assert_eq!(document["findings"][0]["related"][0]["value"], *attack);
            assert_eq!(document["problems"][0]["place"], *attack);
            assert_eq!(document["summary"]["not_modelled"][&attack], 1);
            assert_eq!(document["internal_errors"][0]["rule"], "peering-cidr-overlap");
            assert_eq!(document["summary"]["complete"], false);
        }
    }

    #[test]
    fn the_same_report_gives_the_same_bytes() {
        for format in Format::ALL {
            assert_eq!(Format::parse(format.name()), Some(*format));
            let write = || sample::written(*format, &sample::report(), &SETTINGS);
            assert_eq!(write(), write());
        }
    }
}
