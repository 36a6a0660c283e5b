//! A plan with its source leads to the block and the argument that a reader would be led to.
//!
//! `fixtures/places.txt` was labelled by hand from the configuration and the rules' pages. What is shown
//! elsewhere is printed with both places; the shares that must be right are asserted.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::print_stdout,
    reason = "a test may stop at what it does not expect, and says what it saw"
)]

use std::collections::BTreeMap;
use std::fs;
use std::ops::RangeInclusive;
use std::path::Path;
use std::process::Command;

use hcl_edit::Span as _;
use hcl_edit::structure::Body;
use serde_json::Value;

/// A line of a file of the case.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Place {
    file: String,
    line: usize,
}

/// What the list says of one end of a finding.
struct Label {
    case: String,
    rule: String,
    /// The object that the finding is at.
    primary: String,
    /// The object at the other end; without one, the place is the finding's own.
    related: Option<String>,
    header: Place,
    attribute: Place,
}

/// How much of one label was met.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Met {
    Nothing,
    Block,
    Attribute,
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn place(text: &str) -> Place {
    let (file, line) = text.rsplit_once(':').unwrap_or_else(|| panic!("no line in {text:?}"));
    Place { file: file.to_owned(), line: line.parse().unwrap() }
}

/// An address may hold spaces, so the two places are taken from the end.
fn ends(text: &str) -> (&str, Place, Place) {
    let (rest, attribute) = text.rsplit_once(' ').unwrap();
    let (address, header) = rest.rsplit_once(' ').unwrap();
    (address, place(header), place(attribute))
}

fn labels() -> Vec<Label> {
    let text = fs::read_to_string(root().join("fixtures/places.txt")).unwrap();
    let mut out: Vec<Label> = Vec::new();
    for line in text.lines().filter(|it| !it.starts_with('#')) {
        let label = if let Some(rest) = line.strip_prefix(" related ") {
            let (address, header, attribute) = ends(rest);
            let of = out.last().unwrap();
            let (case, rule, primary) = (of.case.clone(), of.rule.clone(), of.primary.clone());
            Label { case, rule, primary, related: Some(address.to_owned()), header, attribute }
        } else {
            let (case, rest) = line.split_once(' ').unwrap();
            let (rule, rest) = rest.split_once(' ').unwrap();
            let (address, header, attribute) = ends(rest);
            let (case, rule) = (case.to_owned(), rule.to_owned());
            Label { case, rule, primary: address.to_owned(), related: None, header, attribute }
        };
        out.push(label);
    }
    out
}

/// The lines of the block whose header stands on a line, as HCL's grammar or JSON's brackets bound it.
fn extent(text: &str, header: usize, is_json: bool) -> RangeInclusive<usize> {
    let lines = |end: usize| text.bytes().take(end).filter(|it| *it == b'\n').count() + 1;
    if is_json {
        let start = text.match_indices('\n').nth(header - 2).unwrap().0 + 1;
        return header..=lines(closing(text, start));
    }
    let body: Body = text.parse().unwrap();
    let mut spans = body.blocks().map(|block| block.span().unwrap());
    let found = spans.find_map(|span| {
        let blank = text[span.clone()].bytes().take_while(u8::is_ascii_whitespace).count();
        let end = text[span.clone()].trim_end().len() + span.start;
        (lines(span.start + blank) == header).then(|| lines(end))
    });
    header..=found.unwrap_or_else(|| panic!("no block has its header on line {header}"))
}

/// Where the first bracket after `start` closes.
fn closing(text: &str, start: usize) -> usize {
    let (mut depth, mut quoted, mut escaped) = (0, false, false);
    for (at, byte) in text.bytes().enumerate().skip(start) {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if quoted => escaped = true,
            b'"' => quoted = !quoted,
            b'{' | b'[' if !quoted => depth += 1,
            b'}' | b']' if !quoted => {
                depth -= 1;
                if depth == 0 {
                    return at;
                }
            }
            _ => {}
        }
    }
    panic!("nothing closes")
}

/// The findings of a case's plan, read with the source beside it.
fn findings(case: &str) -> Vec<Value> {
    let folder = format!("fixtures/{case}");
    let plan = format!("{folder}/plan.json");
    let mut command = Command::new(env!("CARGO_BIN_EXE_groundplan"));
    command.args(["check", &plan, "--source", &folder, "--format", "json"]);
    let output = command.current_dir(root()).env_clear().output().unwrap();
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    report["findings"].as_array().unwrap().clone()
}

/// Every end of the findings that a label speaks of.
fn shown<'a>(label: &Label, findings: &'a [Value]) -> Vec<&'a Value> {
    let of = findings
        .iter()
        .filter(|it| it["rule"] == *label.rule && it["primary"]["address"] == *label.primary);
    match &label.related {
        None => of.map(|it| &it["primary"]).collect(),
        Some(address) => of
            .flat_map(|it| it["related"].as_array().unwrap())
            .filter(|it| it["address"] == **address)
            .collect(),
    }
}

/// Where one end of a finding is shown, in a file of the case.
fn location(end: &Value, case: &str) -> Option<Place> {
    let at = end.get("location")?;
    let file = at["file"].as_str().unwrap();
    let file = file.strip_prefix(&format!("fixtures/{case}/")).unwrap_or(file).to_owned();
    Some(Place { file, line: usize::try_from(at["line"].as_u64().unwrap()).unwrap() })
}

fn met(label: &Label, at: Option<&Place>) -> Met {
    let Some(at) = at.filter(|at| at.file == label.header.file) else { return Met::Nothing };
    let path = root().join("fixtures").join(&label.case).join(&at.file);
    let is_json = path.extension().is_some_and(|it| it == "json");
    let text = fs::read_to_string(path).unwrap();
    let block = extent(&text, label.header.line, is_json);
    assert!(block.contains(&label.attribute.line), "{}: no such argument", label.case);
    match *at == label.attribute {
        true => Met::Attribute,
        false if block.contains(&at.line) => Met::Block,
        false => Met::Nothing,
    }
}

/// What a reader of the difference needs: what was labelled and what is shown.
fn difference(label: &Label, at: &[Option<Place>]) -> String {
    let end = label.related.as_ref().map(|it| format!(" related {it}")).unwrap_or_default();
    let is: Vec<String> = at
        .iter()
        .map(|it| it.as_ref().map_or("nowhere".to_owned(), |it| format!("{}:{}", it.file, it.line)))
        .collect();
    format!(
        "{} {} {}{end}: labelled {}:{}-{}, shown {is:?}",
        label.case,
        label.rule,
        label.primary,
        label.header.file,
        label.header.line,
        label.attribute.line
    )
}

#[test]
fn findings_are_shown_where_the_fault_is() {
    let labels = labels();
    let mut reports: BTreeMap<&str, Vec<Value>> = BTreeMap::new();
    let (mut block, mut attribute, mut wrong) = (0, 0, Vec::new());
    for label in &labels {
        let report = reports.entry(&label.case).or_insert_with(|| findings(&label.case));
        let at: Vec<Option<Place>> =
            shown(label, report).iter().map(|it| location(it, &label.case)).collect();
        let best = at.iter().map(|it| met(label, it.as_ref())).max().unwrap_or(Met::Nothing);
        block += usize::from(best >= Met::Block);
        attribute += usize::from(best == Met::Attribute);
        if best < Met::Attribute {
            wrong.push(format!("{best:?}: {}", difference(label, &at)));
        }
    }
    let all = labels.len();
    println!("{}\n{all} places, block {block}, attribute {attribute}", wrong.join("\n"));
    assert!(all >= 200, "the labels are gone: {all}");
    assert!(block * 100 >= all * 99, "of {all} places {block} are in the right block");
    assert!(attribute * 100 >= all * 95, "of {all} places {attribute} are at the right argument");
}
