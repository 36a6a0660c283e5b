//! Paths as URIs: relative to the repository, so that code scanning finds them in it.

use std::path::{Component, Path, PathBuf};

use groundplan_findings::Started;

use super::model::ArtifactLocation;

/// A file's place: below the repository (or where the program was started) relative to that, and
/// anywhere else absolute.
pub(super) fn artifact(path: &str, started: &Started) -> ArtifactLocation {
    let below = |uri: String| ArtifactLocation { uri, uri_base_id: Some("%SRCROOT%") };
    if path == "-" {
        return below("stdin".to_owned());
    }
    let absolute = tidied(&started.directory.join(path));
    match absolute.strip_prefix(&started.root) {
        Ok(relative) if relative.as_os_str().is_empty() => below("input".to_owned()),
        Ok(relative) => below(encoded(relative)),
        Err(_) => {
            let uri = format!("file:///{}", encoded(&absolute));
            ArtifactLocation { uri, uri_base_id: None }
        }
    }
}

/// What a run is called: the same on every machine, so an absolute path gives its last part only.
pub(super) fn run_name(artifact: &ArtifactLocation) -> &str {
    match artifact.uri_base_id {
        Some(_) => &artifact.uri,
        None => artifact.uri.rsplit('/').next().unwrap_or_default(),
    }
}

/// Without `.` and `a/..`.
fn tidied(path: &Path) -> PathBuf {
    let mut out = PathBuf::new();
    for component in path.components() {
        match component {
            Component::CurDir => (),
            Component::ParentDir
                if matches!(out.components().next_back(), Some(Component::Normal(_))) =>
            {
                out.pop();
            }
            // There is nothing above the root.
            Component::ParentDir if out.has_root() => (),
            Component::ParentDir
            | Component::Normal(_)
            | Component::RootDir
            | Component::Prefix(_) => out.push(component),
        }
    }
    out
}

/// The names of a path, percent-encoded (RFC 3986) and with forward slashes.
fn encoded(path: &Path) -> String {
    let part = |it: Component<'_>| match it {
        Component::Normal(part) => Some(quoted(&part.to_string_lossy(), b"-._~")),
        Component::ParentDir => Some("..".to_owned()),
        Component::Prefix(prefix) => Some(quoted(&prefix.as_os_str().to_string_lossy(), b"-._~:")),
        Component::CurDir | Component::RootDir => None,
    };
    path.components().filter_map(part).collect::<Vec<String>>().join("/")
}

fn quoted(part: &str, kept: &[u8]) -> String {
    let digit = |nibble: u8| char::from_digit(u32::from(nibble), 16).unwrap_or_default();
    let mut out = String::new();
    for byte in part.bytes() {
        if byte.is_ascii_alphanumeric() || kept.contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.extend(['%', digit(byte >> 4), digit(byte & 15)].map(|c| c.to_ascii_uppercase()));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_in_the_repository_is_relative_to_it() {
        let started = Started { directory: "/repo/infra/dev".into(), root: "/repo".into() };
        for (path, uri) in [
            ("-", "stdin"),
            ("main.tf", "infra/dev/main.tf"),
            ("./a b/plän.json", "infra/dev/a%20b/pl%C3%A4n.json"),
            ("../modules/vpc/main.tf", "infra/modules/vpc/main.tf"),
            ("/repo/x.tf", "x.tf"),
            ("../..", "input"),
            ("javascript:alert(1)", "infra/dev/javascript%3Aalert%281%29"),
        ] {
            let found = artifact(path, &started);
            assert_eq!((&*found.uri, found.uri_base_id), (uri, Some("%SRCROOT%")), "{path}");
            assert_eq!(run_name(&found), uri);
        }
    }

    #[test]
    fn what_is_elsewhere_is_absolute() {
        let started = Started { directory: "/repo/infra".into(), root: "/repo".into() };
        for (path, uri, name) in [
            ("/home/me/plan 1.json", "file:///home/me/plan%201.json", "plan%201.json"),
            ("../../other/x.tf", "file:///other/x.tf", "x.tf"),
            ("../../../../x.tf", "file:///x.tf", "x.tf"),
        ] {
            let found = artifact(path, &started);
            assert_eq!((&*found.uri, found.uri_base_id), (uri, None), "{path}");
            assert_eq!(run_name(&found), name);
        }
    }

    #[test]
    fn without_a_start_paths_are_taken_as_they_are() {
        let found = artifact("a/./b.tf", &Started::default());
        assert_eq!((&*found.uri, found.uri_base_id), ("a/b.tf", Some("%SRCROOT%")));
    }
}
