//! An input that cannot be trusted ends in exit code 2, never in "nothing found".

use crate::support::{BROKEN, check_text, is_refused, read, text};

/// A plan with an inline route, so with a nested block.
const NESTED: &str = "fixtures/rules/peering-edge-to-edge-internet/flags-inline-route/plan.json";
/// A plan with a data source in its prior state.
const STATE: &str = "fixtures/rules/peering-cidr-overlap/flags-peer-from-data-source/plan.json";

#[test]
fn no_beginning_of_an_input_passes() {
    for path in [BROKEN, "fixtures/not-a-plan/state.json"] {
        let text = text(path);
        for end in 0..text.trim_end().len() {
            let beginning = &text.as_bytes()[..end];
            assert!(is_refused(&read(beginning)), "{end} bytes of {} pass", text.len());
        }
        assert!(!is_refused(&read(text.as_bytes())));
    }
}

#[test]
fn no_beginning_of_a_wide_input_passes() {
    let text = text(BROKEN);
    let wide: Vec<u8> = text.trim_end().encode_utf16().flat_map(u16::to_le_bytes).collect();
    for end in 0..wide.len() {
        assert!(is_refused(&read(&wide[..end])), "{end} bytes pass");
    }
    assert!(!is_refused(&read(&wide)));
}

#[test]
fn a_truncated_input_is_called_so() {
    let text = text(BROKEN);
    let run = check_text(&text.as_bytes()[..3000], &[]);
    run.says(2, &["<stdin>, line 1, column 3000: the JSON stops in the middle", "truncated"]);
}

#[test]
fn bytes_that_are_no_text_are_refused_with_their_place() {
    let mut bytes = text(BROKEN).into_bytes();
    bytes[1234] = 0xff;
    check_text(&bytes, &[]).says(2, &["byte 1234 is not valid UTF-8"]);
    let marked = [b"\xef\xbb\xbf", &*bytes].concat();
    check_text(&marked, &[]).says(2, &["byte 1237 is not valid UTF-8"]);
    let half_a_character = text(BROKEN).replace("10.0.0.0/16", "\\ud800");
    check_text(half_a_character.as_bytes(), &[]).says(2, &["not valid JSON", "hex escape"]);
}

/// Puts `more` in front of the first `at` behind `section`.
fn doubled(text: &str, section: &str, at: &str, more: &str) -> String {
    let start = text.find(section).unwrap_or_else(|| panic!("no {section}"));
    let place = text[start..].find(at).unwrap_or_else(|| panic!("no {at}")) + start;
    format!("{}{more}{}", &text[..place], &text[place..])
}

#[test]
fn a_key_that_stands_twice_is_named() {
    let changes = "\"resource_changes\":";
    let configuration = "\"configuration\":";
    for (plan, section, key, value) in [
        // The top level.
        (BROKEN, "", "format_version", "\"1.2\""),
        (BROKEN, "", "resource_changes", "[]"),
        (BROKEN, "", "timestamp", "\"\""),
        // A change.
        (BROKEN, changes, "address", "\"aws_vpc.x\""),
        (BROKEN, changes, "type", "\"aws_subnet\""),
        (BROKEN, changes, "change", "{\"actions\":[\"no-op\"]}"),
        (BROKEN, changes, "actions", "[\"no-op\"]"),
        (BROKEN, changes, "before", "null"),
        (BROKEN, changes, "after", "null"),
        (BROKEN, changes, "after_unknown", "{}"),
        (BROKEN, changes, "after_sensitive", "false"),
        // An attribute that is read, its marks, and the same in a nested block.
        (BROKEN, changes, "cidr_block", "\"192.168.0.0/16\""),
        (BROKEN, changes, "id", "false"),
        (NESTED, changes, "gateway_id", "\"x\""),
        // The configuration.
        (BROKEN, configuration, "provider_config", "{}"),
        (BROKEN, configuration, "root_module", "{}"),
        (BROKEN, configuration, "expressions", "{}"),
        (BROKEN, configuration, "vpc_id", "{}"),
        (BROKEN, "\"vpc_id\":{\"references", "references", "[]"),
        // The state.
        (STATE, "\"prior_state\":", "values", "{}"),
        (STATE, "\"prior_state\":", "root_module", "{}"),
        (STATE, "\"prior_state\":", "resources", "[]"),
        (STATE, "\"prior_state\":", "address", "\"aws_vpc.x\""),
        (STATE, "\"prior_state\":", "mode", "\"managed\""),
    ] {
        let plan = text(plan);
        let at = format!("\"{key}\":");
        let twice = doubled(&plan, section, &at, &format!("{at}{value},"));
        let run = check_text(twice.as_bytes(), &[]);
        assert!(run.out.contains("duplicate"), "{section}{key}: {run:?}");
        run.says(2, &[&format!("`{key}`")]);
    }
}

#[test]
fn a_key_in_two_spellings_stands_twice() {
    let more = "\"cidr\\u005fblock\":\"192.168.0.0/16\",";
    let twice = doubled(&text(BROKEN), "\"resource_changes\":", "\"cidr_block\":", more);
    check_text(twice.as_bytes(), &[]).says(2, &["duplicate key `cidr_block`"]);
}

#[test]
fn keys_in_another_order_hide_no_duplicate() {
    let plan: serde_json::Value = serde_json::from_str(&text(BROKEN)).unwrap();
    // Sorted keys: `change` stands before `type`, so that its parts are read afterwards.
    let sorted = plan.to_string();
    let section = "\"resource_changes\":";
    for key in ["after", "cidr_block", "change"] {
        let at = format!("\"{key}\":");
        let twice = doubled(&sorted, section, &at, &format!("{at}null,"));
        check_text(twice.as_bytes(), &[]).says(2, &["duplicate key", &format!("`{key}`")]);
    }
}

#[test]
fn no_depth_of_nesting_ends_in_a_crash() {
    let levels = 100_000;
    let deep = format!("{}1{}", "[".repeat(levels), "]".repeat(levels));
    let objects = format!("{}1{}", "{\"a\":".repeat(levels), "}".repeat(levels));
    check_text(deep.as_bytes(), &[]).says(2, &["a JSON array"]);
    check_text(objects.as_bytes(), &[]).says(2, &["neither a plan nor a state"]);
    let plan = text(BROKEN);
    for (section, at) in [
        ("\"resource_changes\":", "\"10.0.0.0/16\""),
        ("\"after_unknown\":", "true"),
        ("\"configuration\":", "{\"constant_value\":\"10.0.0.0/16\"}"),
        ("\"provider_config\":", "{\"constant_value\":\"eu-west-1\"}"),
    ] {
        for nested in [&deep, &objects] {
            let text =
                doubled(&plan, section, at, nested).replacen(&format!("{nested}{at}"), nested, 1);
            check_text(text.as_bytes(), &[]).says(2, &["nested more than 128 levels"]);
            let sorted = sorted_keys(&plan, section, at, nested);
            check_text(sorted.as_bytes(), &[]).says(2, &["nested more than 128 levels"]);
        }
    }
}

/// The same with sorted keys.
fn sorted_keys(plan: &str, section: &str, at: &str, nested: &str) -> String {
    let marked =
        doubled(plan, section, at, "\"HERE\"").replacen(&format!("\"HERE\"{at}"), "\"HERE\"", 1);
    let plan: serde_json::Value = serde_json::from_str(&marked).unwrap();
    plan.to_string().replace("\"HERE\"", nested)
}

#[test]
fn what_nobody_reads_may_nest_as_it_likes() {
    let deep = format!("\"x\":{}1{},", "[".repeat(100_000), "]".repeat(100_000));
    let text = doubled(&text(BROKEN), "", "\"format_version\"", &deep);
    check_text(text.as_bytes(), &[]).says(1, &["10.0.128.0/17"]);
}
