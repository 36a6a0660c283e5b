//! Templates, with what the real terraform makes of them (the texts of its answers).

use groundplan_ir::FileId;

use crate::tests::{show, shown};
use crate::{parse_hcl, parse_template};

fn check(cases: &[(&str, &str)]) {
    for (text, expected) in cases {
        assert_eq!(shown(text), *expected, "{text}");
    }
}

fn bare(text: &str) -> String {
    match parse_template(FileId::default(), text) {
        Ok(parts) => show::parts(&parts),
        Err(error) => format!("error: {}", error.message),
    }
}

#[test]
fn quoted_strings_resolve_their_escapes() {
    check(&[
        (r#""\u00e9\U0001F600\t\"\\\r\n""#, "\"é😀\\t\\\"\\\\\\r\\n\""),
        (r#""$${not} %%{not} $$ $ {x} % 100%""#, r#""${not} %{not} $$ $ {x} % 100%""#),
        (r#""$$${1}""#, r#""$${1}""#),
        (r#""$$$${1}""#, r#""$$${1}""#),
        (r#""$${a}${1}""#, r#"(template "${a}" ${1})"#),
        (r#""%${1}""#, r#"(template "%" ${1})"#),
        (r#""a # b // c /* d */""#, r#""a # b // c /* d */""#),
        ("\"\"", "\"\""),
    ]);
    for text in [r#""\x41""#, r#""\0""#, r#""\$""#, r#""\u00e""#, "\"a\nb\""] {
        assert!(shown(text).starts_with("error: "), "{text}");
    }
}

#[test]
fn a_single_interpolation_is_its_value() {
    check(&[
        (r#""${x}""#, "(wrapped x)"),
        (r#""${~ x ~}""#, "(wrapped x)"),
        (r#""a${x}b""#, r#"(template "a" ${x} "b")"#),
        (r#""${x}${y}""#, "(template ${x} ${y})"),
        (r#"" ${~ x}""#, "(template ${x} \"\")"),
        (r#""x${"y${"z"}"}""#, r#"(template "x" ${(template "y" ${"z"})})"#),
        (r#""${{a = 1}["a"]}""#, r#"(wrapped {"a"=1}["a"])"#),
    ]);
}

#[test]
fn strip_marks_eat_the_blanks_of_the_text_beside_them() {
    check(&[
        (r#""  ${~ 1 ~}  x""#, r#"(template ${1} "x")"#),
        (r#""a  ${~ "b"}  c""#, r#"(template "a" ${"b"} "  c")"#),
        (r#""a \n ${~ "b" ~} \n c""#, r#"(template "a" ${"b"} "c")"#),
        ("<<EOT\na ${~ \"b\" ~}\nc\nEOT", r#"(template "a" ${"b"} "c\n")"#),
        ("<<EOT\n  ${~ \"b\" ~}  \n  c\nEOT", r#"(template ${"b"} "  c\n")"#),
    ]);
}

#[test]
fn directives_nest() {
    check(&[
        (r#""%{ if a }y%{ else }n%{ endif }""#, r#"(template (if a ["y"] ["n"]))"#),
        (r#""%{ if true }a\nb\"c%{ endif }""#, r#"(template (if true ["a\nb\"c"] []))"#),
        (r#""%{ if a ~} y %{~ endif }""#, r#"(template (if a ["y"] []))"#),
        (
            "\"%{ for i, x in [1] }${i}%{ if x != 2 }-%{ endif },%{ endfor }\"",
            "(template (for i, x in [1] [${i} (if (!= x 2) [\"-\"] []) \",\"]))",
        ),
    ]);
    for text in [
        "\"%{ endif }\"",
        "\"%{ foo }\"",
        "\"%{ if true }a%{ else }b%{ else }c%{ endif }\"",
        "\"%{ if true }a%{ endfor }\"",
        "\"%{ if true }a\"",
        "\"%{ for in x }a%{ endfor }\"",
        "\"%{ if a }x%{ else b }y%{ endif }\"",
        "\"${1 + }\"",
        "\"${\"",
        "\"${}\"",
        "\"${1 2}\"",
    ] {
        assert!(shown(text).starts_with("error: "), "{text}");
    }
}

#[test]
fn heredocs_keep_their_text() {
    check(&[
        ("<<EOT\nhello\nEOT", r#""hello\n""#),
        ("<<EOT\nEOT", r#""""#),
        ("<<EOT\n\\n \"q\" \\ $${x} %%{y} $ %\nEOT", r#""\\n \"q\" \\ ${x} %{y} $ %\n""#),
        ("<<EOT\nEOT2\n EOTX\nxEOT\nEOT", r#""EOT2\n EOTX\nxEOT\n""#),
        ("<<EOT\n${<<IN\nx\nIN\n}\nEOT", r#"(template ${"x\n"} "\n")"#),
        ("<<EOT\n\n\nx\n\nEOT", r#""\n\nx\n\n""#),
    ]);
    for text in ["<<EOT\nx", "<<EOT x\nEOT", "<<-\"EOT\"\nx\nEOT", "<<EOT\n${\nEOT"] {
        assert!(shown(text).starts_with("error: "), "{text}");
    }
}

#[test]
fn flush_heredocs_lose_the_smallest_indent() {
    check(&[
        ("<<-EOT\n    a\n      b\n    c\n    EOT", r#""a\n  b\nc\n""#),
        ("<<-EOT\n  a\n \n  b\n  EOT", r#""a\n \nb\n""#),
        ("<<-EOT\n  a\n      \n  b\n  EOT", r#""a\n      \nb\n""#),
        ("<<-EOT\n\ttab\n\t\ttwo\n\tEOT", r#""tab\n\ttwo\n""#),
        ("<<-EOT\n \tmix\n  two\n  EOT", r#""mix\ntwo\n""#),
        ("<<-EOT\n   é\n    日本\n   EOT", r#""é\n 日本\n""#),
        ("<<-EOT\n    x\n  ${a}\n    EOT", r#"(template "  x\n" ${a} "\n")"#),
        ("<<-EOT\n  a${~ \" b \" ~}\n  c\n  EOT", r#"(template "a" ${" b "} "  c\n")"#),
    ]);
}

#[test]
fn the_indent_is_counted_behind_the_strip_marks() {
    check(&[
        (
            "<<-EOT\n  %{ for x in y ~}\n  - ${x}\n  %{ endfor ~}\n  end\n  EOT",
            r#"(template (for x in y ["  - " ${x} "\n"]) "  end\n")"#,
        ),
        (
            "<<-EOT\n  %{ for x in y }\n  - ${x}\n  %{ endfor }\n  end\n  EOT",
            r#"(template (for x in y ["\n- " ${x} "\n"]) "\nend\n")"#,
        ),
        (
            "<<-EOT\n    %{ if a ~}\n    yes\n    %{ else ~}\n    no\n    %{ endif ~}\n    end\n    EOT",
            r#"(template (if a ["    yes\n"] ["    no\n"]) "    end\n")"#,
        ),
    ]);
}

#[test]
fn line_ends_of_heredocs_are_those_of_the_file() {
    let parsed = parse_hcl(FileId::default(), "x = <<-EOT\r\n  a\r\n    b\r\n  EOT\r\ny = 1\r\n");
    assert_eq!(show::body(&parsed.body), r#"x = "a\r\n  b\r\n"; y = 1"#);
}

#[test]
fn a_bare_template_knows_no_quotes() {
    assert_eq!(bare("a \"${x}\" \\n\n"), r#""a \"" ${x} "\" \\n\n""#);
    assert_eq!(bare("a\n\n${~ x }"), r#""a\n" ${x}"#);
    assert_eq!(bare("${x}"), "${x}");
    assert_eq!(bare(""), "");
    assert_eq!(bare("%{ if a }\nb\n%{ endif }"), r#"(if a ["\nb\n"] [])"#);
    assert!(bare("${x").starts_with("error: "));
}
