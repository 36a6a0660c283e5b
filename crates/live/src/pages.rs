//! Files → what they say of objects.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use groundplan_findings::{Problem, ProblemKind};
use groundplan_ir::{FileId, Interest, Location, SourceFile, SourceMap};
use groundplan_syntax::{JsonKind, JsonValue, read_json};

use crate::disk::Budget;
use crate::draft::Draft;
use crate::json::{Object, Wrong};
use crate::kinds::{About, Command, Facts, Page, empty_list, of_key, vpc_attribute};
use crate::naming::{id_in, shown};
use crate::secrets;

/// Everything that was read.
pub(crate) struct Pages<'i> {
    pub(crate) interest: &'i Interest,
    input: String,
    budget: Budget,
    pub(crate) drafts: Vec<Draft>,
    pub(crate) facts: Facts,
    /// The files, in the order of their places.
    pub(crate) files: Vec<PathBuf>,
    /// Their places in the sources.
    pub(crate) ids: Vec<FileId>,
    pub(crate) sources: SourceMap,
    pub(crate) problems: Vec<Problem>,
    /// Keys of VPN connections.
    pub(crate) secrets: BTreeSet<String>,
    /// JSON that is none of a command that is read.
    others: Vec<String>,
}

/// What the rest of the run does without a part.
pub(crate) const REST: &str = "the rest is still analysed, but absence proves nothing";

impl<'i> Pages<'i> {
    pub(crate) fn new(path: &Path, interest: &'i Interest) -> Self {
        Self {
            interest,
            input: path.display().to_string(),
            budget: Budget::default(),
            drafts: Vec::new(),
            facts: Facts::default(),
            files: Vec::new(),
            ids: Vec::new(),
            sources: SourceMap::default(),
            problems: Vec::new(),
            secrets: BTreeSet::new(),
            others: Vec::new(),
        }
    }

    /// Says that a part was not looked at.
    pub(crate) fn left_out(&mut self, what: &str) {
        self.problem(ProblemKind::Incomplete, None, None, what.to_owned(), REST);
    }

    pub(crate) fn problem(
        &mut self,
        kind: ProblemKind,
        place: Option<String>,
        at: Option<Location>,
        message: String,
        help: &str,
    ) {
        let (input, help) = (self.input.clone(), help.to_owned());
        self.problems.push(Problem { kind, input, place, at, message, help });
    }

    /// Reads one file.
    pub(crate) fn read(&mut self, path: &Path) {
        let name = shown(path);
        let text = match self.budget.text(path) {
            Ok(text) => text,
            Err(error) => {
                let message = format!("{name} cannot be read: {error}");
                return self.problem(ProblemKind::Malformed, Some(name), None, message, REST);
            }
        };
        let top = match read_json(FileId::default(), &text) {
            Ok(top) => top,
            Err(error) => {
                // Without the text: what is damaged may hold anything, keys too.
                let file = SourceFile::new(&name, text.into());
                let at = file.position(error.at.start);
                let place = Some(format!("{name}:{}:{}", at.line, at.column));
                let message = format!("{name} is no JSON: {}", error.message);
                return self.problem(ProblemKind::Malformed, place, None, message, REST);
            }
        };
        if !is_read(&top) {
            self.others.push(name);
            return;
        }
        let secrets = secrets::find(&top);
        let shown = Arc::from(secrets.masked(&text));
        self.secrets.extend(secrets.texts);
        let id = self.sources.add(SourceFile::new(&name, shown));
        self.files.push(path.to_path_buf());
        self.ids.push(id);
        if let Err(wrong) = self.top(path, id, &text, &top) {
            self.wrong(wrong);
        }
    }

    fn wrong(&mut self, wrong: Wrong) {
        let Wrong { at, message } = wrong;
        self.problem(ProblemKind::Malformed, None, Some(at), message, REST);
    }

    /// The object that a file is.
    fn top(&mut self, path: &Path, id: FileId, text: &str, value: &JsonValue) -> Result<(), Wrong> {
        let top = Object::of(id, value)?;
        let partial = top.text("NextToken")?.is_some();
        if partial {
            let message = "this is the first part of a longer list: `NextToken` says so".to_owned();
            let help = "let the AWS CLI print all of it: without --max-items and --no-paginate";
            self.problem(ProblemKind::Incomplete, None, Some(top.at("NextToken")), message, help);
        }
        if top.flag("AdditionalRoutesAvailable").ok().flatten() == Some(true) {
            let at = Some(top.at("AdditionalRoutesAvailable"));
            let message = "there are more routes than are printed here".to_owned();
            let help = "narrow the search down and keep each answer in a file of its own";
            self.problem(ProblemKind::Incomplete, None, at, message, help);
        }
        if is_attribute(&top)
            && let Some(wrong) = self.page(text, "").answer(vpc_attribute, &top)
        {
            self.wrong(wrong);
        }
        for command in top.names().filter_map(of_key) {
            self.command(path, command, &top, text, partial)?;
        }
        Ok(())
    }

    fn page<'p>(&'p mut self, text: &'p str, about: &str) -> Page<'p> {
        let file = self.files.len().saturating_sub(1);
        let (interest, drafts, facts) = (self.interest, &mut self.drafts, &mut self.facts);
        Page { file, text, about: about.into(), interest, drafts, facts }
    }

    /// What stands behind one name at the top.
    fn command(
        &mut self,
        path: &Path,
        command: &Command,
        top: &Object<'_>,
        text: &str,
        partial: bool,
    ) -> Result<(), Wrong> {
        let Some(items) = top.list(command.key)? else { return Ok(()) };
        if !is_of(command, items) {
            return Ok(());
        }
        let about = match command.about {
            About::Nothing => Some("".into()),
            about @ (About::TgwTable | About::PrefixList) => id_in(path, about),
        };
        let Some(about) = about else {
            let at = Some(top.at(command.key));
            let message = format!("`{}` does not print what it is about", command.name);
            let prefix = command.about.prefix();
            let help =
                format!("put the id into the file's name: `{}-{prefix}….json`", command.name);
            self.problem(ProblemKind::Incomplete, None, at, message, &help);
            return Ok(());
        };
        let mut page = self.page(text, &about);
        match command.key {
            "Entries" if partial => return Ok(()),
            "Entries" => page.take(empty_list(&about, top)),
            "TransitGatewayRouteTablePropagations" => page.propagations(&about, partial),
            _ => (),
        }
        let mut wrong = Vec::new();
        for item in items {
            match Object::of(top.file(), item) {
                Ok(object) => wrong.extend(page.answer(command.read, &object)),
                Err(error) => wrong.push(error),
            }
        }
        for it in wrong {
            self.wrong(it);
        }
        Ok(())
    }

    /// Says which files were of no use.
    pub(crate) fn finish(&mut self) {
        let others = std::mem::take(&mut self.others);
        if self.files.is_empty() {
            let message = "there is no output of the AWS CLI that is read".to_owned();
            let help = "print it with `aws ec2 describe-vpcs > describe-vpcs.json` and the like";
            self.problem(ProblemKind::Unreadable, None, None, message, help);
        } else if let [first, rest @ ..] = &*others {
            let more = if rest.is_empty() { "" } else { " and others" };
            let message =
                format!("{first}{more}: {} JSON files hold nothing that is read", others.len());
            self.problem(ProblemKind::Remark, None, None, message, "");
        }
    }
}

/// Whether the top of a file holds anything that is read.
fn is_read(top: &JsonValue) -> bool {
    let JsonKind::Object(members) = &top.kind else { return false };
    let Ok(object) = Object::of(FileId::default(), top) else {
        return members.iter().any(|it| of_key(&it.name.value).is_some());
    };
    is_attribute(&object)
        || object.names().filter_map(of_key).any(|command| {
            let items = object.list(command.key).ok().flatten();
            items.is_none_or(|items| is_of(command, items))
        })
}

/// Whether a list is that of a command, where other commands use the same name at the top.
fn is_of(command: &Command, items: &[JsonValue]) -> bool {
    let Some(mark) = command.mark else { return true };
    let Some(JsonKind::Object(members)) = items.first().map(|it| &it.kind) else { return true };
    let has = |name: &str| members.iter().any(|it| it.name.value == name);
    // A route may lead to a list, and policy tables have associations of their own.
    (has(mark) || has("PrefixListId")) && !has("TransitGatewayPolicyTableId")
}

/// Whether this is an answer of `describe-vpc-attribute`.
fn is_attribute(top: &Object<'_>) -> bool {
    let has = |name: &str| top.value(name).is_some();
    has("VpcId") && (has("EnableDnsSupport") || has("EnableDnsHostnames"))
}
