//! Sources of modules without the secrets that they may hold.

/// Parameters of a source that are no secret (Terraform's "Module Sources").
const HARMLESS: [&str; 5] = ["ref", "depth", "archive", "version", "versionId"];

/// The source as it may be printed: without user information, and without the values of parameters that
/// may be a token or a key.
pub(crate) fn harmless(source: &str) -> String {
    let (address, query) = match source.split_once('?') {
        Some((address, query)) => (address, Some(query)),
        None => (source, None),
    };
    let mut out = without_user(address);
    for (at, parameter) in query.into_iter().flat_map(|it| it.split('&')).enumerate() {
        out.push(if at == 0 { '?' } else { '&' });
        match parameter.split_once('=') {
            Some((name, _)) if !HARMLESS.contains(&name) => {
                out.push_str(name);
                out.push_str("=…");
            }
            Some(_) | None => out.push_str(parameter),
        }
    }
    out
}

/// `https://user:token@host/path` → `https://…@host/path`; `git@host:path` names no secret.
fn without_user(address: &str) -> String {
    let Some((scheme, rest)) = address.split_once("://") else { return address.to_owned() };
    let host = rest.split('/').next().unwrap_or_default();
    let Some((user, _)) = host.rsplit_once('@') else { return address.to_owned() };
    // `ssh://git@host` is how everybody writes it.
    if user == "git" {
        return address.to_owned();
    }
    let after = rest.get(user.len()..).unwrap_or_default();
    format!("{scheme}://…{after}")
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
