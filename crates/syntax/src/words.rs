//! What is said about text that cannot be read, in people's words.

pub(crate) const TOO_DEEP: &str = "nested too deeply: more than the analysis takes";
pub(crate) const TOO_LONG: &str = "so many operators in a row are more than the analysis takes";
pub(crate) const TOO_MANY_KEYS: &str =
    "more than 10,000 keys in one object: more than the analysis takes";
pub(crate) const QUOTES: &str =
    "this is no number: an address or a range of addresses needs quotes around it";

/// The parser's message in our words, where it needs any.
pub(crate) fn plain(message: &str) -> String {
    if message.starts_with("invalid nesting depth") {
        return TOO_DEEP.into();
    }
    if message.starts_with("invalid binary operation") {
        return TOO_LONG.into();
    }
    if message.contains("found redefined attribute") {
        return "this attribute is set already in the same body".into();
    }
    if message == "unexpected token" {
        return "this does not belong here".into();
    }
    if message.starts_with("invalid expression") {
        return "an expression is needed here".into();
    }
    let message = message.replace("`\n`", "a line break");
    message.replace("expected newline or eof", "expected the end of the line")
}

/// Whether the text is too deep or too long.
pub(crate) fn is_too_much(message: &str) -> bool {
    message == TOO_DEEP || message == TOO_LONG
}

/// Whether the parser refused a second entry of the same key, which HCL allows.
pub(crate) fn is_repeated_key(message: &str) -> bool {
    message.contains("found redefined object key")
}
