//! The format of groundplan.toml: what is read, and what is said at which place of what is wrong.

use crate::support::{directory, settings};
use groundplan_settings::{ReadState, Settings, Told};

/// What is wrong with a file beside which a plan and a directory lie.
fn wrong(text: &str) -> Vec<String> {
    settings(&directory(&["plan.json", "net/main.tf"], text)).1
}

fn right(text: &str) -> Settings {
    let (settings, problems) = settings(&directory(&["plan.json", "net/main.tf"], text));
    assert_eq!(problems, Vec::<String>::new(), "{text}");
    settings
}

/// A file, and the place and words of what is wrong with it.
const WRONG: &[(&str, &str)] = &[
    (
        "stack = 1\n",
        "1:1 input-malformed: groundplan.toml has no key `stack`, did you mean `stacks`?",
    ),
    ("\n[stacks]\na = 5\n", "3:5 input-malformed: `a` of `[stacks]` is text, not a number"),
    ("[stacks]\na = \"\"\n", "2:5 input-malformed: `a` of `[stacks]` is empty"),
    (
        "[stacks]\na = { pth = \"net\", path = \"net\" }\n",
        "2:7 input-malformed: `[stacks.a]` has no key `pth`",
    ),
    ("[stacks]\na = { workspace = \"x\" }\n", "2:5 input-malformed: `[stacks.a]` has no `path`"),
    (
        "[stacks.a]\npath = \"net\"\nvarfiles = []\n",
        "3:1 input-malformed: `[stacks.a]` has no key `varfiles`, did you mean `var_files`?",
    ),
    ("[rules]\npeering-cidr-overlap = \"bad\"\n", "2:24 input-malformed: `bad` is no severity"),
    (
        "[rules]\nadvice = 1\n",
        "2:10 input-malformed: `advice` of `[rules]` is `true` or `false`, not a number",
    ),
    ("stacks = []\n", "1:10 input-malformed: `[stacks]` is a table, not a list"),
    ("[stacks]\n\"a b\" = \"net\"\n", "2:1 input-malformed: `a b` is no name for a stack"),
    ("[stacks]\na = \"*/main.tf\"\n", "2:1 input-malformed: `a` has no `*` and its path one `*`"),
    (
        "[stacks]\n\"*\" = \"a**/x\"\n",
        "2:7 input-malformed: `a**/x`: `**` stands for directories, so it has to be between slashes",
    ),
    ("[stacks]\na = \"plans.json\"\n", "2:5 input-incomplete: `plans.json` is not there"),
    ("[stacks]\n\"a-*\" = \"none/*/x\"\n", "2:9 input-incomplete: nothing matches `none/*/x`"),
    (
        "[stacks]\na = \"net\"\nb = \"./net\"\n",
        "3:5 input-malformed: `./net` is the stack `a` already",
    ),
    (
        "[remote_state]\n\"app:aws_vpc.a\" = \"a\"\n",
        "2:1 input-malformed: `app:aws_vpc.a` names no `terraform_remote_state`",
    ),
    (
        "[remote_state]\n\"data.terraform_remote_state.a\" = \"a b\"\n",
        "2:35 input-malformed: `a b` is no name for a stack",
    ),
    (
        "[remote_state]\n\"data.terraform_remote_state.a\" = \"a-*\"\n",
        "2:35 input-malformed: `a-*` has not as many `*` as what it is told by",
    ),
    (
        "[[remote_state_backend]]\nstack = \"a\"\n",
        "1:1 input-malformed: `[[remote_state_backend]]` has no `config`",
    ),
    (
        "[[remote_state_backend]]\nstack = \"a\"\nconfig = {}\n",
        "3:10 input-malformed: an empty `config` would be that of every backend",
    ),
    (
        "[remote_state_backend]\nstack = \"a\"\n",
        "1:1 input-malformed: `[[remote_state_backend]]` is a list of tables, not a table",
    ),
    (
        "[[external.vps]]\n",
        "1:12 input-malformed: `[external]` has no key `vps`, did you mean `vpc`?",
    ),
    ("[[external.vpc]]\nname = \"a\"\n", "1:1 input-malformed: `[[external.vpc]]` has no `id`"),
    (
        "[[external.vpc]]\nid = \"vpc-1\"\ncidr_block = \"10.0.0.0/16\"\n",
        "3:1 input-malformed: `[[external.vpc]]` has no key `cidr_block`, did you mean `cidr_blocks`?",
    ),
    ("[[external.vpc]]\nid = \"subnet-1\"\n", "2:6 input-malformed: `subnet-1` is no id"),
    (
        "[[external.vpc]]\nid = \"vpc-1\"\ncidr_blocks = [\"10.0.0.0/16\", \"10.0.0.0/33\"]\n",
        "3:31 input-malformed: `10.0.0.0/33` is no address range",
    ),
    (
        "[[external.vpc]]\nid = \"vpc-1\"\ncidr_blocks = [\"10.0.1.0/16\"]\n",
        "3:16 input-malformed: `10.0.1.0/16` is no address range, did you mean `10.0.0.0/16`?",
    ),
    (
        "[[external.vpc]]\nid = \"vpc-1\"\ncidr_blocks = [\"fd00::/56\"]\n",
        "3:16 input-malformed: `fd00::/56` is IPv6",
    ),
    (
        "[[external.vpc]]\nid = \"vpc-1\"\ncidr_blocks = \"10.0.0.0/16\"\n",
        "3:15 input-malformed: `cidr_blocks` of `[[external.vpc]]` is a list, not text",
    ),
    (
        "[[external.vpc]]\nid = \"vpc-1\"\ncidr_blocks = [10]\n",
        "3:16 input-malformed: an element of `cidr_blocks` of `[[external.vpc]]` is text, not a number",
    ),
    (
        "[[external.vpc]]\nid = \"vpc-1\"\ncidr_blocks = []\n",
        "3:15 input-malformed: `cidr_blocks` of `[[external.vpc]]` is empty",
    ),
    (
        "[[external.vpc]]\nid = \"vpc-1\"\naccount = 111122223333\n",
        "3:11 input-malformed: `account` of `[[external.vpc]]` is text, not a number",
    ),
    (
        "[[external.vpc]]\nid = \"vpc-1\"\naccount = \"1111\"\n",
        "3:11 input-malformed: `1111` is no account",
    ),
    (
        "[[external.vpc]]\nid = \"vpc-1\"\nregion = \"Ireland\"\n",
        "3:10 input-malformed: `Ireland` is no Region",
    ),
    (
        "[[external.vpc]]\nid = \"vpc-1\"\nenable_dns_support = \"yes\"\n",
        "3:22 input-malformed: `enable_dns_support` of `[[external.vpc]]` is `true` or `false`, not text",
    ),
    (
        "[[external.vpc]]\nname = \"a\"\naddress = \"aws_vpc.a\"\n",
        "3:11 input-malformed: `aws_vpc.a` is not the address of one",
    ),
    (
        "[[external.vpc]]\nid = \"vpc-1\"\n[[external.vpc]]\nid = \"vpc-1\"\n",
        "3:1 input-malformed: `vpc-1` is declared twice",
    ),
    (
        "[external.vpc]\nid = \"vpc-1\"\n",
        "1:1 input-malformed: `[[external.vpc]]` is a list of tables, not a table",
    ),
    (
        "[[external.on_premises]]\nname = \"dc\"\ncidr_blocks = [\"10.0.0.0/8\"]\n",
        "1:1 input-malformed: `[[external.on_premises]]` has no `behind`",
    ),
    (
        "[[external.on_premises]]\nname = \"dc\"\ncidr_blocks = [\"10.0.0.0/8\"]\nbehind = [\"tgw-1\"]\n",
        "4:11 input-malformed: `tgw-1` is not the address of one",
    ),
    (
        "[[external.on_premises]]\nname = \"d\\u0007c\"\ncidr_blocks = [\"10.0.0.0/8\"]\nbehind = [\"vgw-1\"]\n",
        "2:8 input-malformed: `d\\u{7}c` is no name",
    ),
    (
        "[[external.ipam_pool]]\nid = \"ipam-pool-1\"\nallocation_min_netmask_length = 300\n",
        "3:33 input-malformed: `allocation_min_netmask_length` of `[[external.ipam_pool]]` is a number from 0 to 128",
    ),
    (
        "[[external.transit_gateway]]\nname = \"a\"\n",
        "1:1 input-malformed: `[[external.transit_gateway]]` has no `id`",
    ),
    (
        "[[external.transit_gateway]]\nid = \"tgw-1\"\nmulticast_support = true\n",
        "3:21 input-malformed: `multicast_support` of `[[external.transit_gateway]]` is text, not `true` or `false`",
    ),
    (
        "[[external.transit_gateway]]\nid = \"tgw-1\"\nmulticast_support = \"on\"\n",
        "3:21 input-malformed: `multicast_support` of `[[external.transit_gateway]]` is `enable` or `disable`",
    ),
    (
        "[[external.peering]]\nid = \"pcx-1\"\nvpc_id = \"vpc-1\"\n",
        "1:1 input-malformed: `[[external.peering]]` has no `peer_vpc_id`",
    ),
];

#[test]
fn what_is_wrong_is_told_with_its_place() {
    for (text, expected) in WRONG {
        assert_eq!(wrong(text), [*expected], "{text}");
    }
}

#[test]
fn what_is_no_toml_does_not_count_at_all() {
    let text = "[stacks]\na = \"plan.json\"\na = \"net\"\nb = \"net\n";
    let (settings, problems) = settings(&directory(&["plan.json", "net/main.tf"], text));
    let expected = [
        "3:1 input-unreadable: this is no TOML: duplicate key",
        "4:9 input-unreadable: this is no TOML: invalid basic string, expected `\"`",
    ];
    assert_eq!(problems, expected);
    assert!(settings.stacks.is_empty());
}

#[test]
fn one_wrong_entry_leaves_the_others() {
    let text = "[stacks]\na = 1\nb = \"net\"\n[[external.vpc]]\nid = \"x\"\n[[external.vpc]]\nid = \"vpc-2\"\n";
    let (settings, problems) = settings(&directory(&["net/main.tf"], text));
    assert_eq!(problems.len(), 2, "{problems:?}");
    let names: Vec<&str> = settings.stacks.iter().map(|it| &*it.name).collect();
    assert_eq!(names, ["b"]);
    let ids: Vec<_> = settings.external.vpcs.iter().map(|it| it.thing.id.as_deref()).collect();
    assert_eq!(ids, [Some("vpc-2")]);
}

#[test]
fn a_file_that_is_too_large_or_no_text_is_not_read() {
    let root = directory(&[], "");
    let path = root.path().join("groundplan.toml");
    for (bytes, message) in [
        (vec![b'#'; (1 << 20) + 1], "input-unreadable: the file is larger than 1 MiB"),
        (b"a = \"\xff\"".to_vec(), "input-unreadable: this is not text: byte 5 is not valid UTF-8"),
    ] {
        std::fs::write(&path, bytes).unwrap();
        assert_eq!(settings(&root).1, [message]);
    }
    std::fs::write(&path, vec![b'#'; 1 << 20]).unwrap();
    assert_eq!(settings(&root).1, Vec::<String>::new());
    std::fs::remove_file(&path).unwrap();
    assert!(settings(&root).1[0].starts_with("input-unreadable: the file cannot be read"));
}

fn state<'r>(stack: &'r str, address: &'r str) -> ReadState<'r> {
    const NONE: &std::collections::BTreeMap<String, String> = &std::collections::BTreeMap::new();
    ReadState { stack: Some(stack), address, backend: None, config: NONE, workspace: None }
}

/// The stack that is told, or why there is none.
fn name(told: Told) -> String {
    match told {
        Told::Stack { name, .. } => name,
        Told::Nothing => "-".to_owned(),
        Told::Several(all) => all.iter().map(|(name, _)| &**name).collect::<Vec<_>>().join(" or "),
    }
}

#[test]
fn an_address_tells_which_stack_is_read() {
    let states = right(
        r#"
[remote_state]
"app:data.terraform_remote_state.network" = "network"
"data.terraform_remote_state.network" = "shared"
"data.terraform_remote_state.each[\"a:b\"]" = "one"
"team-*:data.terraform_remote_state.base" = "base-*"
"module.*.data.terraform_remote_state.inner" = "*"
"lab:data.terraform_remote_state.*" = "lab-a"
"lab:*" = "lab-b"
"#,
    )
    .remote_states;
    for (stack, address, expected) in [
        ("app", "data.terraform_remote_state.network", "network"),
        ("app", "data.terraform_remote_state.network[0]", "network"),
        ("web", "data.terraform_remote_state.network", "shared"),
        ("web", "module.a.data.terraform_remote_state.network", "-"),
        ("web", r#"data.terraform_remote_state.each["a:b"]"#, "one"),
        ("web", r#"data.terraform_remote_state.each["b"]"#, "-"),
        ("team-x", "data.terraform_remote_state.base", "base-x"),
        ("web", r#"module.m.data.terraform_remote_state.inner["k"]"#, "m"),
        ("lab", "data.terraform_remote_state.z", "lab-a or lab-b"),
    ] {
        assert_eq!(name(states.stack_of(&state(stack, address))), expected, "{stack} {address}");
    }
}

#[test]
fn the_settings_of_a_backend_tell_which_stack_is_read() {
    let states = right(
        r#"
[[remote_state_backend]]
stack = "team-*"
backend = "s3"
config = { bucket = "states", key = "teams/*/network.tfstate" }

[[remote_state_backend]]
stack = "cloud"
backend = "remote"
workspace = "prod"
config.workspaces.name = "network"
"#,
    )
    .remote_states;
    let ask = |backend, workspace, pairs: &[(&str, &str)]| {
        let pair = |(key, value): &(&str, &str)| ((*key).to_owned(), (*value).to_owned());
        let config = pairs.iter().map(pair).collect();
        let address = "data.terraform_remote_state.x";
        let state = ReadState { stack: None, address, backend, config: &config, workspace };
        name(states.stack_of(&state))
    };
    let own = [("bucket", "states"), ("key", "teams/a/network.tfstate"), ("region", "eu-west-1")];
    assert_eq!(ask(Some("s3"), None, &own), "team-a");
    assert_eq!(ask(Some("gcs"), None, &own), "-");
    assert_eq!(ask(None, None, &own), "-");
    assert_eq!(ask(Some("s3"), None, &own[1..]), "-");
    let cloud = [("workspaces.name", "network")];
    assert_eq!(ask(Some("remote"), Some("prod"), &cloud), "cloud");
    assert_eq!(ask(Some("remote"), Some("test"), &cloud), "-");
    assert_eq!(ask(Some("remote"), None, &cloud), "-");
}

#[test]
fn a_stack_that_is_read_and_not_there_is_told() {
    let text = "[remote_state]\n\"app:data.terraform_remote_state.n\" = \"netwrk\"\n";
    let root = directory(&[], text);
    let (settings, _) = settings(&root);
    let problems = settings.unknown_stacks("groundplan.toml", &["app", "network"]);
    let told = crate::support::told(&settings.sources, &problems, root.path());
    let expected =
        "2:1 input-incomplete: there is no stack `netwrk` in this run, did you mean `network`?";
    assert_eq!(told, [expected]);
    assert!(settings.unknown_stacks("groundplan.toml", &["netwrk"]).is_empty());
    // It is listed, and this run is over another one.
    let listed = right(&format!("{text}[stacks]\nnetwrk = \"net\"\n"));
    assert!(listed.unknown_stacks("groundplan.toml", &["app"]).is_empty());
}

#[test]
fn every_example_of_the_reference_is_right() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/groundplan-toml.md");
    let reference = std::fs::read_to_string(path).unwrap();
    let examples: Vec<&str> = reference.split("```toml\n").skip(1).collect();
    for example in &examples {
        let text = example.split("```").next().unwrap();
        let told = wrong(text);
        // The stacks of the examples are not there.
        let malformed: Vec<_> = told.iter().filter(|it| !it.contains("input-incomplete")).collect();
        assert!(malformed.is_empty(), "{text}\n{malformed:?}");
    }
    assert_eq!(examples.len(), 10);
}

#[test]
fn a_file_of_nothing_but_mistakes_has_a_short_list() {
    let lines: Vec<String> = (0..1_200).map(|at| format!("key{at} = 1\n")).collect();
    let told = wrong(&lines.concat());
    assert_eq!(told.len(), 1_001);
    assert_eq!(told[0], "input-malformed: 200 more mistakes are not listed");
    // Entries beyond that do not count either.
    let lines: Vec<String> = (0..1_200).map(|at| format!("s{at} = 1\n")).collect();
    let text = lines.concat();
    let root =
        directory(&["net/main.tf"], &format!("[stacks]\n{text}z = {{ path = \"net\", a = 1 }}\n"));
    assert!(settings(&root).0.stacks.is_empty());
}

#[test]
fn no_damage_stops_the_reading() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/groundplan-toml.md");
    let reference = std::fs::read_to_string(path).unwrap();
    let root = directory(&[], "");
    let file = root.path().join("groundplan.toml");
    for example in reference.split("```toml\n").skip(1) {
        let text = example.split("```").next().unwrap();
        let chars: Vec<char> = text.chars().collect();
        for at in (0..chars.len()).step_by(3) {
            let before: String = chars[..at].iter().collect();
            let behind: String = chars[at + 1..].iter().collect();
            for middle in ["", "\"", "[", "=", "*", "\u{0}"] {
                std::fs::write(&file, format!("{before}{middle}{behind}")).unwrap();
                let (settings, problems) = groundplan_settings::read(&file);
                let places = problems.iter().filter_map(|it| it.at);
                assert!(places.into_iter().all(|at| settings.sources.text(at).is_some()), "{at}");
            }
        }
    }
}
