//! Pictures of findings in source text, drawn by hand before the first one came out.

use std::sync::Arc;

use groundplan_findings::{Finding, Report};
use groundplan_ir::{Address, Origin, Place};

use crate::sample::{self, SETTINGS};
use crate::sourced::{self, Files, placed};
use crate::{Format, Settings};

fn human(report: &Report) -> String {
    sample::written(Format::Human, report, &SETTINGS)
}

/// The frame of the first finding.
fn frame(report: &Report) -> String {
    let text = human(report);
    let lines = text.lines().skip_while(|line| !line.contains('╭'));
    let mut out: Vec<&str> = Vec::new();
    for line in lines {
        out.push(line);
        if line.contains("╰────") && line.trim() == "╰────" {
            break;
        }
    }
    out.join("\n")
}

#[test]
fn both_ends_are_shown_in_their_files_with_the_calls_between() {
    let picture = "    ╭─[main.tf:10:1]
 10 │ resource \"aws_vpc_peering_connection\" \"app_data\" {
    · ────────────────────────┬───────────────────────
    ·                         ╰── fails
    ├─[main.tf:2:3]
  1 │ resource \"aws_vpc\" \"app\" {
  2 │   cidr_block = \"10.0.0.0/16\"
    ·   ─────────────┬────────────
    ·                ╰── the requester's range
    ├─[modules/net/main.tf:5:3]
  3 │ resource \"aws_vpc\" \"this\" {
  5 │   cidr_block = var.range
    ·   ───────────┬──────────
    ·              ╰── module.data.aws_vpc.this, 10.0.1.0/24: the accepter's range
    │ called from main.tf:5:1 as module.data
    ╰────";
    assert_eq!(frame(&sourced::report()), picture);
    let text = human(&sourced::report());
    assert!(!text.contains("hunter2"), "{text}");
    assert_colour_only_adds_styles(&sourced::report());
    let problem = "error: main.tf:5:1: the module is not installed\n  help: run `terraform get`\n";
    assert!(text.contains(problem), "{text}");
    let settings = Settings { list_undetermined: true, ..SETTINGS };
    let text = sample::written(Format::Human, &sourced::report(), &settings);
    let line = "  peering-cidr-overlap  module.data.aws_vpc.this.cidr_block \
                (modules/net/main.tf:5:3): the reference goes through `each.value`";
    assert!(text.contains(line), "{text}");
}

fn assert_colour_only_adds_styles(report: &Report) {
    let colored = sample::written(Format::Human, report, &Settings { color: true, ..SETTINGS });
    assert_eq!(sample::without_styles(&colored), human(report));
}

#[test]
fn instances_of_one_line_are_told_apart() {
    let mut files = Files::default();
    let main = files.add("main.tf", "module \"net\" {\n  for_each = {}\n}\n");
    let net = files.add(
        "net/main.tf",
        "resource \"aws_subnet\" \"a\" {\n\tcount      = 2\n\tcidr_block = local.range\n}\n",
    );
    let calls = vec![files.find(main, "module \"net\"")];
    let range = ("cidr_block", "cidr_block = local.range");
    let site = files.site(net, "resource \"aws_subnet\" \"a\"", &[range], calls);
    let subnet = |address: &str, range: &str| {
        placed(address, &site).attribute("cidr_block", Some(format!("\"{range}\"").into()))
    };
    let finding =
        Finding::at(&subnet("module.net[\"a\"].aws_subnet.a[0]", "10.0.0.0/24"), "overlaps")
            .also(&subnet("module.net[\"b\"].aws_subnet.a[1]", "10.0.0.0/25"), "this one");
    let picture = "   ╭─[net/main.tf:3:2]
 1 │ resource \"aws_subnet\" \"a\" {
 3 │     cidr_block = local.range
   ·     ────────────┬───────────
   ·                 ╰─┤ module.net[\"a\"].aws_subnet.a[0], 10.0.0.0/24: overlaps
   ·                   │ module.net[\"b\"].aws_subnet.a[1], 10.0.0.0/25: this one
   │ called from main.tf:1:1 as module.net[\"a\"]
   │ called from main.tf:1:1 as module.net[\"b\"]
   ╰────";
    assert_eq!(frame(&sourced::report_of(files, vec![finding])), picture);
}

#[test]
fn long_ways_are_told_from_the_inside() {
    let mut files = Files::default();
    let main = files.add("main.tf", "module \"a\" {}\n");
    let middle = files.add("a/main.tf", "\nmodule \"b\" {}\n");
    let inner = files.add("a/b/main.tf", "resource \"aws_vpc\" \"v\" {}\n");
    let calls = vec![files.find(main, "module \"a\""), files.find(middle, "module \"b\"")];
    let site = files.site(inner, "resource \"aws_vpc\" \"v\"", &[], calls);
    let finding = Finding::at(&placed("module.a[0].module.b.aws_vpc.v", &site), "unused");
    let picture = "   ╭─[a/b/main.tf:1:1]
 1 │ resource \"aws_vpc\" \"v\" {
   · ───────────┬──────────
   ·            ╰── module.a[0].module.b.aws_vpc.v: unused
   │ called from a/main.tf:2:1 as module.a[0].module.b
   │ called from main.tf:1:1 as module.a[0]
   ╰────";
    assert_eq!(frame(&sourced::report_of(files, vec![finding])), picture);
}

#[test]
fn values_are_told_where_the_text_is_not_the_value() {
    let mut files = Files::default();
    let text = "resource \"aws_vpc\" \"a\" {\r\n  cidr_block = cidrsubnet(\r\n    var.all, 4, 1\r\n  )\r\n\
                \x20 subnets = [\"a\",  \"b\",]\r\n  dns = \"東京\"\r\n}\r\n";
    let main = files.add("main.tf", text);
    let arguments = [
        ("cidr_block", "cidr_block = cidrsubnet(\r\n    var.all, 4, 1\r\n  )"),
        ("subnets", "subnets = [\"a\",  \"b\",]"),
        ("dns", "dns = \"東京\""),
    ];
    let site = files.site(main, "resource \"aws_vpc\" \"a\"", &arguments, vec![]);
    let vpc = placed("aws_vpc.a", &site);
    let at = |name: &str, shown: &str| vpc.attribute(name, Some(shown.into()));
    let finding = Finding::at(&at("cidr_block", "\"10.16.0.0/12\""), "too wide")
        .also(&at("subnets", "[\"a\", \"b\"]"), "two of them")
        .also(&at("dns", "\"東京\""), "written so")
        .also(&at("enable_dns_support", "true"), "left out")
        .also(&at("id", "(known after apply)"), "computed");
    let picture = "   ╭─[main.tf:2:3]
 1 │ resource \"aws_vpc\" \"a\" {
   · ───────────┬──────────
   ·            ╰─┤ enable_dns_support = true: left out
   ·              │ id: computed
 2 │   cidr_block = cidrsubnet( …
   ·   ────────────┬───────────
   ·               ╰── 10.16.0.0/12: too wide
 5 │   subnets = [\"a\",  \"b\",]
   ·   ───────────┬──────────
   ·              ╰── two of them
 6 │   dns = \"東京\"
   ·   ──────┬─────
   ·         ╰── written so
   ╰────";
    assert_eq!(frame(&sourced::report_of(files, vec![finding])), picture);
}

#[test]
fn an_override_file_and_a_place_without_text_have_frames_of_their_own() {
    let mut files = Files::default();
    let main = files.add("main.tf", "resource \"aws_vpc\" \"a\" {}\n");
    let other = files.add("a_override.tf", "resource \"aws_vpc\" \"a\" { cidr_block = var.b }\n");
    let site = files.site(main, "resource \"aws_vpc\" \"a\"", &[], vec![]);
    let place = Place { at: files.find(other, "cidr_block = var.b"), site: Arc::clone(&site) };
    let attribute = placed("aws_vpc.a", &site).attribute("cidr_block", None).placed(Some(place));
    let finding = Finding::at(&placed("aws_vpc.a", &site), "this")
        .also(&attribute, "overridden")
        .also(&sample::origin("aws_vpc.gone"), "destroyed");
    let picture = "   ╭─[main.tf:1:1]
 1 │ resource \"aws_vpc\" \"a\" {
   · ───────────┬──────────
   ·            ╰── this
   ├─[a_override.tf:1:26]
 1 │ … cidr_block = var.b
   ·   ─────────┬────────
   ·            ╰── aws_vpc.a: overridden
   ├─[.]
   │ aws_vpc.gone
   · ──────┬─────
   ·       ╰── destroyed
   ╰────";
    assert_eq!(frame(&sourced::report_of(files, vec![finding])), picture);
}

#[test]
fn no_source_line_steers_a_terminal_or_a_log() {
    for attack in sample::attacks() {
        let mut files = Files::default();
        let argument = format!("a = {}", attack.replace('\n', " "));
        let text = format!("resource {attack} {{\n{argument}\n}}\n{}", "\n".repeat(1000));
        let main = files.add(&format!("{attack}.tf"), &text);
        let header = format!("resource {attack}");
        let site = files.site(main, &header, &[("a", &argument)], vec![]);
        let address = Arc::new(Address::parse("aws_vpc.a[0]").unwrap());
        let whole = Origin::of(&address).placed(Some(Place::of(&site)));
        let finding = Finding::at(&whole.attribute("a", Some(attack.clone().into())), &*attack)
            .also(&whole, &*attack);
        let report = sourced::report_of(files, vec![finding]);
        for format in Format::ALL {
            for width in [0, 1, 40, 100] {
                let settings = Settings { width, list_undetermined: true, ..SETTINGS };
                let text = sample::written(*format, &report, &settings);
                sample::assert_harmless(&text);
            }
        }
        assert!(human(&report).contains("╭─["), "drawn");
        assert_colour_only_adds_styles(&report);
    }
}
