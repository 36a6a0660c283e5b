//! Reports with source text for the tests of every format.

use std::collections::BTreeMap;
use std::sync::Arc;

use groundplan_findings::{Finding, Problem, ProblemKind, Report, Undetermined};
use groundplan_ir::{
    Address, BlockPlaces, BlockSite, Cause, FileId, Location, Origin, Place, SourceFile, SourceMap,
};

use crate::sample;

pub(crate) const MAIN: &str = r#"resource "aws_vpc" "app" {
  cidr_block = "10.0.0.0/16" # password: hunter2
}

module "data" {
  source = "./modules/net"
  range  = cidrsubnet("10.0.0.0/8", 16, 1)
}

resource "aws_vpc_peering_connection" "app_data" {
  vpc_id      = aws_vpc.app.id
  peer_vpc_id = module.data.vpc_id
}
"#;

pub(crate) const MODULE: &str = r#"variable "range" {}

resource "aws_vpc" "this" {
  tags       = { password = "hunter2" }
  cidr_block = var.range
}
"#;

/// Files, and the places in them by the words that stand there.
#[derive(Default)]
pub(crate) struct Files {
    pub(crate) map: SourceMap,
    texts: BTreeMap<FileId, Arc<str>>,
}

impl Files {
    pub(crate) fn add(&mut self, path: &str, text: &str) -> FileId {
        let text: Arc<str> = text.into();
        let id = self.map.add(SourceFile::new(path, Arc::clone(&text)));
        self.texts.insert(id, text);
        id
    }

    /// Where these words stand first.
    pub(crate) fn find(&self, file: FileId, words: &str) -> Location {
        let start = self.texts[&file].find(words).unwrap();
        let [start, end] = [start, start + words.len()].map(|at| u32::try_from(at).unwrap());
        Location { file, start, end }
    }

    /// A block by its header, with its arguments by their names, and the calls that lead to it.
    pub(crate) fn site(
        &self,
        file: FileId,
        header: &str,
        arguments: &[(&str, &str)],
        calls: Vec<Location>,
    ) -> Arc<BlockSite> {
        let header = self.find(file, header);
        let argument = |(name, words): &(&str, &str)| ((*name).into(), self.find(file, words));
        let arguments = arguments.iter().map(argument).collect();
        let places = BlockPlaces { header, whole: header, arguments, ..BlockPlaces::default() };
        Arc::new(BlockSite { places: Arc::new(places), calls })
    }
}

/// An instance of a block.
pub(crate) fn placed(address: &str, site: &Arc<BlockSite>) -> Origin {
    Origin::of(&Arc::new(Address::parse(address).unwrap())).placed(Some(Place::of(site)))
}

/// A peering connection of two VPCs, one of them in a module.
pub(crate) fn report() -> Report {
    let mut files = Files::default();
    let main = files.add("main.tf", MAIN);
    let net = files.add("modules/net/main.tf", MODULE);
    let call = files.find(main, "module \"data\"");
    let connection =
        files.site(main, "resource \"aws_vpc_peering_connection\" \"app_data\"", &[], vec![]);
    let written = ("cidr_block", "cidr_block = \"10.0.0.0/16\"");
    let app = files.site(main, "resource \"aws_vpc\" \"app\"", &[written], vec![]);
    let computed = ("cidr_block", "cidr_block = var.range");
    let this = files.site(net, "resource \"aws_vpc\" \"this\"", &[computed], vec![call]);
    let connection = placed("aws_vpc_peering_connection.app_data", &connection);
    let range = |origin: &Origin, range: &str| {
        origin.attribute("cidr_block", Some(format!("\"{range}\"").into()))
    };
    let app = range(&placed("aws_vpc.app", &app), "10.0.0.0/16");
    let this = range(&placed("module.data.aws_vpc.this", &this), "10.0.1.0/24");
    let finding = Finding::at(&connection, "fails")
        .also(&app, "the requester's range")
        .also(&this, "the accepter's range")
        .message("`aws_vpc.app` and `module.data.aws_vpc.this` both hold 10.0.1.0/24")
        .why("AWS does not peer them")
        .help("give one of the two another range");
    let rule = sample::overlap().rule;
    Report {
        input: ".".to_owned(),
        findings: vec![Finding { rule, ..finding }],
        undetermined: vec![Undetermined { rule, origin: this, cause: Cause::EachValue }],
        problems: vec![Problem {
            kind: ProblemKind::Malformed,
            input: ".".to_owned(),
            place: None,
            at: Some(call),
            message: "the module is not installed".to_owned(),
            help: "run `terraform get`".to_owned(),
        }],
        sources: files.map,
        ..sample::report()
    }
}

/// A report of findings that stand in these files.
pub(crate) fn report_of(files: Files, findings: Vec<Finding>) -> Report {
    let rule = sample::overlap().rule;
    let findings = findings.into_iter().map(|it| Finding { rule, ..it }).collect();
    let (undetermined, problems) = Default::default();
    Report { findings, undetermined, problems, sources: files.map, ..report() }
}
