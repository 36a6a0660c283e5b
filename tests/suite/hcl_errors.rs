//! Terraform directories that are wrong somewhere, or near a limit.

use tempfile::TempDir;

use super::hcl::{check, directory};

/// A directory in which a VPC has this range, and its subnet another one.
fn with_range(range: &str) -> TempDir {
    let main = format!(
        "resource \"aws_vpc\" \"a\" {{\n  cidr_block = {range}\n  tags = {{}}\n}}\nresource \"aws_subnet\" \"a\" \
         {{\n  vpc_id     = aws_vpc.a.id\n  cidr_block = \"10.9.1.0/24\"\n}}\nvariable \"r\" {{\n  default = \
         \"r60\"\n}}\n"
    );
    directory(&[("main.tf", &main)])
}

#[test]
fn long_rows_and_deep_nesting_are_followed() {
    let range = "\"10.0.0.0/16\"";
    let row = |count: u32, part: &dyn Fn(u32) -> String| -> String {
        (0..count).map(part).collect::<Vec<_>>().concat()
    };
    let conditionals = row(150, &|at| format!("var.r == \"r{at}\" ? \"10.{at}.0.0/16\" : "));
    let questions = row(200, &|at| format!("var.r == \"q{at}\" || "));
    for text in [
        format!("{conditionals}null"),
        format!("{questions}true ? {range} : null"),
        format!("0{} == 300 ? {range} : null", " + 1".repeat(300)),
        format!("{}{range}{}", "(".repeat(100), ")".repeat(100)),
        format!("{}{range}{}{}", "[{ a = ".repeat(70), " }]".repeat(70), "[0].a".repeat(70)),
    ] {
        check(&with_range(&text), &[]).says(1, &["main.tf:7:3", "lies in no range of its VPC"]);
    }
}

#[test]
fn what_goes_beyond_the_limits_is_lost_alone() {
    let deep = format!("{}1{}", "[".repeat(400), "]".repeat(400));
    let run = check(&with_range(&deep), &[]);
    run.says(3, &["main.tf:2:2", "nested too deeply", "a limit of this program, not of Terraform"]);
    let said = format!("{}{}", run.out, run.err);
    assert!(!said.contains("Terraform refuses") && said.contains("2 resources read"), "{said}");
}

/// Terraform 1.11 refuses to plan each of these, and takes the last one.
#[test]
fn what_nothing_asks_for_is_checked_for_what_no_value_makes_right() {
    let refused = [
        ("locals {\n  a = nosuch()\n}\n", "main.tf:2:7: there is no function named \"nosuch\""),
        ("locals {\n  a = upper()\n}\n", "main.tf:2:7: upper needs 1 arguments"),
        ("locals {\n  a = try(1, local.b)\n}\n", "main.tf:2:14: there is no local value `b`"),
        ("output \"a\" {\n  value = aws_x.y\n}\n", "main.tf:2:11: there is no resource `aws_x.y`"),
        (
            "resource \"terraform_data\" \"a\" {\n  count = 0\n  input = nosuch()\n}\n",
            "main.tf:3:11: there is no function",
        ),
        (
            "resource \"terraform_data\" \"a\" {\n  depends_on = [aws_x.y]\n}\n",
            "main.tf:2:17: there is no resource `aws_x.y`",
        ),
        (
            "module \"a\" {\n  count = 0\n  source = \"./a\"\n}\n",
            "a/main.tf:2:7: there is no variable `b`",
        ),
    ];
    let called = ("a/main.tf", "locals {\n  a = var.b\n}\n");
    for (text, words) in refused {
        check(&directory(&[("main.tf", text), called]), &[]).says(3, &[words]);
    }
    let taken = "variable \"unset\" {}\nlocals {\n  a = try(nosuch(), 1)\n  b = can(nosuch())\n  \
        c = [for x in [] : nosuch()]\n  d = true ? 1 : nosuch()\n  e = upper([\"a\"]...)\n}\n";
    let run = check(&directory(&[("main.tf", taken)]), &[]);
    assert_eq!((run.code, &*run.err), (0, ""), "{}", run.out);
}

#[test]
fn what_an_error_may_have_taken_away_is_not_called_missing() {
    let main = "resource \"aws_vpc\" \"a\" {\n  cidr_block = local.c\n}\noutput \"o\" {\n  value = var.v\n}\n";
    for (broken, words) in [
        ("locals {\n  a = = 1\n  c = \"10.0.0.0/24\"\n}\n", "an expression is needed"),
        ("locals {\n  a = \"x\n  c = \"10.0.0.0/24\"\n}\n", "not closed on its line"),
        ("locals {\n  a = <<EOT\n  c = \"10.0.0.0/24\"\n}\n", "never closed"),
        ("locals {\n  a = {\n  c = \"10.0.0.0/24\"\n}\n", "never closed"),
    ] {
        let run = check(&directory(&[("main.tf", main), ("locals.tf", broken)]), &[]);
        run.says(3, &["locals.tf", words, "1 resource read"]);
        assert!(!run.out.contains("there is no"), "{run:?}");
    }
}

/// Terraform 1.11: "Provider configuration not present", "Missing required provider configuration".
#[test]
fn a_provider_configuration_that_nobody_wrote_is_missing() {
    let child = "terraform {\n  required_providers {\n    aws = {\n      source = \"hashicorp/aws\"\n      \
        configuration_aliases = [aws.main]\n    }\n  }\n}\nresource \"aws_vpc\" \"v\" {\n  provider = aws.main\n  \
        cidr_block = \"10.0.0.0/16\"\n}\n";
    let root = |providers: &str, used: &str| {
        format!(
            "provider \"aws\" {{\n  alias = \"us\"\n  region = \"us-east-1\"\n}}\nresource \"aws_vpc\" \"v\" {{\n  \
             provider = {used}\n  cidr_block = \"10.0.0.0/16\"\n}}\nmodule \"m\" {{\n  source = \"./m\"\n  \
             providers = {{ {providers} }}\n}}\n"
        )
    };
    let files = |main: &str| check(&directory(&[("main.tf", main), ("m/main.tf", child)]), &[]);
    assert_eq!(files(&root("aws.main = aws.us", "aws.us")).code, 0);
    files(&root("aws.main = aws.us", "aws.nope")).says(3, &["main.tf:6:14: there is no provider"]);
    files(&root("aws = aws.us", "aws.us")).says(3, &["m/main.tf:10:14: there is no provider"]);
    files(&root("aws.main = aws.nope", "aws.us")).says(3, &["m/main.tf:10:14: there is no"]);
}
