//! No name from the input steers a terminal, a CI log or the reader of a report.

use std::fs;

use groundplan_ir::InstanceKey;
use serde_json::{Value, json};

use crate::support::{BROKEN, ONE_RULE, Run, SOUND, check, command, finish, pipe, plan, run};

const FORMATS: [&str; 3] = ["--format=human", "--format=json", "--format=sarif"];

/// Texts that somebody acts on when they are printed raw.
fn hostile() -> Vec<String> {
    let mut texts: Vec<String> = [
        "\u{1b}[31mred\u{1b}[0m",
        "\u{1b}]0;title\u{7}",
        "\u{1b}]8;;http://example.com\u{1b}\\link\u{1b}]8;;\u{1b}\\",
        "\u{9b}31m\u{9d}0;title\u{9c}",
        "a\u{8}\u{8}b\u{7f}\u{0}c",
        "a\r\n::error file=a,line=1::b",
        "::error::x",
        "\n::add-mask::x",
        "  ::stop-commands::x",
        "##[add-mask]x",
        "###[error]x",
        "x##vso[task.setvariable variable=a]b",
        "##VSO[task.prependpath]b",
        "\u{202e}txt.exe\u{202c}",
        "\u{2066}x\u{2069}\u{200b}\u{200d}\u{feff}\u{ad}",
        "a\u{2028}b\u{2029}c\u{85}d",
        "\u{e0041}\u{e007f}\u{fe0f}",
        "`a` ```b``` *c* _d_ |e| <b>f</b> ![g](h) @i #1",
        "[text](1) [x](javascript:alert(1)) \\[y\\](2)",
        "\"quoted\" 'single' \\back\\slash ${a} %{b} $${c}",
        "]} , \"x\": 1",
        "</script><script>alert(1)</script>",
        "../../etc/passwd",
        "{0} {1} %s %n",
        "a\tb",
        "東京 𝒳 é",
    ]
    .map(str::to_owned)
    .to_vec();
    texts.push("x".repeat(1_000_000));
    texts.push("\u{1b}".repeat(100_000));
    texts
}

/// Whether a terminal, editor or log would act on the character.
fn acts(c: char) -> bool {
    (c.is_control() && c != '\n')
        || matches!(c, '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}')
        || matches!(c, '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
        || matches!(c, '\u{fe00}'..='\u{fe0f}' | '\u{e0000}'..='\u{e0fff}')
}

/// What GitHub's runner and Azure's agent take for a command.
fn command_in(line: &str) -> bool {
    let lower = line.to_ascii_lowercase();
    let bracket = lower
        .split("##")
        .skip(1)
        .any(|tail| tail.starts_with("vso[") || tail.starts_with('[') && tail.contains(']'));
    let colons = lower.trim_start().strip_prefix("::").is_some_and(|tail| tail.contains("::"));
    bracket || colons
}

fn assert_harmless(run: &Run, what: &str) {
    for text in [&run.out, &run.err] {
        let active = text.chars().find(|c| acts(*c));
        assert_eq!(active, None, "{what:.100?}");
        let line = text.lines().find(|line| command_in(line));
        assert_eq!(line, None, "{what:.100?}");
    }
}

/// A plan in which the requester and the connection have a hostile key and value.
fn with_key(key: &str) -> Value {
    let mut plan = plan(BROKEN);
    let address = |block: &str| format!("{block}{}", InstanceKey::Text(key.into()));
    for change in plan["resource_changes"].as_array_mut().unwrap() {
        if ["aws_vpc.app", "aws_vpc_peering_connection.app_data"]
            .iter()
            .any(|it| change["address"] == *it)
        {
            change["address"] = json!(address(change["address"].as_str().unwrap()));
            change["index"] = json!(key);
        }
    }
    plan
}

#[test]
fn hostile_keys_are_shown_and_do_nothing() {
    for text in hostile() {
        for format in FORMATS {
            let run = check(&with_key(&text), &[format]);
            assert_eq!(run.code, 1, "{text:.100?}: {}", run.err);
            assert_harmless(&run, &text);
        }
    }
}

#[test]
fn no_part_of_a_long_word_becomes_a_command_at_the_start_of_a_line() {
    for length in 0..200 {
        let text = format!("{}::error::x", "a".repeat(length));
        let run = check(&with_key(&text), &[]);
        run.says(1, &["error:"]);
        assert_harmless(&run, &text);
    }
}

#[test]
fn programs_get_the_names_as_they_are() {
    for text in hostile() {
        let expected = format!(
            "aws_vpc_peering_connection.app_data{}",
            InstanceKey::Text(text.as_str().into())
        );
        let report = check(&with_key(&text), &["--format=json"]).json();
        assert_eq!(report["findings"][0]["primary"]["address"], *expected, "{text:.100?}");
        let sarif = check(&with_key(&text), &["--format=sarif"]).json();
        let result = &sarif["runs"][0]["results"][0];
        let message = result["message"]["text"].as_str().unwrap();
        assert!(message.chars().count() <= 1024);
        // `[text](1)` would be a link.
        let mut before = ' ';
        for c in message.replace("\\\\", "").chars() {
            assert!(!"[]".contains(c) || before == '\\', "{message:.300}");
            before = c;
        }
    }
}

#[test]
fn colour_adds_only_our_own_escapes() {
    for text in hostile() {
        let mut call = command(&["check", "-", ONE_RULE, "--color=always"]);
        call.env_remove("NO_COLOR");
        let run = finish(call, with_key(&text).to_string().as_bytes());
        let plain: String = run
            .out
            .split("\u{1b}[")
            .enumerate()
            .map(|(at, part)| match part.split_once('m') {
                Some((style, rest)) if at > 0 => {
                    assert!(style.chars().all(|c| c.is_ascii_digit() || c == ';'), "{style}");
                    rest
                }
                _ => part,
            })
            .collect();
        assert_harmless(&Run { out: plain, ..run }, &text);
    }
}

#[test]
fn hostile_text_elsewhere_does_nothing() {
    let ways: [fn(&mut Value, &str); 9] = [
        |plan, text| plan["resource_changes"][0]["address"] = json!(format!("aws_vpc.{text}")),
        |plan, text| plan["resource_changes"][0]["address"] = json!(text),
        |plan, text| plan["resource_changes"][0]["type"] = json!(format!("aws_vpc_{text}")),
        |plan, text| plan["resource_changes"][0]["change"]["after"]["cidr_block"] = json!(text),
        |plan, text| plan["resource_changes"][0]["change"]["actions"] = json!([text]),
        |plan, text| plan["resource_changes"][0]["change"] = json!(text),
        |plan, text| plan["format_version"] = json!(text),
        |plan, text| {
            let blocks = plan["configuration"]["root_module"]["resources"].as_array_mut().unwrap();
            for block in blocks {
                block["expressions"]["vpc_id"] = json!({"references": [text]});
            }
        },
        |plan, text| {
            let provider = json!({"name": "aws", "expressions": {}});
            plan["configuration"]["provider_config"][text] = provider;
            for block in plan["configuration"]["root_module"]["resources"].as_array_mut().unwrap() {
                block["provider_config_key"] = json!(text);
            }
        },
    ];
    // Every rule repeats the text, so that a shorter one does as well.
    for text in hostile().iter().map(|it| it.chars().take(5000).collect::<String>()) {
        for (at, change) in ways.iter().enumerate() {
            let mut plan = plan(SOUND);
            change(&mut plan, &text);
            let (code, reports) = in_all_formats(&plan);
            assert!((0..=3).contains(&code), "{at}: {text:.100?}");
            for report in reports {
                assert_harmless(&report, &text);
            }
        }
    }
}

/// The reports of one run with every rule; those for programs parse.
fn in_all_formats(plan: &Value) -> (i32, [Run; 3]) {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let (json, sarif) = (path("json"), path("sarif"));
    let (to_json, to_sarif) = (format!("--output=json={json}"), format!("--output=sarif={sarif}"));
    let arguments = ["check", "-", "--undetermined", &to_json, &to_sarif];
    let human = pipe(&arguments, plan.to_string().as_bytes());
    let written = |path: &str| {
        let run =
            Run { code: human.code, out: fs::read_to_string(path).unwrap(), err: String::new() };
        run.json();
        run
    };
    (human.code, [written(&json), written(&sarif), human])
}

#[test]
fn hostile_arguments_do_nothing() {
    for text in ["\u{1b}]0;x\u{7}", "::error::x", "##vso[task.x]y", "\u{202e}x"] {
        for arguments in [
            &["check", text] as &[&str],
            &["check", SOUND, "--select", text],
            &["explain", text],
            &["check", text, "--format=json"],
            &["check", text, "--format=sarif"],
        ] {
            let run = run(arguments);
            assert_eq!(run.code, 2);
            assert_harmless(&run, text);
        }
    }
}
