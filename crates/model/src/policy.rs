//! Policies: JSON documents in an attribute.

use serde_json::Value;

/// Whether a policy lets everybody do everything with everything, without a condition and without denying any of it.
/// What is no policy allows nothing.
pub fn allows_everything(policy: &str) -> bool {
    let Ok(policy) = serde_json::from_str::<Value>(policy) else { return false };
    let statements = match policy.get("Statement") {
        Some(Value::Array(all)) => all.as_slice(),
        Some(one) => std::slice::from_ref(one),
        None => &[],
    };
    let denies = |it: &Value| it.get("Effect").and_then(Value::as_str) == Some("Deny");
    let any = |it: Option<&Value>| match it {
        Some(Value::String(text)) => text == "*",
        Some(Value::Array(all)) => all.iter().any(|it| it.as_str() == Some("*")),
        Some(Value::Object(by)) => by.get("AWS").and_then(Value::as_str) == Some("*"),
        Some(_) | None => false,
    };
    let allows = |it: &Value| {
        it.get("Effect").and_then(Value::as_str) == Some("Allow")
            && any(it.get("Principal"))
            && any(it.get("Action"))
            && any(it.get("Resource"))
            && it.get("Condition").is_none()
    };
    // What is denied besides may be all that matters.
    statements.iter().any(allows) && !statements.iter().any(denies)
}

#[cfg(test)]
mod tests {
    use super::allows_everything;

    /// The policy that an endpoint gets by default ("Control access to VPC endpoints using endpoint policies").
    const DEFAULT: &str =
        r#"{"Statement":[{"Action":"*","Effect":"Allow","Principal":"*","Resource":"*"}]}"#;

    #[test]
    fn the_default_policy_allows_everything() {
        assert!(allows_everything(DEFAULT));
        assert!(allows_everything(&DEFAULT.replace(['[', ']'], "")));
        assert!(allows_everything(
            &DEFAULT.replace("\"Principal\":\"*\"", r#""Principal":{"AWS":"*"}"#)
        ));
    }

    #[test]
    fn a_condition_a_narrower_word_or_no_policy_does_not() {
        let narrower = DEFAULT.replace("\"Action\":\"*\"", r#""Action":"s3:*""#);
        assert!(!allows_everything(&narrower));
        assert!(!allows_everything(&DEFAULT.replace('}', r#","Condition":{}}"#)));
        assert!(!allows_everything(&DEFAULT.replace("Allow", "Deny")));
        for text in ["", "[]", "{}", "null", &"[".repeat(100_000)] {
            assert!(!allows_everything(text));
        }
    }
}
