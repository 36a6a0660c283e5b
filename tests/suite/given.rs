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
    let dump = run(&[&["eval", text(folder.path()), "--dump"], more].concat());
    assert_ne!(dump.out, "", "{dump:?}");
    assert!(!dump.out.contains(SECRET) && !dump.err.contains(SECRET), "{files:?} {dump:?}");
}

/// Terraform 1.11: "Sensitive values, or values derived from sensitive values, cannot be used as `for_each`
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

const VARIABLES: &str = "variable \"password\" {\n  sensitive = true\n}\n\
    variable \"n\" {\n  type = number\n  default = 1\n}\n\
    variable \"all\" {\n  type = list(object({ a = number, b = optional(string, \"q\") }))\n  default = []\n}\n\
    output \"o\" {\n  sensitive = true\n  value = [var.password, var.n, var.all]\n}\n";

/// Terraform prints the line of the file; it may be a secret that lacks its quotes.
#[test]
fn values_that_are_none_are_not_printed() {
    let values = [
        "hunter2",
        "hunter2 x",
        "\"hunter2",
        "hunter2\"",
        "[hunter2",
        "{ hunter2 = }",
        "a${hunter2",
        "'hunter2'",
        "0hunter2",
        "hunter2@!",
        "<<hunter2",
        "file(\"hunter2\")",
        "\"${hunter2}\"",
        "hunter2 = 1",
        "{ a = 1, hunter2 }",
        "hunter2.hunter2[hunter2]",
        "var.hunter2",
        "hunter2()",
        "-\"hunter2\"",
        "[for x in \"hunter2\" : x]",
        "\"hunter2\"[5]",
        "<<E\nhunter2\nE\n}",
    ];
    for value in values {
        let set = format!("password = {value}\n");
        let files = [("main.tf", VARIABLES), ("terraform.tfvars", &*set)];
        assert_silent(&files, &[]);
        assert_eq!(check(&directory(&files), &[]).code, 3, "{set}");
        for name in ["n", "all"] {
            assert_silent(&[("main.tf", VARIABLES)], &["--var", &format!("{name}={value}")]);
        }
    }
    let json = "{ \"password\": hunter2, \"n\": \"hunter2\" }";
    assert_silent(&[("main.tf", VARIABLES), ("terraform.tfvars.json", json)], &[]);
    let said = "terraform.tfvars:1:12: the value of `var.password` is not a constant";
    let files = [("main.tf", VARIABLES), ("terraform.tfvars", "password = hunter2\n")];
    check(&directory(&files), &[]).says(3, &[said, "text needs quotes"]);
    let function = [("main.tf", VARIABLES), ("terraform.tfvars", "n = max(1, 2)\n")];
    check(&directory(&function), &[])
        .says(3, &["terraform.tfvars:1:5: the value of `var.n` is not"]);
}

/// Terraform 1.11 names the file of values as well, and the variable's block for flags.
#[test]
fn a_wrong_value_is_shown_where_it_was_given() {
    let rule = "variable \"v\" {\n  type = number\n  default = 9\n  validation {\n    condition = var.v > 5\n    \
                error_message = \"small\"\n  }\n}\n";
    let main = format!("{VARIABLES}{rule}output \"v\" {{\n  value = var.v\n}}\n");
    let of_file = [
        ("n = \"x\"", "terraform.tfvars:2:5: the value of `var.n` is not of its type: a number"),
        (
            "all = [{ a = 1 }, {}]",
            "terraform.tfvars:2:7: the value of `var.all` is not of its type",
        ),
        ("v = 3", "terraform.tfvars:2:5: the value of `var.v` breaks a rule of its own"),
    ];
    for (set, words) in of_file {
        let set = format!("password = \"x\"\n{set}\n");
        let folder = directory(&[("main.tf", &main), ("terraform.tfvars", &set)]);
        check(&folder, &[]).says(3, &[words]);
    }
    let of_flag = [
        ("n=x", "main.tf:4:1: the value of `var.n`, set by `--var`, is not of its type"),
        // Text for a variable of a simple type is text, not an expression.
        ("n=1+1", "main.tf:4:1: the value of `var.n`, set by `--var`, is not of its type"),
        ("all=x", "main.tf:8:1: the value of `var.all`, set by `--var`, is not a constant"),
        ("all=[", "main.tf:8:1: the value of `var.all`, set by `--var`, cannot be read: "),
        ("v=3", "main.tf:16:1: the value of `var.v`, set by `--var`, breaks a rule of its own"),
    ];
    for (set, words) in of_flag {
        let folder = directory(&[("main.tf", &main)]);
        check(&folder, &["--var", "password=x", "--var", set]).says(3, &[words]);
    }
    let called = "module \"m\" {\n  source = \"./m\"\n  v = 3\n}\nmodule \"t\" {\n  source = \"./m\"\n  v = \"x\"\n}\n";
    let folder = directory(&[("main.tf", called), ("m/main.tf", rule)]);
    let words =
        ["main.tf:3:7: the value of `var.v` breaks", "main.tf:7:7: the value of `var.v` is not of"];
    check(&folder, &[]).says(3, &words);
}

/// Terraform converts what the arguments of a variable say.
#[test]
fn a_variable_is_sensitive_in_every_spelling() {
    let text = "variable \"s\" {\n  sensitive = \"true\"\n  default = \"hunter2\"\n}\noutput \"o\" {\n  value = var.s\n}\n";
    assert_silent(&[("main.tf", text)], &[]);
}

#[test]
fn sources_of_modules_are_printed_without_credentials() {
    for source in [
        "git::https://me:hunter2@example.com/x.git",
        "git::https://hunter2@example.com/x.git?ref=v1",
        "https://example.com/x.zip?token=hunter2",
        "https://example.com/x.zip?archive=zip&access_token=hunter2&x=1",
        "s3::https://s3.amazonaws.com/b/x.zip?aws_access_key_id=hunter2&aws_access_key_secret=hunter2",
        "me:hunter2@example.com:x.git",
        "https://me:a/hunter2@example.com/x.zip",
        "https://me:a?hunter2@example.com/x.zip",
        "https://me:a/b?hunter2@example.com/x.zip",
        "https://example.com/x.zip?hunter2",
    ] {
        let main = format!(
            "module \"m\" {{\n  source = \"{source}\"\n}}\nresource \"aws_subnet\" \"s\" {{\n  vpc_id = module.m.vpc\n  \
             cidr_block = module.m.range\n}}\noutput \"o\" {{\n  value = module.m\n}}\n"
        );
        assert_silent(&[("main.tf", &main)], &[]);
        check(&directory(&[("main.tf", &main)]), &[])
            .says(3, &["main.tf:2:12", "is not installed"]);
    }
}
