//! What a rule of a security group or network ACL speaks of: protocol and ports.

use groundplan_ir::{Cause, Tri, Value};

use crate::reader::Reader;

/// A protocol, by its IANA number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Protocol {
    /// Every protocol, and with it every port (`-1`).
    All,
    /// One of them.
    Number(u8),
}

/// TCP ("Assigned Internet Protocol Numbers").
pub const TCP: u8 = 6;
/// UDP ("Assigned Internet Protocol Numbers").
pub const UDP: u8 = 17;

/// Ports from the first to the last.
pub type Ports = (u16, u16);

/// Protocol and ports of a rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Traffic {
    /// The protocol.
    pub protocol: Tri<Protocol>,
    /// The ports; they count for TCP and UDP alone.
    pub ports: Tri<Ports>,
}

impl Traffic {
    /// Whether the rule speaks of all of these ports.
    pub fn covers(&self, protocol: u8, ports: Ports) -> Tri<bool> {
        self.compare(protocol, |own| own.0 <= ports.0 && ports.1 <= own.1)
    }

    /// Whether the rule speaks of any of these ports.
    pub fn touches(&self, protocol: u8, ports: Ports) -> Tri<bool> {
        self.compare(protocol, |own| own.0 <= ports.1 && ports.0 <= own.1)
    }

    fn compare(&self, protocol: u8, fits: impl Fn(Ports) -> bool) -> Tri<bool> {
        match (&self.protocol, &self.ports) {
            (Tri::Known(Protocol::All), _) => Tri::Known(true),
            (Tri::Known(Protocol::Number(own)), _) if *own != protocol => Tri::Known(false),
            (Tri::Known(_), _) if protocol != TCP && protocol != UDP => Tri::Known(true),
            (Tri::Known(_), Tri::Known(own)) => Tri::Known(fits(*own)),
            (Tri::Known(_), Tri::Absent) | (Tri::Absent, _) => Tri::Known(false),
            (Tri::Known(_), Tri::Unknown(cause)) | (Tri::Unknown(cause), _) => {
                Tri::Unknown(cause.clone())
            }
        }
    }

    /// Reads the arguments of a rule that are called so.
    pub(crate) fn of(
        reader: &Reader<'_>,
        block: &str,
        protocol: &Value,
        (from, to): (&Value, &Value),
    ) -> Self {
        let bad = || Cause::BadValue(reader.origin(block).to_string().into());
        let protocol = match (protocol, protocol.unknown()) {
            (_, Some(cause)) => Tri::Unknown(reader.qualified(cause)),
            (Value::Null, None) => Tri::Absent,
            (other, None) => number(other).map_or_else(|| Tri::Unknown(bad()), Tri::Known),
        };
        let end = |value: &Value| match (value, value.unknown()) {
            (_, Some(cause)) => Tri::Unknown(reader.qualified(cause)),
            (Value::Null, None) => Tri::Absent,
            (other, None) => port(other).map_or_else(|| Tri::Unknown(bad()), Tri::Known),
        };
        let ports = end(from).and_then(|from| end(to).map(|to| (from, to)));
        Self { protocol, ports }
    }
}

/// The names that the provider takes besides numbers (provider page of `aws_security_group`).
fn number(value: &Value) -> Option<Protocol> {
    let text = match value {
        Value::Text(text) => text.to_ascii_lowercase(),
        Value::Number(number) => number.to_string(),
        Value::Null
        | Value::Bool(_)
        | Value::List(_)
        | Value::Object(_)
        | Value::Unknown(_)
        | Value::Referred(_) => return None,
    };
    Some(match &*text {
        "-1" | "all" => Protocol::All,
        "tcp" => Protocol::Number(TCP),
        "udp" => Protocol::Number(UDP),
        "icmp" => Protocol::Number(1),
        "icmpv6" => Protocol::Number(58),
        "esp" => Protocol::Number(50),
        "ah" => Protocol::Number(51),
        other => Protocol::Number(other.parse().ok()?),
    })
}

/// A port, or a type of ICMP, for which -1 means all of them.
fn port(value: &Value) -> Option<u16> {
    let text = match value {
        Value::Text(text) => text.to_string(),
        Value::Number(number) => number.to_string(),
        Value::Null
        | Value::Bool(_)
        | Value::List(_)
        | Value::Object(_)
        | Value::Unknown(_)
        | Value::Referred(_) => return None,
    };
    if text == "-1" { Some(0) } else { text.parse().ok() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(protocol: Protocol, ports: Ports) -> Traffic {
        Traffic { protocol: Tri::Known(protocol), ports: Tri::Known(ports) }
    }

    #[test]
    fn every_protocol_has_every_port() {
        let all = Traffic { protocol: Tri::Known(Protocol::All), ports: Tri::Known((0, 0)) };
        assert_eq!(all.covers(TCP, (443, 443)), Tri::Known(true));
    }

    #[test]
    fn ports_count_for_their_protocol() {
        let https = rule(Protocol::Number(TCP), (443, 443));
        assert_eq!(https.covers(TCP, (443, 443)), Tri::Known(true));
        assert_eq!(https.covers(UDP, (443, 443)), Tri::Known(false));
        assert_eq!(https.covers(TCP, (440, 450)), Tri::Known(false));
        assert_eq!(https.touches(TCP, (440, 450)), Tri::Known(true));
    }

    #[test]
    fn an_unknown_protocol_settles_nothing() {
        let cause = Cause::KnownAfterApply("x".into());
        let open = Traffic { protocol: Tri::Unknown(cause.clone()), ports: Tri::Known((22, 22)) };
        assert_eq!(open.covers(TCP, (443, 443)), Tri::Unknown(cause));
    }

    #[test]
    fn protocols_are_named_or_numbered() {
        assert_eq!(number(&Value::Text("TCP".into())), Some(Protocol::Number(TCP)));
        assert_eq!(number(&Value::Text("17".into())), Some(Protocol::Number(UDP)));
        assert_eq!(number(&Value::Text("-1".into())), Some(Protocol::All));
        assert_eq!(number(&Value::Text("quic".into())), None);
    }
}
