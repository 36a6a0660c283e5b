//! Terraform directories through the program: places, variables, modules, errors, secrets.

use std::fs;
use std::path::Path;

use serde_json::Value;
use tempfile::TempDir;

use crate::support::{Run, run};

/// A directory with these files.
pub(super) fn directory(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    folder
}

pub(super) fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

pub(super) fn check(folder: &TempDir, more: &[&str]) -> Run {
    run(&[&["check", text(folder.path())], more].concat())
}

const OUTSIDE: &str = "resource \"aws_vpc\" \"a\" {\n  cidr_block = var.cidr\n}\n\
    resource \"aws_subnet\" \"a\" {\n  vpc_id     = aws_vpc.a.id\n  cidr_block = cidrsubnet(\"10.9.0.0/16\", 8, 1)\n}\n\
    variable \"cidr\" {\n  default = \"10.0.0.0/16\"\n}\n";

#[test]
fn a_finding_points_at_the_attribute() {
    let folder = directory(&[("main.tf", OUTSIDE)]);
    let run = check(&folder, &["--format=json"]);
    assert_eq!(run.code, 1);
    let report = run.json();
    let finding = &report["findings"][0];
    assert_eq!(finding["rule"], "subnet-outside-vpc");
    let location = &finding["primary"]["location"];
    assert!(location["file"].as_str().unwrap().ends_with("main.tf"), "{location}");
    assert_eq!((&location["line"], &location["column"]), (&Value::from(6), &Value::from(3)));
    let sarif = check(&folder, &["--format=sarif"]).json();
    let region = &sarif["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["region"];
    assert_eq!((&region["startLine"], &region["startColumn"]), (&Value::from(6), &Value::from(3)));
    let human = check(&folder, &[]);
    human.says(1, &["main.tf:6:3", "10.9.1.0/24: lies in no range of its VPC", "main.tf:2:3"]);
}

#[test]
fn variables_come_from_files_flags_and_their_order() {
    let folder = directory(&[("main.tf", OUTSIDE), ("other.tfvars", "cidr = \"10.8.0.0/16\"\n")]);
    let file = folder.path().join("other.tfvars");
    let file = text(&file);
    assert_eq!(check(&folder, &["--var", "cidr=10.9.0.0/16"]).code, 0);
    let last = ["--var-file", file, "--var", "cidr=10.9.0.0/16"];
    assert_eq!(check(&folder, &last).code, 0);
    let first = ["--var", "cidr=10.9.0.0/16", "--var-file", file];
    assert_eq!(check(&folder, &first).code, 1);
}

#[test]
fn a_module_is_followed_and_its_calls_are_told() {
    let folder = directory(&[
        (
            "main.tf",
            "module \"net\" {\n  for_each = { a = \"10.1.0.0/16\" }\n  source = \"./net\"\n  cidr = each.value\n}\n",
        ),
        ("net/main.tf", OUTSIDE),
    ]);
    let words = ["net/main.tf:6:3", "main.tf:1:1 as module.net[\"a\"]"];
    check(&folder, &[]).says(1, &words);
}

#[test]
fn a_broken_part_is_named_and_the_rest_is_judged() {
    let folder = directory(&[
        ("main.tf", OUTSIDE),
        ("broken.tf", "locals {\n  a = [1,\n}\n"),
        ("gone.tf", "module \"gone\" {\n  source = \"registry.example/a/b/aws\"\n}\n"),
        (
            "circle.tf",
            "locals {\n  x = local.y\n  y = local.x\n}\nresource \"aws_vpc\" \"c\" {\n  cidr_block = local.x\n}\n",
        ),
    ]);
    let words = [
        "broken.tf:",
        "gone.tf:2:12: the module `registry.example/a/b/aws` is not installed",
        "circle.tf:2:3: these refer to each other in a circle: local.x, local.y",
        "subnet-outside-vpc",
    ];
    check(&folder, &[]).says(1, &words);
    let only = directory(&[("main.tf", "module \"gone\" {\n  source = \"a/b/aws\"\n}\n")]);
    assert_eq!(check(&only, &[]).code, 3);
    assert_eq!(check(&only, &["--allow-incomplete"]).code, 0);
}

#[test]
fn nothing_sensitive_is_printed() {
    let folder = directory(&[(
        "main.tf",
        "variable \"s\" {\n  default = \"hunter2\"\n  sensitive = true\n}\n\
         locals {\n  a = file(var.s)\n  b = parseint(var.s, 10)\n  c = { for x in [1, 2] : var.s => x }\n}\n\
         resource \"aws_vpc\" \"a\" {\n  count = var.s\n  cidr_block = cidrsubnet(var.s, 8, 1)\n}\n\
         resource \"aws_subnet\" \"a\" {\n  vpc_id = \"${local.a}${local.b}${jsonencode(local.c)}\"\n  cidr_block = var.s\n}\n",
    )]);
    for format in ["human", "json", "sarif"] {
        let run = check(&folder, &["--format", format, "--undetermined"]);
        assert!(!run.out.contains("hunter2") && !run.err.contains("hunter2"), "{run:?}");
    }
    for more in [&["--dump"] as &[&str], &["var.s"], &["parseint(var.s, 10)"]] {
        let run = run(&[&["eval", text(folder.path())], more].concat());
        assert!(!run.out.contains("hunter2") && !run.err.contains("hunter2"), "{run:?}");
    }
}

#[test]
fn keys_sources_and_values_that_may_be_secret_are_not_printed() {
    let folder = directory(&[
        (
            "main.tf",
            "variable \"s\" {\n  default = \"hunter2x\"\n  sensitive = true\n}\n\
             resource \"aws_vpc\" \"a\" {\n  for_each = toset([var.s])\n  cidr_block = \"10.0.0.0/16\"\n}\n\
             resource \"aws_vpc\" \"b\" {\n  for_each = { (var.s) = 1 }\n  cidr_block = \"10.0.0.0/16\"\n}\n\
             module \"m\" {\n  source = \"git::https://me:hunter2x@example.com/x.git?token=hunter2x\"\n}\n",
        ),
        ("terraform.tfvars", "s = hunter2x\n"),
    ]);
    let said = check(&folder, &["--undetermined"]);
    said.says(3, &["`for_each` is sensitive", "git:\\:https://…@example.com/x.git?token=…"]);
    let dump = run(&["eval", text(folder.path()), "--dump"]);
    assert!(dump.out.contains("aws_vpc.a[*]") && dump.out.contains("aws_vpc.b[*]"), "{dump:?}");
    for it in [said, dump, check(&folder, &["--format=json"]), check(&folder, &["--format=sarif"])]
    {
        assert!(!it.out.contains("hunter2x") && !it.err.contains("hunter2x"), "{it:?}");
    }
}

#[test]
fn files_outside_are_not_read_and_odd_ones_do_not_hang() {
    let folder = directory(&[
        (
            "in/main.tf",
            "locals {\n  a = file(\"../secret.txt\")\n  b = file(\"/dev/zero\")\n}\n\
              resource \"aws_vpc\" \"a\" {\n  cidr_block = local.a\n}\n",
        ),
        ("secret.txt", "hunter2"),
    ]);
    let inner = folder.path().join("in");
    let denied = run(&["eval", text(&inner), "local.a"]);
    assert!(!denied.out.contains("hunter2"), "{denied:?}");
    denied.says(0, &["(known after apply: string)", "main.tf:2:7", "does not read", "--root"]);
    let all = run(&["check", text(&inner), "--undetermined"]);
    all.says(3, &["asks for a file that the analysis does not read"]);
    let widened = run(&["eval", text(&inner), "local.a", "--root", text(folder.path())]);
    widened.says(0, &["hunter2"]);
}

#[test]
fn expressions_are_answered_line_by_line() {
    let questions = "{\"id\":1,\"expr\":\"cidrsubnet(var.vpc_cidr, 8, 2)\"}\n\
                     {\"id\":2,\"expr\":\"1 +\"}\n{\"id\":3,\"expr\":\"terraform_data.one.id\"}\n\
                     {\"id\":4,\"expr\":\"var.secret\"}\n";
    let arguments = ["eval", "fixtures/conformance/context", "--expressions", "-"];
    let run = crate::support::pipe(&arguments, questions.as_bytes());
    let lines: Vec<Value> =
        run.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(
        lines[0],
        serde_json::json!({"id": 1, "type": "string", "json": "\"10.20.2.0/24\""})
    );
    assert!(lines[1]["error"].is_string());
    assert_eq!(lines[2]["unknown"], true);
    assert_eq!(
        (&lines[3]["sensitive"], &lines[3]["json"]),
        (&Value::from(true), &Value::from("\"s3cr3t\""))
    );
}

/// Terraform plans this configuration: none of its collections has an element.
#[test]
fn what_may_have_no_instances_has_no_errors() {
    let run = run(&["check", "fixtures/conformance/perhaps-none", "--format=json"]);
    assert_eq!(run.code, 0, "{run:?}");
    let report = run.json();
    let problems = report["problems"].as_array().unwrap();
    let remarks =
        problems.iter().filter(|it| it["help"].as_str().unwrap().contains("instances of it"));
    assert_eq!(remarks.count(), 4);
    assert!(problems.iter().all(|it| it["severity"] == "note"), "{problems:?}");
    let text = "data \"aws_availability_zones\" \"a\" {}\nresource \"aws_vpc\" \"a\" {\n  \
                for_each   = toset(data.aws_availability_zones.a.names)\n  cidr_block = local.gone\n}\n";
    check(&directory(&[("main.tf", text)]), &[])
        .says(3, &["main.tf:4:16: there is no local value"]);
}

#[test]
fn what_is_not_declared_is_shown_where_it_is_named() {
    // What is written, and which part of it Terraform's own message points at.
    let cases = [
        ("var.nope", "var.nope"),
        ("[for x in [1, 2] : \"${x}-${local.nope}\"][0]", "local.nope"),
        ("try(aws_vpc.nope.id, 1)", "aws_vpc.nope"),
        ("true ? 1 : data.aws_vpc.nope[0].id", "data."),
        ("join(\",\", aws_vpc.nope[*].id)", "aws_vpc.nope"),
        ("templatefile(\"${path.module}/x.tftpl\", { a = var.nope })", "var."),
        ("templatefile(\"${path.module}/x.tftpl\", { b = 1 })", "templatefile"),
        ("module.m.nope", "module.m.nope"),
        ("module.nope.x", "module.nope.x"),
        ("each.value", "each.value"),
        ("path.nope", "path.nope"),
        ("nope", "nope"),
        ("{ a = 1 }[local.nope]", "local."),
    ];
    let blocks = cases.iter().enumerate().map(|(at, (value, _))| {
        format!("resource \"aws_vpc\" \"v{at}\" {{\n  cidr_block = {value}\n}}\n")
    });
    let dynamic = "resource \"aws_route_table\" \"a\" {\n  vpc_id = each.nope\n  for_each = { a = 1 }\n  \
                   dynamic \"route\" {\n    for_each = local.nope\n    content {}\n  }\n  dynamic \"route\" \
                   {\n    for_each = [1]\n    content {\n      cidr_block = route.nope\n      gateway_id = \
                   other.value\n    }\n  }\n}\nmodule \"m\" {\n  source = \"./m\"\n}\n";
    let main = blocks.collect::<String>() + dynamic;
    let folder = directory(&[
        ("a.tf", "# Nothing here is wrong.\n"),
        ("main.tf", &main),
        ("x.tftpl", "${a}"),
        ("m/main.tf", "output \"x\" {\n  value = 1\n}\n"),
    ]);
    let report = check(&folder, &["--format=json"]).json();
    let mut found: Vec<(u64, u64)> = Vec::new();
    for problem in report["problems"].as_array().unwrap() {
        let at = &problem["location"];
        if problem["severity"] == "error" {
            assert!(at["file"].as_str().unwrap().ends_with("main.tf"), "{problem}");
            found.push((at["line"].as_u64().unwrap(), at["column"].as_u64().unwrap()));
        }
    }
    let mut expected: Vec<(u64, u64)> = Vec::new();
    for (at, (value, part)) in cases.iter().enumerate() {
        let column = "  cidr_block = ".len() + value.find(part).unwrap() + 1;
        expected.push((at as u64 * 3 + 2, column as u64));
    }
    let first = cases.len() as u64 * 3;
    expected.extend(
        [(2, 12), (5, 16), (11, 20), (12, 20)].map(|(line, column)| (first + line, column)),
    );
    assert_eq!(found, expected, "{report:#}");
}

/// A plan lists it among the module's data sources, too.
#[test]
fn the_data_source_of_a_check_counts() {
    let folder = directory(&[(
        "main.tf",
        "check \"vpc\" {\n  data \"aws_vpc\" \"seen\" {\n    id = \"vpc-1\"\n  }\n  assert {\n    \
         condition = data.aws_vpc.seen.state == \"available\"\n    error_message = \"gone\"\n  }\n}\n",
    )]);
    let report = check(&folder, &["--format=json"]).json();
    assert_eq!(report["summary"]["modelled"]["aws_vpc"], 1, "{report}");
    assert_eq!(report["problems"], serde_json::json!([]));
}

#[test]
fn an_attribute_belongs_to_one_instance() {
    let vpcs = "resource \"aws_vpc\" \"many\" {\n  count = 2\n  cidr_block = \"10.0.0.0/16\"\n}\n\
                resource \"aws_vpc\" \"one\" {\n  cidr_block = \"10.1.0.0/16\"\n}\n";
    for (expression, word) in [
        ("aws_vpc.many.cidr_block", "has `count`"),
        ("aws_vpc.one[0].cidr_block", "neither `count` nor `for_each`"),
        ("try(path.nope, 1)", "path `nope`"),
        ("try(terraform.nope, 1)", "`terraform.nope`"),
    ] {
        let folder = directory(&[("main.tf", vpcs)]);
        run(&["eval", text(folder.path()), expression]).says(2, &[word]);
    }
    for fine in
        ["aws_vpc.many[0].cidr_block", "aws_vpc.many[*].id", "aws_vpc.one[*].id", "aws_vpc.one.id"]
    {
        let folder = directory(&[("main.tf", vpcs)]);
        assert_eq!(run(&["eval", text(folder.path()), fine]).code, 0, "{fine}");
    }
}

#[test]
fn an_answer_tells_what_its_unknown_parts_come_from() {
    let folder = directory(&[(
        "main.tf",
        "resource \"aws_vpc\" \"a\" {\n  cidr_block = var.x\n}\nvariable \"x\" {}\nlocals {\n  bad = [1][5]\n}\n",
    )]);
    let ask = |expression: &str| run(&["eval", text(folder.path()), expression]);
    let known = ask("1 + 1");
    assert_eq!((known.code, &*known.out, &*known.err), (0, "2\n", ""));
    let parts = ask("{ a = 1, b = aws_vpc.a.id }");
    assert_eq!(parts.out, "{\"a\":1,\"b\":\"(known after apply)\"}\n");
    assert!(parts.err.contains("comes from aws_vpc.a.id"), "{parts:?}");
    ask("aws_vpc.a.cidr_block")
        .says(0, &["(known after apply", "comes from var.x", "has no value"]);
    assert_eq!(ask("\"\\u202e##[error]\"").out, "\"\\u202e#\\u0023[error]\"\n");
}

/// Terraform takes any of them, so what is said is that a limit was met.
#[test]
fn what_makes_too_many_is_one_that_stands_for_all() {
    let many = "resource \"aws_vpc\" \"v\" {\n  cidr_block = \"10.0.0.0/16\"\n}\n\
        resource \"aws_subnet\" \"a\" {\n  count = 100000\n  vpc_id = aws_vpc.v.id\n  cidr_block = cidrsubnet(\"10.0.0.0/8\", 20, count.index)\n}\n\
        resource \"aws_route_table_association\" \"a\" {\n  subnet_id = aws_subnet.a[70000].id\n  route_table_id = \"rtb-1\"\n}\n";
    let each = many
        .replace("count = 100000", "for_each = toset([for it in range(1000) : tostring(it)])")
        .replace("count.index", "each.key")
        .replace(
            "range(1000)",
            "flatten([for it in range(101) : [for o in range(100) : it * 100 + o]])",
        )
        .replace("a[70000]", "a[\"70\"]");
    let dynamic = "resource \"aws_route_table\" \"a\" {\n  dynamic \"route\" {\n    for_each = setproduct(range(101), range(100))\n    \
        content {\n      cidr_block = \"10.0.0.0/8\"\n    }\n  }\n}\n";
    let module = "module \"a\" {\n  count = 10001\n  source = \"./a\"\n}\noutput \"x\" {\n  value = module.a[7].x\n}\n";
    let called = (
        "a/main.tf",
        "output \"x\" {\n  value = 1\n}\nresource \"aws_vpc\" \"v\" {\n  cidr_block = \"10.0.0.0/16\"\n}\n",
    );
    for (text, place) in [
        (many, "main.tf:5:11: `count`"),
        (&*each, "main.tf:5:14: `for_each`"),
        (dynamic, "main.tf:3:16: `for_each`"),
        (module, "main.tf:2:11: `count`"),
    ] {
        let run = check(&directory(&[("main.tf", text), called]), &[]);
        run.says(3, &[&format!("{place} makes more than the analysis takes")]);
        assert!(!run.err.contains("refuses"), "{}", run.err);
    }
}
