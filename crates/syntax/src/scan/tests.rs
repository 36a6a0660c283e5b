//! What the parser gets to see.

use super::{Base, scan, skip_blank};

fn masked(text: &str, base: Base) -> String {
    let scanned = scan(text, 0, base);
    assert_eq!(scanned.fault, None, "{text}");
    assert_eq!(scanned.masked.len(), scanned.end, "{text}");
    scanned.masked
}

#[test]
fn comments_become_blanks_and_keep_their_line_breaks() {
    assert_eq!(masked("a = 1 # x", Base::Statement), "a = 1    ");
    assert_eq!(masked("a {\n// x\n}", Base::Statement), "a {\n    \n}");
    assert_eq!(masked("a = 1 /* \n */ + 2", Base::Line), "a = 1         + 2");
    assert_eq!(masked("[1, # x\n2]", Base::Line), "[1,     2]");
}

#[test]
fn templates_become_strings_of_the_same_length() {
    assert_eq!(masked(r#"a = "x ${f("y")} z""#, Base::Line), r#"a = "x _{f(_y_)} z""#);
    assert_eq!(masked(r##"a = "\"#$%""##, Base::Line), "a = \"__#__\"");
    assert_eq!(masked("a = \"plain # text\"", Base::Line), "a = \"plain # text\"");
    assert_eq!(masked("a = <<E\nx\nE", Base::Line), "a = \"_____\"");
}

#[test]
fn a_statement_ends_with_its_line() {
    let text = "a = [\n1,\n]\nb = 2\n";
    assert_eq!(scan(text, 0, Base::Statement).masked, "a = [ 1, ]");
    assert_eq!(scan(text, 11, Base::Statement).masked, "b = 2");
    let heredoc = "a = <<E\n}\nEE\n E \nb = 1\n";
    assert_eq!(scan(heredoc, 0, Base::Statement).end, "a = <<E\n}\nEE\n E ".len());
}

#[test]
fn an_embedded_expression_ends_with_its_brace() {
    let text = "{a = \"}\" /* } */}.a } tail";
    let scanned = scan(text, 0, Base::Embedded);
    assert_eq!(text.get(scanned.end..), Some("} tail"));
}

#[test]
fn blanks_in_front_are_skipped() {
    let text = "\u{feff} # x\n // y\n/* z\n */ a";
    assert_eq!(text.get(skip_blank(text, 0)..), Some("a"));
}
