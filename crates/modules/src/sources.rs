//! Sources of modules without the secrets that they may hold.

/// Parameters of a source that are no secret (Terraform's "Module Sources").
const HARMLESS: [&str; 5] = ["ref", "depth", "archive", "version", "versionId"];

/// The source as it may be printed: without user information, and without the values of parameters that
/// may be a token or a key.
pub(crate) fn harmless(source: &str) -> String {
    let (scheme, rest) = match source.split_once("://") {
        Some((scheme, rest)) => (format!("{scheme}://"), rest),
        None => (String::new(), source),
    };
    let (user, rest) = split_user(rest);
    let user = match user {
        "" => "",
        // `git@host:path` and `ssh://git@host` are how everybody writes it.
        "git" | "git::git" => user,
        _ => "…",
    };
    let at = if user.is_empty() { "" } else { "@" };
    let (address, query) = match rest.split_once('?') {
        Some((address, query)) => (address, Some(query)),
        None => (rest, None),
    };
    let mut out = format!("{scheme}{user}{at}{address}");
    for (at, parameter) in query.into_iter().flat_map(|it| it.split('&')).enumerate() {
        out.push(if at == 0 { '?' } else { '&' });
        match parameter.split_once('=') {
            Some((name, _)) if HARMLESS.contains(&name) => out.push_str(parameter),
            Some((name, _)) => {
                out.push_str(name);
                out.push_str("=…");
            }
            None => out.push('…'),
        }
    }
    out
}

/// The user information and what follows its `@`. A password may hold any sign, so the last `@` counts,
/// unless what stands before it can only be a host, a path and the start of a parameter.
fn split_user(rest: &str) -> (&str, &str) {
    let Some((user, host)) = rest.rsplit_once('@') else { return ("", rest) };
    let Some((address, _)) = user.split_once('?') else { return (user, host) };
    if address.contains('@') {
        return address.rsplit_once('@').map_or(("", rest), |(user, _)| {
            (user, rest.get(user.len() + 1..).unwrap_or_default())
        });
    }
    let (host_name, path) = address.split_once('/').unwrap_or((address, ""));
    let port = host_name.split_once(':').map_or("", |(_, port)| port);
    if path.is_empty() || !port.chars().all(|it| it.is_ascii_digit()) {
        return (user, host);
    }
    ("", rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_secret_is_left() {
        for (source, shown) in [
            ("terraform-aws-modules/vpc/aws", "terraform-aws-modules/vpc/aws"),
            ("git::ssh://git@example.com/x.git?ref=v1", "git::ssh://git@example.com/x.git?ref=v1"),
            ("git@github.com:a/b.git", "git@github.com:a/b.git"),
            ("git::git@github.com:a/b.git?ref=v1", "git::git@github.com:a/b.git?ref=v1"),
            ("me:pw@example.com:a/b.git", "…@example.com:a/b.git"),
            ("https://me:p/w@example.com/x.zip", "https://…@example.com/x.zip"),
            ("https://me:p?w@example.com/x.zip", "https://…@example.com/x.zip"),
            ("https://me:p/a?w@example.com/x.zip", "https://…@example.com/x.zip"),
            ("https://me:p@example.com/x?ref=m@1&k=pw", "https://…@example.com/x?ref=m@1&k=…"),
            ("https://example.com/x.zip?ref=m@1.0", "https://example.com/x.zip?ref=m@1.0"),
            ("https://example.com:8443/x?ref=m@1.0&pw", "https://example.com:8443/x?ref=m@1.0&…"),
            ("git::https://me:pw@example.com/x.git", "git::https://…@example.com/x.git"),
            ("https://pw@example.com/x.zip?token=pw", "https://…@example.com/x.zip?token=…"),
            (
                "git::https://a@b:pw@example.com//vpc?ref=v1&sshkey=pw&depth=1",
                "git::https://…@example.com//vpc?ref=v1&sshkey=…&depth=1",
            ),
        ] {
            assert_eq!(harmless(source), shown);
        }
    }
}
