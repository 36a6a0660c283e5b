//! `terraform show -json` of a plan or a state → [`Config`].
//!
//! One pass over the text with serde: what no model reads is skipped unread, the rest is built as
//! typed values with their unknown and sensitive parts in place.

mod change;
mod configuration;
mod document;
mod mask;
mod merge;
mod outputs;
mod providers;
mod reading;
mod state;
mod unique;
mod values;

use groundplan_findings::{Problem, ProblemKind};
use groundplan_ir::Interest;
use serde::de::DeserializeSeed as _;

use crate::Read;
use crate::input::MAKE_PLAN;
use crate::sniff;
use document::{Document, DocumentSeed};
use reading::{Manner, Reading};
pub(crate) use unique::{DUPLICATE, UniqueMap};
pub(crate) use values::Plain;

/// Reads the text of one plan or state; the section on variables comes as it is.
pub(crate) fn read(name: &str, text: &str, interest: &Interest) -> (Read, Option<String>) {
    // First as well-formed input, which needs no look-ahead. Only where a part has a shape that no
    // Terraform writes, once more part by part, so that the other parts are still read.
    let strict = Reading::new(interest, Manner::Strict);
    let (document, reading) = match parse(text, &strict) {
        Ok(document) => (document, strict),
        Err(error) if error.is_data() => {
            let lenient = Reading::new(interest, Manner::Lenient);
            match parse(text, &lenient) {
                Ok(document) => (document, lenient),
                Err(error) => return (unreadable(name, text, &error), None),
            }
        }
        Err(error) => return (unreadable(name, text, &error), None),
    };
    let problem = |kind, (place, message): (String, String), help: &str| Problem {
        kind,
        input: name.to_owned(),
        place: Some(place),
        at: None,
        message,
        help: help.to_owned(),
    };
    let (malformed, fatal) = reading.into_complaints();
    let problems: Vec<Problem> = malformed
        .into_iter()
        .map(|it| problem(ProblemKind::Malformed, it, "this part was left out of the analysis"))
        .chain(fatal.into_iter().map(|it| problem(ProblemKind::Unreadable, it, FATAL_HELP)))
        .collect();
    let variables = document.variables.map(|raw| raw.get().to_owned());
    (merge::merge(name, document, interest, problems), variables)
}

/// What to do about an input that says two things at once.
const FATAL_HELP: &str = "no Terraform writes this, and other programs may read it in another way; \
                          make the plan again";

fn parse<'a>(text: &'a str, reading: &Reading<'_>) -> Result<Document<'a>, serde_json::Error> {
    let mut json = serde_json::Deserializer::from_str(text);
    let document = DocumentSeed(reading).deserialize(&mut json)?;
    match json.end() {
        // Something after the object is only of interest when the object itself is ours: an event
        // stream is one object a line, and naming it says more than "trailing characters".
        Err(_) if document.format_version.is_none() => Ok(document),
        Err(error) => Err(error),
        Ok(()) => Ok(document),
    }
}

fn unreadable(name: &str, text: &str, error: &serde_json::Error) -> Read {
    let place = format!("line {}, column {}", error.line(), error.column());
    let words = sniff::error_words(error);
    let (message, help) = if error.is_eof() {
        (
            format!("the JSON stops in the middle, after {} bytes: it is truncated", text.len()),
            "the command that wrote it was cut off; make it again".to_owned(),
        )
    } else if sniff::is_fatal(error) {
        (words, FATAL_HELP.to_owned())
    } else if words == "trailing characters" {
        let wrapped = sniff::wrapped();
        (wrapped.message, wrapped.help)
    } else if error.is_data() {
        (format!("this has not the shape of a plan: {words}"), MAKE_PLAN.to_owned())
    } else {
        (format!("this is not valid JSON: {words}"), MAKE_PLAN.to_owned())
    };
    let kind = ProblemKind::Unreadable;
    let input = name.to_owned();
    let problem = Problem { kind, input, place: Some(place), at: None, message, help };
    Read { problems: vec![problem], ..Read::default() }
}
