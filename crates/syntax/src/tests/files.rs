//! Whole files: what the parser stumbles over, and what is left of broken ones.

use groundplan_ir::FileId;

use super::{covered, show};
use crate::{parse_hcl, parse_tfvars};

/// The tree of a file that must have no problems.
fn whole(text: &str) -> String {
    let parsed = parse_hcl(FileId::default(), text);
    assert_eq!(parsed.problems, [], "{text}");
    show::body(&parsed.body)
}

/// The tree of a broken file, and its problems with their places.
fn broken(text: &str) -> (String, Vec<(&str, String)>) {
    let parsed = parse_hcl(FileId::default(), text);
    let problem = |problem: crate::SyntaxError| (covered(text, problem.at), problem.message);
    (show::body(&parsed.body), parsed.problems.into_iter().map(problem).collect())
}

#[test]
fn line_breaks_in_an_object_for_are_blanks() {
    let conditional = "x = { for k, v in m : k => v\n  ? 1 # one\n  : 2 }\n";
    assert_eq!(whole(conditional), "x = (for k, v in m k => (? v 1 2))");
    let logical = "x = {\n  for k, v in m :\n  k => v &&\n  !k\n  if v ||\n  k\n}\n";
    assert_eq!(whole(logical), "x = (for k, v in m k => (&& v (! k)) if (|| v k))");
    let collection = "x = [for v in a ?\n b :\n c : v]\n";
    assert_eq!(whole(collection), "x = (for v in (? a b c) v)");
}

#[test]
fn repeated_keys_are_all_kept_with_their_own_names() {
    let text = "x = {\n  a = 1\n  a = 2\n  b = a\n  \"c\" = 3\n  \"c\" = 4\n  (d) = 5\n  (d) = 6\n  \
                7 = 8\n  7 = 9\n  \"*\" = 1\n  \"*\" = 2\n}\n";
    let expected =
        "x = {\"a\"=1 \"a\"=2 \"b\"=a \"c\"=3 \"c\"=4 (d)=5 (d)=6 7=8 7=9 \"*\"=1 \"*\"=2}";
    assert_eq!(whole(text), expected);
}

#[test]
fn keys_that_differ_only_in_their_templates_are_no_trouble() {
    assert_eq!(
        whole("x = { \"${a}\" = 1, \"$${a}\" = 2, \"%%{a}\" = 3 }\n"),
        "x = {(wrapped a)=1 \"${a}\"=2 \"%{a}\"=3}"
    );
}

#[test]
fn a_byte_order_mark_and_windows_line_ends_are_no_trouble() {
    let text = "\u{feff}# first\r\nlocals {\r\n  a = 1 // x\r\n  b = [\r\n    2,\r\n  ]\r\n}\r\n";
    assert_eq!(whole(text), "locals { a = 1; b = [2] }");
}

#[test]
fn blocks_nest_and_have_labels_of_both_kinds() {
    let text = "resource aws_vpc \"a\\\"b\" {\n  tags { }\n  x { y = 1 }\n\n  /* c\n */ z = 2\n}";
    assert_eq!(whole(text), "resource aws_vpc a\"b { z = 2; tags {  }; x { y = 1 } }");
    let parsed = parse_hcl(FileId::default(), text);
    let places: Vec<_> = parsed
        .body
        .blocks
        .iter()
        .map(|block| (covered(text, block.header), covered(text, block.at) == text))
        .collect();
    assert_eq!(places, [("resource aws_vpc \"a\\\"b\"", true)]);
}

#[test]
fn a_broken_attribute_is_lost_alone() {
    let text = "a {\n  x = 1 +\n}\nb {\n  y = \"${1 2}\"\n}\nc {\n  z = 3\n}\n";
    let (tree, problems) = broken(text);
    assert_eq!(tree, "a { x = unread:  }; b { y = unread:  }; c { z = 3 }");
    assert_eq!(problems.len(), 2);
}

#[test]
fn a_string_that_is_not_closed_loses_its_attribute() {
    let text = "a {\n  x = \"foo\n}\nb {\n  y = 1\n}\n";
    let (tree, problems) = broken(text);
    assert_eq!(tree, "a { x = unread:  }; b { y = 1 }");
    assert_eq!(problems.len(), 1);
    assert_eq!(problems.first().map(|problem| problem.0), Some("\"foo"));
}

#[test]
fn reading_goes_on_at_the_next_block_behind_one_that_never_ends() {
    let text = "a {\n  b {\n    x = 1\n  \n}\n\nc \"d\" {\n  y = 1\n}\n\ne {\n  z = <<EOT\n}\n";
    let (tree, problems) = broken(text);
    assert_eq!(tree, "c d { y = 1 }");
    let messages: Vec<_> = problems.iter().map(|problem| problem.1.as_str()).collect();
    assert_eq!(
        messages,
        [
            "this block is never closed: a `}` is missing",
            "this heredoc is never closed: its name must stand alone on a line"
        ]
    );
}

#[test]
fn a_bracket_that_closes_nothing_is_named() {
    let (tree, problems) = broken("a {\n  x = [1, (2]\n}\nb { y = 1 }\n");
    assert_eq!(tree, "a { x = unread:  }; b { y = 1 }");
    assert_eq!(problems, [("]", "this `]` closes nothing that is open here".to_owned())]);
}

#[test]
fn labels_hold_no_templates_and_names_are_set_once() {
    let (tree, problems) = broken("a \"x${y}\" {\n}\nb = 1\nb = 2\nc {\n d = 1\n d = 2\n}\n");
    assert_eq!(tree, "b = unread: ; c { d = unread:  }");
    let places: Vec<_> = problems.iter().map(|problem| problem.0).collect();
    assert_eq!(places, ["${", "b", "d"]);
}

#[test]
fn a_file_of_values_holds_attributes_only() {
    let text = "cidr = \"10.0.0.0/16\"\nzones = [\n  \"a\",\n]\nx {\n}\n";
    let parsed = parse_tfvars(FileId::default(), text);
    assert_eq!(show::body(&parsed.body), "cidr = \"10.0.0.0/16\"; zones = [\"a\"]");
    assert_eq!(parsed.problems.len(), 1);
}

#[test]
fn a_block_is_kept_where_every_statement_of_it_is_accounted_for() {
    for (text, left) in [
        ("a {\n  x = 1 +\n  y = 2\n  z { w = 1 }\n}\n", "a { x = unread: ; y = 2; z { w = 1 } }"),
        (
            "a \"b\" c {\n  z {\n    w = )\n    v = 1\n  }\n}\n",
            "a b c { z { w = unread: ; v = 1 } }",
        ),
        ("a {\n  x = \"foo\n  y = 2\n}\n", "a { x = unread: ; y = 2 }"),
        // What the bracket takes in may be attributes of the block.
        ("a {\n  x = (1\n  y = 2)\n  z = 3\n}\n", ""),
        ("a {\n  x \"1\"\n  y = 2\n}\n", ""),
        ("a {\n  x = 1}\n  y = 2\n}\n", "y = 2"),
        ("a {\n  x = [1,\n  y = 2\n}\n", ""),
        ("a {\n  x {\n    y = 1\n  z = 2\n}\n", ""),
        ("a {\n  x = <<E\n  y = 2\n}\n", ""),
    ] {
        let (tree, problems) = broken(text);
        assert_eq!((&*tree, problems.is_empty()), (left, false), "{text}");
    }
}

#[test]
fn local_values_are_kept_line_by_line() {
    for (text, left) in [
        ("locals {\n  a = = 1\n  b = 2\n}\n", "locals { a = unread: ; b = 2 }"),
        ("locals {\n  a = (1\n  b = 2)\n  c = 3\n}\n", "locals { a = unread: ; c = 3 }"),
        ("locals {\n  a = 1\n  b = [1,\n  c = 3\n}\n", "locals { a = 1 }"),
        // Which of the braces is missing cannot be told.
        (
            "locals {\n  z = 0\n  a = {\n    x = 1\n  b = 2\n}\nc {\n}\n",
            "locals { z = 0; a = unread:  }; c {  }",
        ),
    ] {
        let (tree, problems) = broken(text);
        assert_eq!((&*tree, problems.is_empty()), (left, false), "{text}");
    }
}

#[test]
fn a_file_of_values_says_whether_names_are_lost() {
    for (text, tree, lost) in [
        ("a = 1\n", "a = 1", false),
        ("a = x y\nb = 2\n", "a = unread: ; b = 2", false),
        ("a = 1\nb = [1,\nc = 3\n", "a = 1; b = unread: ", true),
        ("a = (1\nb = 2)\nc = 3\n", "a = unread: ; c = 3", true),
        ("a 1\nb = 2\n", "b = 2", true),
        ("a = 1\na = 2\n", "a = unread: ", false),
    ] {
        let parsed = parse_tfvars(FileId::default(), text);
        assert_eq!((&*show::body(&parsed.body), parsed.lost), (tree, lost), "{text}");
    }
}
