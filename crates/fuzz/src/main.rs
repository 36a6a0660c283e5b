//! Damaged expressions, files and plans through everything, for as long as wanted.
//!
//! `cargo run --release --package groundplan-fuzz -- SECONDS [SEED]` starts from the fixtures, damages
//! them, and stops with a non-zero exit code at the first panic or at the first input that takes longer
//! than it may; the input is printed. It needs a stable toolchain only, and the same seed gives the
//! same inputs.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "this is a program for developers")]
#![expect(clippy::unwrap_used, reason = "a broken fixture should end the run")]

mod damage;
mod samples;

use std::panic;
use std::path::Path;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use groundplan_parser::{HclSettings, Input, Session};

use damage::Dice;
use samples::Samples;

/// No damaged fixture needs longer than this twice in a row.
const LONGEST: Duration = Duration::from_secs(5);

/// What is damaged, and through what it goes.
#[derive(Clone, Copy, Debug)]
enum Target {
    Expression,
    File,
    Plan,
}

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1).map(|it| it.parse::<u64>());
    let (Some(Ok(seconds)), seed) = (arguments.next(), arguments.next()) else {
        eprintln!("usage: groundplan-fuzz SECONDS [SEED]");
        return ExitCode::from(2);
    };
    let mut dice = Dice::new(seed.and_then(Result::ok).unwrap_or(1));
    let samples = Samples::load();
    let mut session = Session::open(&samples.context, &HclSettings::default());
    let folder = tempfile::tempdir().unwrap();
    let end = Instant::now() + Duration::from_secs(seconds);
    let mut counts = [0_u64; 3];
    while Instant::now() < end {
        let (target, seeds) = match dice.below(20) {
            0..=15 => (Target::Expression, &samples.expressions),
            16..=18 => (Target::File, &samples.files),
            _ => (Target::Plan, &samples.plans),
        };
        let text = damage::damaged(&mut dice, seeds);
        let mut once = || {
            let start = Instant::now();
            let result = panic::catch_unwind(panic::AssertUnwindSafe(|| match target {
                Target::Expression => drop(session.expression(&text, true)),
                Target::File => file(folder.path(), &text),
                Target::Plan => plan(&text),
            }));
            (result, start.elapsed())
        };
        let (mut result, mut took) = once();
        if took > LONGEST {
            // The machine may have been busy with something else.
            (result, took) = once();
        }
        *counts.get_mut(target as usize).unwrap() += 1;
        if result.is_err() || took > LONGEST {
            let what = if result.is_err() { "panic" } else { "too slow" };
            println!("{what} after {took:?} in {target:?}:\n{text}");
            return ExitCode::FAILURE;
        }
    }
    let [expressions, files, plans] = counts;
    println!("{expressions} expressions, {files} files, {plans} plans: no panic, none too slow");
    ExitCode::SUCCESS
}

fn file(folder: &Path, text: &str) {
    std::fs::write(folder.join("main.tf"), text).unwrap();
    let interest = groundplan_model::interest();
    let read = groundplan_parser::read(&Input::from(folder), &HclSettings::default(), &interest);
    judge(read);
}

fn plan(text: &str) {
    judge(groundplan_parser::read_bytes(
        "plan.json",
        text.as_bytes(),
        &groundplan_model::interest(),
    ));
}

fn judge(read: groundplan_parser::Read) {
    if let Some(config) = read.config {
        groundplan_rules::check(&groundplan_model::build(&config), groundplan_rules::RULES);
    }
}
