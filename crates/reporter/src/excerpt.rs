//! What a finding shows instead of source text when the input is a plan.
//!
//! A plan is one endless line, so the places that a finding names are written out as Terraform would
//! write them: each address once, with the attributes that matter, and a label on each.

use groundplan_findings::{Finding, Label};
use groundplan_ir::Address;

use crate::sanitise;

/// More places than this tell a reader nothing more.
const MOST_PLACES: usize = 8;

/// One line may be this long; what is cut can be read in the JSON report.
const WIDEST: usize = 160;

/// A label at its place in the text, in bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Placed {
    pub(crate) start: usize,
    pub(crate) length: usize,
    pub(crate) words: String,
}

impl Placed {
    /// Adds the words of another label of the same place, where two of them would cover each other.
    fn add(&mut self, words: &str) {
        if !self.words.is_empty() && !words.is_empty() {
            self.words.push_str("; ");
        }
        self.words.push_str(words);
    }
}

/// The text with the labels' places in it, as byte ranges.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Excerpt {
    /// Lines that end with a line break.
    pub(crate) text: String,
    /// The first is the primary one.
    pub(crate) labels: Vec<Placed>,
    /// How many places were left out.
    pub(crate) left_out: usize,
}

/// Writes the excerpt of a finding.
pub(crate) fn excerpt(finding: &Finding) -> Excerpt {
    let all = || std::iter::once(&finding.primary).chain(&finding.related);
    let shown: Vec<&Label> = all().take(MOST_PLACES).collect();
    let mut order: Vec<&Address> = Vec::new();
    for label in &shown {
        if !order.contains(&&*label.origin.address) {
            order.push(&label.origin.address);
        }
    }
    let mut out = Excerpt { left_out: all().count() - shown.len(), ..Excerpt::default() };
    // A label's rank is its place in the finding, where the primary one comes first.
    let mut ranked: Vec<(usize, Placed)> = Vec::new();
    for address in order {
        let here = shown.iter().enumerate().filter(|(_, it)| *it.origin.address == *address);
        write_address(&mut out.text, address, here, &mut ranked);
    }
    ranked.sort_by_key(|(rank, _)| *rank);
    out.labels = ranked.into_iter().map(|(_, label)| label).collect();
    out
}

/// Writes one address and the attributes of it that have labels. Each attribute has a line of its own,
/// since two inline blocks of one resource can look alike.
fn write_address<'l>(
    text: &mut String,
    address: &Address,
    labels: impl Iterator<Item = (usize, &'l &'l Label)>,
    ranked: &mut Vec<(usize, Placed)>,
) {
    let header = sanitise::line(&address.to_string(), WIDEST);
    let head = push(text, "", &header);
    for (rank, label) in labels {
        let words = sanitise::line(&label.text, WIDEST);
        let line = attribute_line(label);
        let start = line.as_ref().map_or(head, |line| push(text, "  ", line));
        let length = line.as_ref().map_or(header.len(), String::len);
        match ranked.iter_mut().find(|(_, it)| it.start == start) {
            Some((_, before)) => before.add(&words),
            None => ranked.push((rank, Placed { start, length, words })),
        }
    }
}

/// `cidr_block = "10.0.0.0/16"`, or nothing for a label on the resource as a whole.
fn attribute_line(label: &Label) -> Option<String> {
    let attribute = label.origin.attribute.as_ref()?;
    let line = match &label.origin.shown {
        Some(value) => format!("{attribute} = {value}"),
        None => attribute.to_string(),
    };
    Some(sanitise::line(&line, WIDEST))
}

/// Adds a line and tells where its text begins.
fn push(text: &mut String, indent: &str, line: &str) -> usize {
    text.push_str(indent);
    let start = text.len();
    text.push_str(line);
    text.push('\n');
    start
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample;

    /// What each label stands on, and its words.
    fn labelled(excerpt: &Excerpt) -> Vec<(&str, &str)> {
        let on = |it: &Placed| excerpt.text.get(it.start..it.start + it.length).unwrap();
        excerpt.labels.iter().map(|it| (on(it), &*it.words)).collect()
    }

    #[test]
    fn both_ends_are_written_as_terraform_writes_them() {
        let excerpt = excerpt(&sample::overlap());
        assert_eq!(
            excerpt.text,
            "aws_vpc_peering_connection.app_data\n\
             aws_vpc.app\n  cidr_block = \"10.0.0.0/16\"\n\
             aws_vpc.data\n  cidr_block = \"10.0.1.0/24\"\n"
        );
        assert_eq!(
            labelled(&excerpt),
            [
                ("aws_vpc_peering_connection.app_data", "fails"),
                ("cidr_block = \"10.0.0.0/16\"", "the requester's range"),
                ("cidr_block = \"10.0.1.0/24\"", "the accepter's range"),
            ]
        );
    }

    #[test]
    fn labels_of_one_address_share_its_header() {
        let table = sample::origin("aws_route_table.a");
        let route = table.attribute("route", Some("\"10.0.0.0/8\"".into()));
        let finding = Finding::at(&route, "the first")
            .also(&sample::origin("aws_vpc.a"), "the network")
            .also(&route, "the second")
            .also(&table, "one")
            .also(&table, "two");
        let excerpt = excerpt(&finding);
        let route = "route = \"10.0.0.0/8\"";
        assert_eq!(excerpt.text, format!("aws_route_table.a\n  {route}\n  {route}\naws_vpc.a\n"));
        assert_eq!(
            labelled(&excerpt),
            [
                (route, "the first"),
                ("aws_vpc.a", "the network"),
                (route, "the second"),
                ("aws_route_table.a", "one; two"),
            ]
        );
    }

    #[test]
    fn many_places_and_long_lines_are_cut() {
        let mut finding = sample::named(&"x".repeat(1_000_000));
        for at in 0..20 {
            finding = finding.also(&sample::origin(&format!("aws_vpc.v{at}")), "also");
        }
        let excerpt = excerpt(&finding);
        assert_eq!((excerpt.labels.len(), excerpt.left_out), (MOST_PLACES, 14));
        assert!(excerpt.text.lines().all(|line| line.chars().count() <= WIDEST + 3));
    }
}
