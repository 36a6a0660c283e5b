//! What is left of a directory where a part of it cannot be read: the rest is judged, and nothing that
//! may be in the lost part is missed.

use super::hcl::{check, directory};

/// The subnet is outside of its VPC, whatever the rest says.
const OUTSIDE: &str = "resource \"aws_vpc\" \"a\" {\n  cidr_block = \"10.0.0.0/16\"\n}\n\
    resource \"aws_subnet\" \"a\" {\n  vpc_id = aws_vpc.a.id\n  cidr_block = \"10.9.0.0/24\"\n";

#[test]
fn an_attribute_that_cannot_be_read_leaves_the_others() {
    for broken in ["= 1", "\"foo", "1 +", "a b", "foo\"", "[1))]", "${x}", "\"${1 2}\""] {
        let main = format!("{OUTSIDE}  availability_zone = {broken}\n}}\n");
        let words = ["main.tf:7:", "subnet-outside-vpc", "2 resources read"];
        let run = check(&directory(&[("main.tf", &main)]), &[]);
        run.says(1, &words);
        assert_eq!(run.out.matches("main.tf:7:").count(), 1, "{run:?}");
    }
    // What cannot be read may be anything.
    let main = OUTSIDE.replace("\"10.9.0.0/24\"", "\"10.9.0.0/24") + "}\n";
    check(&directory(&[("main.tf", &main)]), &[]).says(3, &["main.tf:6:", "2 undetermined"]);
}

#[test]
fn nothing_that_may_be_lost_is_called_missing() {
    let uses = "resource \"aws_vpc\" \"u\" {\n  cidr_block = \"${local.a}${var.v}${data.aws_vpc.d.cidr_block}\
        ${aws_vpc.r.cidr_block}${module.m.o}\"\n}\n\
        module \"c\" {\n  source = \"./c\"\n  v = 1\n}\noutput \"c\" {\n  value = module.c.o\n}\n";
    let json_of = |text: &str| [("main.tf", uses.to_owned()), ("x.tf.json", text.to_owned())];
    for broken in [
        "{ \"locals\": { \"a\": 1 }, }",
        "{ \"locals\": ",
        "[",
        "{\"variable\": {\"v\": {\"type\": \"(\"}}}",
    ] {
        let [main, json] = json_of(broken);
        let files = [(main.0, &*main.1), (json.0, &*json.1), ("c/main.tf", broken_child())];
        let run = check(&directory(&files), &["--undetermined"]);
        run.says(3, &["x.tf.json:", "c/main.tf:"]);
        for word in
            ["there is no", "has no variable", "has no output", "has no value", "undeclared"]
        {
            assert!(!run.out.contains(word), "{word}: {run:?}");
        }
    }
}

fn broken_child() -> &'static str {
    "variable \"w\" {\n  default = 1\nvariable \"v\" {\n}\noutput \"o\" {\n  value = 1\n}\n"
}

/// Terraform 1.11 reads no value of a file that has an error.
#[test]
fn a_value_that_may_be_lost_is_not_the_default() {
    let main = format!(
        "{}  availability_zone = var.z\n}}\nvariable \"c\" {{\n  default = \"10.9.0.0/24\"\n}}\nvariable \"z\" {{\n  \
         default = \"a\"\n}}\n",
        OUTSIDE.replace("\"10.9.0.0/24\"", "var.c")
    );
    check(&directory(&[("main.tf", &main)]), &[]).says(1, &["subnet-outside-vpc"]);
    for (name, broken, code) in [
        ("terraform.tfvars", "c = x y\n", 3),
        ("terraform.tfvars", "z = [\nc = \"10.0.0.0/24\"\n", 3),
        ("terraform.tfvars", "c \"10.0.0.0/24\"\n", 3),
        ("a.auto.tfvars.json", "{ \"c\": \"10.0.0.0/24\", }", 3),
        // Only the one that cannot be read is unknown.
        ("terraform.tfvars", "z = x y\n", 1),
    ] {
        let folder = directory(&[("main.tf", &main), (name, broken)]);
        check(&folder, &[]).says(code, &[name]);
        // What comes later counts more.
        check(&folder, &["--var", "c=10.9.1.0/24"]).says(1, &[name, "subnet-outside-vpc"]);
    }
}

/// Arguments without which nothing is known of a block for sure.
#[test]
fn a_block_whose_meaning_is_lost_is_lost() {
    let main = format!("{OUTSIDE}  provider = aws x\n}}\n");
    check(&directory(&[("main.tf", &main)]), &[]).says(3, &["main.tf:7:", "1 resource read"]);
    let secret = "variable \"s\" {\n  sensitive = = true\n  default = \"hunter2\"\n}\nresource \"aws_vpc\" \"s\" {\n  \
        cidr_block = var.s\n}\noutput \"s\" {\n  value = var.s\n}\n";
    for format in ["human", "json", "sarif"] {
        let folder = directory(&[("main.tf", secret)]);
        let run = check(&folder, &["--undetermined", "--format", format]);
        assert!(!run.out.contains("hunter2") && run.code == 3, "{run:?}");
    }
}
