//! Places of a plan: each address once, with the attributes that matter, and a label on each.

use groundplan_findings::Label;
use groundplan_ir::Address;

use super::{Excerpt, Gutter, Placed, Ranked, WIDEST};
use crate::sanitise;

/// Writes one address and the attributes of it that have labels. Each attribute has a line of its own,
/// since two inline blocks of one resource can look alike.
pub(super) fn write(
    out: &mut Excerpt,
    address: &Address,
    labels: &[Ranked<'_>],
    ranked: &mut Vec<(usize, Placed)>,
) {
    let header = sanitise::line(&address.to_string(), WIDEST);
    let head = out.push(Gutter::Blank, "", &header);
    for (rank, label) in labels {
        let words = sanitise::line(&label.text, WIDEST);
        let line = attribute_line(label);
        let start = line.as_ref().map_or(head, |line| out.push(Gutter::Blank, "  ", line));
        let length = line.as_ref().map_or(header.len(), String::len);
        match ranked.iter_mut().find(|(_, it)| it.start == start) {
            Some((_, before)) => before.add("; ", &words),
            None => ranked.push((*rank, Placed { start, length, words })),
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

#[cfg(test)]
mod tests {
    use groundplan_findings::Finding;
    use groundplan_ir::SourceMap;

    use super::*;
    use crate::excerpt::{MOST_PLACES, excerpt};
    use crate::sample;

    /// What each label stands on, and its words.
    fn labelled(excerpt: &Excerpt) -> Vec<(&str, &str)> {
        let on = |it: &Placed| excerpt.text.get(it.start..it.start + it.length).unwrap();
        excerpt.labels.iter().map(|it| (on(it), &*it.words)).collect()
    }

    #[test]
    fn both_ends_are_written_as_terraform_writes_them() {
        let excerpt = excerpt(&sample::overlap(), &SourceMap::default(), "plan.json");
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
        let excerpt = excerpt(&finding, &SourceMap::default(), "plan.json");
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
        let excerpt = excerpt(&finding, &SourceMap::default(), "plan.json");
        assert_eq!((excerpt.labels.len(), excerpt.left_out), (MOST_PLACES, 14));
        assert!(excerpt.text.lines().all(|line| line.chars().count() <= WIDEST + 3));
    }
}
