//! `[stacks]`: the inputs of a run, by name, written out or as patterns.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use groundplan_findings::Problem;
use groundplan_ir::Location;

use crate::disk;
use crate::expand::{expand, fault};
use crate::notes::Notes;
use crate::pattern::{fill, stars};
use crate::table::{At, Table};

/// The options of a stack.
const KEYS: &[&str] = &["path", "var_files", "variables", "workspace", "source"];

/// Where the Terraform directory of a stack's plan is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum StackSource {
    /// Where the plan lies, as without any word on it.
    #[default]
    Beside,
    /// There.
    At(PathBuf),
    /// It is not to be looked for.
    None,
}

/// One input of a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stack {
    /// What stands before its addresses.
    pub name: String,
    /// A plan, a state, a Terraform directory, or a directory of what the AWS CLI printed. It exists.
    pub path: PathBuf,
    /// Files of values for the variables of a directory; the last value counts.
    pub var_files: Vec<PathBuf>,
    /// Values for variables of a directory, as behind `--var`.
    pub variables: BTreeMap<String, String>,
    /// The workspace that a directory is evaluated in.
    pub workspace: Option<String>,
    /// The directory that a plan was made from.
    pub source: StackSource,
    /// Where it is named.
    pub at: Location,
}

/// What stands behind one name.
struct Entry {
    name: At<String>,
    path: At<String>,
    var_files: Vec<String>,
    variables: BTreeMap<String, String>,
    workspace: Option<String>,
    source: Option<String>,
    no_source: bool,
}

/// Reads the table: first what is named on its own, then what patterns match besides. What is not there
/// comes second.
pub(crate) fn read(root: &Table<'_>, base: &Path, notes: &mut Notes) -> (Vec<Stack>, Vec<Problem>) {
    let Some(table) = root.table("stacks", notes) else { return Default::default() };
    let mut entries = Vec::new();
    for key in table.keys() {
        entries.extend(notes.unless_wrong(|notes| entry(&table, &key, notes)));
    }
    // What is named on its own stands first, so that patterns leave it out.
    entries.sort_by_key(|it| stars(&it.path.value) > 0);
    let (paths, names, not_there) = (BTreeMap::new(), BTreeMap::new(), Vec::new());
    let mut found = Found { base, stacks: Vec::new(), not_there, paths, names };
    for entry in &entries {
        found.add(entry, notes);
    }
    found.stacks.sort_by(|one, two| one.name.cmp(&two.name));
    (found.stacks, found.not_there)
}

fn entry(table: &Table<'_>, key: &At<&str>, notes: &mut Notes) -> Option<Entry> {
    let name = At { value: key.value.to_owned(), span: key.span.clone() };
    let mut entry = Entry {
        path: At { value: String::new(), span: key.span.clone() },
        name,
        var_files: Vec::new(),
        variables: BTreeMap::new(),
        workspace: None,
        source: None,
        no_source: false,
    };
    if table.is_table(key.value) {
        let options = table.table(key.value, notes)?;
        options.only(KEYS, notes);
        entry.path = options.required("path", notes)?;
        let files = options.texts("var_files", notes).unwrap_or_default();
        entry.var_files = files.into_iter().map(|it| it.value).collect();
        entry.workspace = options.text("workspace", notes).map(|it| it.value);
        entry.no_source = options.is_false("source");
        if !entry.no_source {
            entry.source = options.text("source", notes).map(|it| it.value);
        }
        if let Some(variables) = options.table("variables", notes) {
            for key in variables.keys() {
                let value = variables.scalar(key.value, notes);
                entry.variables.extend(value.map(|it| (key.value.to_owned(), it)));
            }
        }
    } else {
        entry.path = table.text(key.value, notes)?;
    }
    check(&entry, notes);
    Some(entry)
}

/// Whether the name can stand before an address, and every `*` of it stands for something.
fn check(entry: &Entry, notes: &mut Notes) {
    let Entry { name, path, .. } = entry;
    if !is_name(&name.value.replace('*', "a")) {
        let message = format!("`{}` is no name for a stack", name.value.escape_debug());
        notes.error(&name.span, message, NAMES);
    }
    if let Some(fault) = fault(&path.value) {
        notes.error(&path.span, format!("`{}`: {fault}", path.value.escape_debug()), "");
        return;
    }
    // `**` counts once.
    let wild = stars(&path.value.replace("**", "*"));
    let filled = entry.var_files.iter().chain(&entry.source).chain(&entry.workspace);
    let filled = filled.chain(entry.variables.values()).map(|it| stars(it)).max().unwrap_or(0);
    if stars(&name.value) != wild {
        let message = format!(
            "`{}` has {} and its path {}",
            name.value.escape_debug(),
            counted(stars(&name.value)),
            counted(wild)
        );
        let help = "each `*` of the name stands for what the same one of the path matches, so that \
                    every match has a name of its own: \"team-*\" = \"teams/*/plan.json\"";
        notes.error(&name.span, message, help);
    } else if wild > 0 && filled > wild {
        let message = format!("an option has more `*` than the path of `{}`", name.value);
        notes.error(&name.span, message, "each stands for what the same one of the path matches");
    }
}

const NAMES: &str = "it stands before addresses, as in `network:aws_vpc.main`: letters, digits, and any \
                     of `_-./@+`, at most 128";

fn counted(stars: usize) -> String {
    match stars {
        0 => "no `*`".to_owned(),
        1 => "one `*`".to_owned(),
        more => format!("{more} `*`"),
    }
}

/// The longest name that is taken.
const LONGEST: usize = 128;

/// Whether this may name a stack; on the command line it may too.
pub(crate) fn is_name(text: &str) -> bool {
    let fits = |c: char| c.is_alphanumeric() || "_-./@+".contains(c);
    !text.is_empty() && text.len() <= LONGEST && text.chars().all(fits)
}

/// The stacks so far.
struct Found<'b> {
    base: &'b Path,
    stacks: Vec<Stack>,
    not_there: Vec<Problem>,
    /// By real path: who named it, and whether on its own.
    paths: BTreeMap<PathBuf, (String, bool)>,
    names: BTreeMap<String, PathBuf>,
}

impl Found<'_> {
    fn add(&mut self, entry: &Entry, notes: &mut Notes) {
        let pattern = &entry.path.value;
        let looked = self.base.join(pattern).display().to_string();
        if stars(pattern) == 0 {
            let path = self.base.join(pattern);
            if disk::exists(&path) {
                self.stack(entry, path, &[], notes);
            } else {
                let message = format!("`{looked}` is not there");
                self.not_there.push(notes.missing(&entry.path.span, message, RELATIVE));
            }
            return;
        }
        match expand(self.base, pattern) {
            Ok(found) if found.is_empty() => {
                let message = format!("nothing matches `{looked}`");
                self.not_there.push(notes.missing(&entry.path.span, message, RELATIVE));
            }
            Ok(found) => {
                for (path, captured) in found {
                    self.stack(entry, path, &captured, notes);
                }
            }
            Err(error) => {
                let message = format!("`{looked}` cannot be searched for: {error}");
                notes.error(&entry.path.span, message, "name fewer");
            }
        }
    }

    fn stack(&mut self, entry: &Entry, path: PathBuf, captured: &[String], notes: &mut Notes) {
        let name = fill(&entry.name.value, captured);
        let real = path.canonicalize().unwrap_or_else(|_| path.clone());
        let alone = captured.is_empty();
        let shown = path.display().to_string();
        match self.paths.get(&real) {
            // A pattern takes what nobody has named on its own.
            Some((_, true)) if !alone => return,
            // One directory with other values is another stack.
            Some((_, true)) if path.is_dir() && self.differs(entry, &path) => (),
            Some((other, _)) => {
                let message = format!("`{shown}` is the stack `{other}` already");
                notes.error(&entry.path.span, message, "an input is read as one stack");
                return;
            }
            None => (),
        }
        if !is_name(&name) {
            let message = format!("`{shown}` would be the stack `{}`", name.escape_debug());
            notes.error(&entry.name.span, message, NAMES);
            return;
        }
        if let Some(other) = self.names.get(&name) {
            let other = other.display();
            let message = format!("`{shown}` would be the stack `{name}`, as `{other}` is");
            notes.error(&entry.name.span, message, "every stack has a name of its own");
            return;
        }
        self.paths.insert(real, (name.clone(), alone));
        self.names.insert(name.clone(), path.clone());
        let there = |text: &String| self.base.join(fill(text, captured));
        let source = match &entry.source {
            Some(source) => StackSource::At(there(source)),
            None if entry.no_source => StackSource::None,
            None => StackSource::Beside,
        };
        let values = entry.variables.iter();
        self.stacks.push(Stack {
            var_files: entry.var_files.iter().map(there).collect(),
            variables: values.map(|(name, it)| (name.clone(), fill(it, captured))).collect(),
            workspace: entry.workspace.as_ref().map(|it| fill(it, captured)),
            source,
            name,
            path,
            at: notes.location(&entry.name.span),
        });
    }
}

impl Found<'_> {
    /// Whether an entry gives a directory other values than all stacks so far that are read from it.
    fn differs(&self, entry: &Entry, path: &Path) -> bool {
        let there = |text: &String| self.base.join(text);
        let files: Vec<PathBuf> = entry.var_files.iter().map(there).collect();
        let values: BTreeMap<&str, &str> =
            entry.variables.iter().map(|(name, it)| (name.as_str(), it.as_str())).collect();
        let same = |it: &&Stack| {
            let own = it.variables.iter().map(|(name, it)| (name.as_str(), it.as_str())).collect();
            it.var_files == files && values == own && it.workspace == entry.workspace
        };
        let real = path.canonicalize().ok();
        let mut own = self.stacks.iter().filter(|it| it.path.canonicalize().ok() == real);
        real.is_some() && !own.any(|it| same(&it))
    }
}

const RELATIVE: &str = "paths are relative to the directory of groundplan.toml";
