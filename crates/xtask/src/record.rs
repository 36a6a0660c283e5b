//! `cargo xtask record`: writes the `plan.json` of fixture cases with the real terraform.
//!
//! A case is a folder with a `main.tf`. Beside it may stand `before/` (a complete configuration
//! that is applied first, in the same state), `answers.json` (canned data source answers for the
//! stand-in provider) and `plan-args` (extra arguments of `terraform plan`, one per line).
//! Terraform works in a temporary folder; all that comes back is what `show -json` printed.

use std::collections::VecDeque;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::{fmt, fs, io, thread};

use tempfile::TempDir;

/// How to call this task.
const USAGE: &str = "usage: cargo xtask record --mirror DIR [--missing] [CASE_DIR…]
  --mirror DIR   the folder that the stand-in provider's make_mirror.sh wrote
  --missing      only cases that have no plan.json yet
  CASE_DIR       a case, or a folder of cases (default: all folders of fixtures)";

/// How many cases are recorded at a time.
const WORKERS: usize = 2;

/// What stands in a case folder for the recorder and the tests, not for terraform's main run.
const NOT_CONFIGURATION: [&str; 4] = ["before", "plan.json", "plan-args", "answers.json"];

/// Variables of the caller's shell that would change what terraform or the stand-in prints.
const FOREIGN_VARIABLES: [&str; 9] = [
    "STANDIN_ANSWERS",
    "STANDIN_DRIFT",
    "TF_CLI_ARGS",
    "TF_CLI_ARGS_init",
    "TF_CLI_ARGS_plan",
    "TF_DATA_DIR",
    "TF_LOG",
    "TF_PLUGIN_CACHE_DIR",
    "TF_WORKSPACE",
];

/// Runs the task; the exit code is 1 if a case could not be recorded and 2 for a wrong call.
pub(crate) fn main(arguments: impl Iterator<Item = String>) -> ExitCode {
    match record(arguments) {
        Ok(0) => ExitCode::SUCCESS,
        Ok(failed) => {
            eprintln!("{failed} case(s) not recorded");
            ExitCode::FAILURE
        }
        Err(error @ Error::Usage(_)) => {
            eprintln!("{error}\n{USAGE}");
            ExitCode::from(2)
        }
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

/// Records what the arguments ask for and tells how many cases failed.
fn record(arguments: impl Iterator<Item = String>) -> Result<usize, Error> {
    let options = Options::parse(arguments)?;
    let mirror = fs::canonicalize(&options.mirror).map_err(Error::at(&options.mirror))?;
    let scratch = tempfile::tempdir().map_err(Error::at(Path::new("a temporary folder")))?;
    let cli_config = write_cli_config(scratch.path(), &mirror)?;
    let queue = Mutex::new(options.cases()?);
    let failed = AtomicUsize::new(0);
    thread::scope(|scope| {
        for _ in 0..WORKERS {
            scope.spawn(|| work_off(&queue, &cli_config, &failed));
        }
    });
    Ok(failed.into_inner())
}

/// Takes cases from the queue until it is empty.
fn work_off(queue: &Mutex<VecDeque<PathBuf>>, cli_config: &Path, failed: &AtomicUsize) {
    while let Some(case) = next(queue) {
        match record_case(&case, cli_config) {
            Ok(()) => println!("recorded {}", case.display()),
            Err(error) => {
                failed.fetch_add(1, Ordering::Relaxed);
                eprintln!("FAILED   {}: {error}", case.display());
            }
        }
    }
}

/// The next case; the lock is held no longer than this call.
fn next(queue: &Mutex<VecDeque<PathBuf>>) -> Option<PathBuf> {
    let mut cases = queue.lock().unwrap_or_else(PoisonError::into_inner);
    cases.pop_front()
}

/// What the command line asks for.
#[derive(Default)]
struct Options {
    mirror: PathBuf,
    only_missing: bool,
    folders: Vec<PathBuf>,
}

impl Options {
    fn parse(mut arguments: impl Iterator<Item = String>) -> Result<Self, Error> {
        let mut options = Self::default();
        let mut mirror = None;
        while let Some(argument) = arguments.next() {
            match argument.as_str() {
                "--mirror" => mirror = arguments.next(),
                "--missing" => options.only_missing = true,
                unknown if unknown.starts_with('-') => {
                    return Err(Error::Usage(format!("unknown option `{unknown}`")));
                }
                folder => options.folders.push(PathBuf::from(folder)),
            }
        }
        let mirror = mirror.ok_or_else(|| Error::Usage("--mirror DIR is needed".to_owned()))?;
        options.mirror = PathBuf::from(mirror);
        Ok(options)
    }

    /// The cases to record, in the order of their names within each folder.
    fn cases(&self) -> Result<VecDeque<PathBuf>, Error> {
        let mut cases = VecDeque::new();
        if self.folders.is_empty() {
            let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures");
            for folder in ["rules", "examples", "plans", "estates"].map(|name| fixtures.join(name))
            {
                if folder.is_dir() {
                    collect_cases(&folder, &mut cases)?;
                }
            }
        }
        for folder in &self.folders {
            let before = cases.len();
            collect_cases(folder, &mut cases)?;
            if cases.len() == before {
                return Err(Error::Usage(format!("no case in {}", folder.display())));
            }
        }
        if self.only_missing {
            cases.retain(|case| !case.join("plan.json").exists());
        }
        Ok(cases)
    }
}

/// Adds `folder` if it is a case, else the cases below it.
fn collect_cases(folder: &Path, cases: &mut VecDeque<PathBuf>) -> Result<(), Error> {
    if folder.join("main.tf").is_file() {
        cases.push_back(fs::canonicalize(folder).map_err(Error::at(folder))?);
        return Ok(());
    }
    for entry in visible_entries(folder)? {
        if entry.is_dir() {
            collect_cases(&entry, cases)?;
        }
    }
    Ok(())
}

/// Writes terraform's CLI configuration, the same as the one `make_mirror.sh` writes.
pub(crate) fn write_cli_config(folder: &Path, mirror: &Path) -> Result<PathBuf, Error> {
    let path = mirror.to_string_lossy();
    let path = path.replace('\\', "\\\\").replace('"', "\\\"");
    let text = format!(
        "disable_checkpoint = true\n\
         provider_installation {{\n  filesystem_mirror {{ path = \"{path}\" }}\n}}\n"
    );
    let file = folder.join("terraformrc");
    fs::write(&file, text).map_err(Error::at(&file))?;
    Ok(file)
}

/// Plans one case in a temporary folder and writes its `plan.json`.
fn record_case(case: &Path, cli_config: &Path) -> Result<(), Error> {
    let terraform = Terraform::new(case, cli_config)?;
    let before = case.join("before");
    if before.is_dir() {
        copy_folder(&before, terraform.folder(), &[])?;
        terraform.run("init", ["-input=false", "-no-color"])?;
        terraform.run("apply", ["-input=false", "-no-color", "-auto-approve"])?;
        terraform.clear_configuration()?;
    }
    copy_folder(case, terraform.folder(), &NOT_CONFIGURATION)?;
    terraform.run("init", ["-input=false", "-no-color", "-upgrade"])?;
    let mut arguments = vec!["-input=false", "-no-color", "-out=tfplan"];
    let extra = plan_arguments(case)?;
    arguments.extend(extra.lines().map(str::trim).filter(|line| !line.is_empty()));
    terraform.run("plan", arguments)?;
    let json = terraform.run("show", ["-json", "tfplan"])?;
    let target = case.join("plan.json");
    fs::write(&target, json).map_err(Error::at(&target))
}

/// Plans a root module, in its own folder.
pub(crate) fn plan(folder: &Path, cli_config: &Path, target: &Path) -> Result<(), Error> {
    let terraform = Terraform::new(folder, cli_config)?;
    copy_folder(folder, terraform.folder(), &NOT_CONFIGURATION)?;
    terraform.run("init", ["-input=false", "-no-color"])?;
    terraform.run("plan", ["-input=false", "-no-color", "-out=tfplan"])?;
    let json = terraform.run("show", ["-json", "tfplan"])?;
    fs::write(target, json).map_err(Error::at(target))
}

/// The text of the case's `plan-args`, empty without such a file.
fn plan_arguments(case: &Path) -> Result<String, Error> {
    let file = case.join("plan-args");
    if file.exists() {
        fs::read_to_string(&file).map_err(Error::at(&file))
    } else {
        Ok(String::new())
    }
}

/// Terraform in a temporary folder of its own.
struct Terraform<'a> {
    work: TempDir,
    cli_config: &'a Path,
    answers: Option<PathBuf>,
}

impl<'a> Terraform<'a> {
    fn new(case: &Path, cli_config: &'a Path) -> Result<Self, Error> {
        let work = tempfile::tempdir().map_err(Error::at(case))?;
        let answers = case.join("answers.json");
        Ok(Self { work, cli_config, answers: answers.exists().then_some(answers) })
    }

    fn folder(&self) -> &Path {
        self.work.path()
    }

    /// Runs one subcommand and returns what it printed.
    fn run<'s>(
        &self,
        step: &'static str,
        arguments: impl IntoIterator<Item = &'s str>,
    ) -> Result<Vec<u8>, Error> {
        let mut command = Command::new("terraform");
        for variable in FOREIGN_VARIABLES {
            command.env_remove(variable);
        }
        if let Some(answers) = &self.answers {
            command.env("STANDIN_ANSWERS", answers);
        }
        let output = command
            .current_dir(self.folder())
            .env("TF_CLI_CONFIG_FILE", self.cli_config)
            .env("TF_IN_AUTOMATION", "1")
            .arg(step)
            .args(arguments)
            .output()
            .map_err(Error::at(Path::new("terraform")))?;
        if output.status.success() {
            return Ok(output.stdout);
        }
        let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
        Err(Error::Terraform { step, stderr })
    }

    /// Removes the configuration and leaves the state and terraform's own (hidden) files.
    fn clear_configuration(&self) -> Result<(), Error> {
        for entry in visible_entries(self.folder())? {
            let name = entry.file_name().unwrap_or_default().to_string_lossy();
            if name.starts_with("terraform.tfstate") {
                continue;
            }
            if entry.is_dir() {
                fs::remove_dir_all(&entry).map_err(Error::at(&entry))?;
            } else {
                fs::remove_file(&entry).map_err(Error::at(&entry))?;
            }
        }
        Ok(())
    }
}

/// Copies a folder's visible files and subfolders, without those named in `except`.
fn copy_folder(from: &Path, to: &Path, except: &[&str]) -> Result<(), Error> {
    fs::create_dir_all(to).map_err(Error::at(to))?;
    for entry in visible_entries(from)? {
        let name = entry.file_name().unwrap_or_default();
        if except.iter().any(|excluded| name == OsStr::new(excluded)) {
            continue;
        }
        let target = to.join(name);
        if entry.is_dir() {
            copy_folder(&entry, &target, &[])?;
        } else {
            fs::copy(&entry, &target).map_err(Error::at(&entry))?;
        }
    }
    Ok(())
}

/// A folder's entries by name, without those that begin with a dot.
fn visible_entries(folder: &Path) -> Result<Vec<PathBuf>, Error> {
    let mut entries = Vec::new();
    for entry in fs::read_dir(folder).map_err(Error::at(folder))? {
        let entry = entry.map_err(Error::at(folder))?;
        if !entry.file_name().to_string_lossy().starts_with('.') {
            entries.push(entry.path());
        }
    }
    entries.sort();
    Ok(entries)
}

/// Why something could not be recorded.
#[derive(Debug)]
pub(crate) enum Error {
    /// The call itself is wrong.
    Usage(String),
    /// A file, folder or program could not be used.
    Io { path: PathBuf, source: io::Error },
    /// Terraform refused.
    Terraform { step: &'static str, stderr: String },
}

impl Error {
    /// Ties an I/O error to the path it happened at.
    fn at(path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::Io { path, source }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Usage(what) => write!(f, "{what}"),
            Self::Io { path, source } => write!(f, "{}: {source}", path.display()),
            Self::Terraform { step, stderr } => {
                write!(f, "terraform {step} failed\n{}", stderr.trim())
            }
        }
    }
}
