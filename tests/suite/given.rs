//! What is given to a directory from outside: whose fault a wrong value is, and that none is printed.

use super::hcl::{check, directory, text};
use crate::support::run;

/// What no output may hold.
const SECRET: &str = "hunter2";

/// Looks for the secret in everything that can be printed of a directory.
fn assert_silent(files: &[(&str, &str)], more: &[&str]) {
    let folder = directory(files);
    for format in ["human", "json", "sarif"] {
        let run = check(&folder, &[&["--undetermined", "--format", format], more].concat());
        assert!(!run.out.contains(SECRET) && !run.err.contains(SECRET), "{files:?} {run:?}");
    }
    let dump = run(&[&["eval", text(folder.path())], more].concat());
    assert!(!dump.out.contains(SECRET) && !dump.err.contains(SECRET), "{files:?} {dump:?}");
}

/// Terraform 1.11: "Sensitive values, or values derived from sensitive values, cannot be used as for_each
/// arguments. If used, the sensitive value could be exposed as a resource instance key."
#[test]
fn keys_of_instances_are_never_sensitive() {
    let variable = "variable \"pw\" {\n  sensitive = true\n  default = \"hunter2\"\n}\n";
    let network = "resource \"aws_vpc\" \"v\" {\n  cidr_block = \"10.0.0.0/16\"\n}\n\
        resource \"aws_subnet\" \"s\" {\n  vpc_id = aws_vpc.v.id\n  cidr_block = \"10.1.0.0/24\"\n}\n";
    let keys = [
        "toset([var.pw])",
        "{ (var.pw) = 1 }",
        "{ \"${var.pw}\" = 1 }",
        "{ for k in [var.pw] : k => 1 }",
        "toset([sensitive(\"hunter2\")])",
    ];
    for keys in keys {
        let blocks = format!(
            "{variable}resource \"aws_vpc\" \"v\" {{\n  for_each = {keys}\n  cidr_block = \"10.0.0.0/16\"\n}}\n\
             resource \"aws_subnet\" \"s\" {{\n  for_each = {keys}\n  vpc_id = aws_vpc.v[each.key].id\n  \
             cidr_block = \"10.1.0.0/24\"\n}}\noutput \"k\" {{\n  value = keys(aws_vpc.v)\n}}\n"
        );
        let call =
            format!("{variable}module \"m\" {{\n  source = \"./m\"\n  for_each = {keys}\n}}\n");
        for main in [&*blocks, &*call] {
            let files = [("main.tf", main), ("m/main.tf", network)];
            assert_silent(&files, &[]);
            let words = ["`for_each` is sensitive", "[*]", "subnet-outside-vpc"];
            check(&directory(&files), &["--undetermined"]).says(3, &words);
        }
    }
    // A number of instances is no secret for Terraform, and neither are keys beside secret values.
    let fine = format!(
        "{variable}resource \"aws_vpc\" \"a\" {{\n  count = length(var.pw)\n  cidr_block = \"10.0.0.0/16\"\n}}\n\
         resource \"aws_vpc\" \"b\" {{\n  for_each = {{ ok = var.pw }}\n  cidr_block = \"10.0.0.0/16\"\n}}\n"
    );
    let run = check(&directory(&[("main.tf", &fine)]), &[]);
    assert_eq!((run.code, &*run.err), (0, ""), "{}", run.out);
}
