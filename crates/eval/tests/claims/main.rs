//! What is claimed of a value with unknown parts must hold whatever those parts turn out to be: each
//! expression is evaluated once with unknowns and then with every value that they may take, for which the
//! recorded answers hold us to what Terraform says.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test may stop at what it does not expect"
)]

mod compare;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use crate::compare::{contradiction, shown};
use groundplan_eval::{
    CallContext, Error, EvaluatedStep, NoFiles, Reference, References, Resolved, Scope, Source,
    Type, Unknown, Value, check, evaluate,
};
use groundplan_ir::{Address, FileId, Step as PathStep};
use groundplan_syntax::{Expr, Step, parse_expression};

/// A name that is not known, its type, and what it may turn out to be.
struct Name {
    letter: &'static str,
    ty: Type,
    values: Vec<Value>,
    reference: Reference,
}

fn literal(text: &str) -> Value {
    let expr = parse_expression(FileId::default(), text).unwrap();
    evaluate(&expr, &Names::none()).unwrap()
}

fn attribute(block: &str, attribute: &str) -> Reference {
    let source = Source::Instance(Arc::new(Address::parse(block).unwrap()));
    Reference { source, path: [PathStep::Name(attribute.into())].into() }
}

fn unknowns() -> Vec<Name> {
    let texts = Type::list(Type::String);
    let name = |letter, ty: Type, values: &[&str], block: &str, of: &str| Name {
        letter,
        values: values
            .iter()
            .map(|it| groundplan_eval::convert(&literal(it), &ty).unwrap())
            .collect(),
        ty,
        reference: attribute(block, of),
    };
    let text = ["\"\"", "\"x\"", "\"y\"", "null"];
    vec![
        name("a", Type::String, &text, "aws_x.a", "output"),
        name("b", Type::String, &text, "aws_x.b", "output"),
        // Identifiers of two instances of a type: neither empty nor equal.
        name("i", Type::String, &["\"id-1\""], "aws_x.a", "id"),
        name("j", Type::String, &["\"id-2\""], "aws_x.b", "id"),
        // One of an instance of another type, and what another one has it refer to, may be equal.
        name("k", Type::String, &["\"id-1\"", "\"id-3\""], "aws_y.a", "id"),
        name("r", Type::String, &["\"id-1\"", "\"id-4\""], "aws_z.a", "x_id"),
        name("n", Type::Number, &["0", "1", "2", "null"], "aws_x.a", "count"),
        name("t", Type::Bool, &["true", "false"], "aws_x.a", "flag"),
        name(
            "l",
            texts,
            &["[]", "[\"x\"]", "[\"x\", \"x\"]", "[\"\", null, \"y\"]"],
            "aws_x.a",
            "list",
        ),
        name("s", Type::set(Type::String), &["[]", "[\"x\"]", "[\"\", \"y\"]"], "aws_x.a", "set"),
        name(
            "m",
            Type::map(Type::String),
            &["{}", "{x = \"1\"}", "{y = \"\", z = null}"],
            "aws_x.a",
            "map",
        ),
        name(
            "d",
            Type::Dynamic,
            &["\"x\"", "\"\"", "null", "1", "tolist([\"x\"])", "{x = \"1\"}", "tolist([])"],
            "aws_x.a",
            "any",
        ),
        name(
            "e",
            Type::Dynamic,
            &["\"x\"", "null", "tolist([\"x\", \"x\"])", "toset([\"x\", \"y\"])"],
            "aws_x.b",
            "any",
        ),
    ]
}

struct Names {
    values: BTreeMap<&'static str, Value>,
    calls: CallContext<'static>,
}

impl Names {
    fn none() -> Self {
        let calls = CallContext { files: &NoFiles, directory: Path::new("/") };
        Self { values: BTreeMap::new(), calls }
    }
}

impl Scope for Names {
    fn resolve(&self, head: &str, _: &[EvaluatedStep<'_>]) -> Result<Resolved, String> {
        let value = self.values.get(head).ok_or("no such name")?.clone();
        Ok(Resolved { value, steps: 0 })
    }

    fn declared(&self, _: &str, _: &[Step]) -> Result<(), String> {
        Ok(())
    }

    fn call_context(&self) -> &CallContext<'_> {
        &self.calls
    }
}

/// The names that an expression uses: single letters that stand alone.
fn used<'n>(text: &str, names: &'n [Name]) -> Vec<&'n Name> {
    let word = |c: char| !(c.is_ascii_alphanumeric() || c == '_' || c == '"');
    let words: Vec<&str> = text.split(word).collect();
    names.iter().filter(|it| words.contains(&it.letter)).collect()
}

fn value(expr: &Expr, names: &Names) -> Result<Value, Error> {
    check(expr, names)?;
    evaluate(expr, names)
}

/// The first thing that is claimed and does not hold.
fn broken(text: &str, names: &[Name]) -> Option<String> {
    let expr = parse_expression(FileId::default(), text).unwrap();
    let used = used(text, names);
    let mut scope = Names::none();
    for name in &used {
        let references = References::exactly(name.reference.clone());
        let not_null = name.values.iter().all(|it| !it.is_null());
        let unknown = Unknown { ty: name.ty.clone(), references, not_null, ..Unknown::default() };
        scope.values.insert(name.letter, unknown.into());
    }
    let claimed = value(&expr, &scope);
    let total: usize = used.iter().map(|it| it.values.len()).product();
    for mut at in 0..total {
        let mut found = BTreeMap::new();
        for name in &used {
            let value = name.values[at % name.values.len()].clone();
            at /= name.values.len();
            scope.values.insert(name.letter, value.clone());
            found.insert(name.reference.clone(), value);
        }
        let Ok(actual) = value(&expr, &scope) else { continue };
        let why = match &claimed {
            Ok(claimed) => contradiction(claimed, &actual, &found),
            Err(why) => Some(format!("refused: {}", why.message)),
        };
        if let Some(why) = why {
            let with: Vec<String> = used
                .iter()
                .map(|it| format!("{} = {}", it.letter, shown(&scope.values[it.letter])))
                .collect();
            let claimed = claimed.map_or_else(|it| it.message, |it| shown(&it));
            return Some(format!(
                "{text}: {why}\n    claimed {claimed}\n    it is {} where {}",
                shown(&actual),
                with.join(", ")
            ));
        }
    }
    None
}

/// Collections, what is made of them, and what is asked of that.
const LISTS: &str = include_str!("lists.txt");
const LAYERS: &str = include_str!("layers.txt");
const QUESTIONS: &str = include_str!("questions.txt");

fn lines(text: &'static str) -> Vec<&'static str> {
    text.lines().collect()
}

/// Texts in which `@` stands for each of some others.
fn filled(forms: &[&str], with: &[String]) -> Vec<String> {
    forms
        .iter()
        .flat_map(|form| {
            if form.contains('@') {
                with.iter().map(|it| form.replace('@', it)).collect()
            } else {
                vec![(*form).to_owned()]
            }
        })
        .collect()
}

/// One of so many of the larger expressions is tried unless `GROUNDPLAN_ALL` is set.
const STRIDE: usize = 11;

/// What only a plain list is asked: whether an expression has a value at all may hang on what is not known
/// in functions that are told by the rest, and what has no type is taken for what it stands beside.
const PLAIN: &[&str] = &["try(", "can(", "@[*]."];

fn run(expressions: &[String]) {
    let names = unknowns();
    let complaints: Vec<String> =
        expressions.iter().filter_map(|text| broken(text, &names)).collect();
    assert!(
        complaints.is_empty(),
        "{} of {}:\n{}",
        complaints.len(),
        expressions.len(),
        complaints.join("\n")
    );
}

fn owned(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|it| (*it).to_owned()).collect()
}

#[test]
fn what_is_asked_of_lists() {
    run(&filled(&lines(QUESTIONS), &owned(&lines(LISTS))));
}

#[test]
fn what_is_asked_of_what_is_made_of_lists() {
    let is_layered = |it: &&str| !PLAIN.iter().any(|plain| it.contains(plain));
    let questions: Vec<&str> = lines(QUESTIONS).into_iter().filter(is_layered).collect();
    let typed = |it: &&str| !["[d, e]", "[d, 1]", "a", "n", "t"].contains(it);
    let lists: Vec<&str> = lines(LISTS).into_iter().filter(typed).collect();
    let layers = filled(&lines(LAYERS), &owned(&lists));
    let layers: Vec<String> = layers.iter().map(|it| format!("({it})")).collect();
    let all = std::env::var_os("GROUNDPLAN_ALL").is_some();
    let stride = if all { 1 } else { STRIDE };
    let some: Vec<String> = filled(&questions, &layers).into_iter().step_by(stride).collect();
    run(&some);
}
