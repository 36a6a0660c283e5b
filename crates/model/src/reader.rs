//! Facts of one resource, each with its origin.

use std::sync::Arc;

use groundplan_ir::{
    Argument, Attributes, BlockConfig, BlockSite, Cause, Fact, Mode, Origin, Resource,
    ResourceIndex, Step, Target, Tri, Value,
};
use ipnet::IpNet;

use crate::Head;
use crate::lowering::{Lowering, TABLES};

/// Reads one resource.
#[derive(Clone, Copy)]
pub(crate) struct Reader<'a> {
    pub(crate) cx: &'a Lowering<'a>,
    pub(crate) at: ResourceIndex,
    pub(crate) resource: &'a Resource,
    pub(crate) attributes: &'a Attributes,
    pub(crate) block: Option<&'a BlockConfig>,
    pub(crate) site: Option<&'a Arc<BlockSite>>,
}

impl Reader<'_> {
    /// The type of the resource.
    pub(crate) fn resource_type(&self) -> &str {
        &self.resource.address.kind
    }

    /// The common part.
    pub(crate) fn head(&self) -> Head {
        let address = &self.resource.address;
        let provider = self.block.map(|block| block.provider.clone());
        let configured = provider.as_ref().and_then(|key| self.cx.config.providers.get(key));
        let told = provider.as_ref().and_then(|key| self.cx.whereabouts.get(key));
        let arn = self.text("arn").value;
        let part = |at: usize| arn_part(arn.known().map_or("", |it| it), at);
        let region = first_known([
            self.text("region").value,
            part(REGION),
            configured.map_or(Tri::Absent, |it| it.region.clone()),
            told.and_then(|it| it.region.clone()).map_or(Tri::Absent, Tri::Known),
            Tri::Unknown(Cause::Region(address.to_string().into())),
        ]);
        let account = first_known([
            self.text("owner_id").value,
            part(ACCOUNT),
            configured.map_or(Tri::Absent, |it| it.account.clone()),
            told.and_then(|it| it.account.clone()).map_or(Tri::Absent, Tri::Known),
            Tri::Unknown(Cause::Account(address.to_string().into())),
        ]);
        Head {
            origin: self.whole(),
            management: Head::management(address.mode, self.resource.action),
            action: self.resource.action,
            provider,
            region,
            account,
            id: self.text("id").value.known().cloned(),
            handed_on: self.cx.is_handed_on(self.at, |name| !TABLES.contains(&name)),
        }
    }

    /// The value as it is, [`Value::Null`] where there is none.
    pub(crate) fn value(&self, name: &str) -> &Value {
        const NULL: &Value = &Value::Null;
        self.attributes.get(name).unwrap_or(NULL)
    }

    /// The value before the apply, [`Value::Null`] where there was none.
    pub(crate) fn prior(&self, name: &str) -> &Value {
        const NULL: &Value = &Value::Null;
        self.resource.prior.as_ref().and_then(|prior| prior.get(name)).unwrap_or(NULL)
    }

    /// Whether the author wrote this argument. Optional arguments that the provider computes look
    /// unknown when they are left out, so only the configuration can tell.
    pub(crate) fn is_written(&self, name: &str) -> Tri<bool> {
        match self.block {
            Some(block) => Tri::Known(block.arguments.contains_key(name)),
            None => Tri::Unknown(Cause::NoConfiguration(self.resource.address.to_string().into())),
        }
    }

    /// The origin of an attribute, with its value where it may be shown.
    pub(crate) fn origin(&self, name: &str) -> Origin {
        self.whole().attribute(name, shown(self.value(name)))
    }

    /// A fact from the attribute: unknown values keep their cause, and an argument that was left out
    /// and that the provider would compute on creation is [`Tri::Absent`].
    fn fact<T>(&self, name: &str, read: impl FnOnce(&Value) -> Option<T>) -> Fact<T> {
        let value = self.value(name);
        let value = match value.unknown() {
            None if *value == Value::Null => Tri::Absent,
            Some(cause) if self.is_left_out(name, cause) => Tri::Absent,
            Some(cause) => Tri::Unknown(self.qualified(cause)),
            None => read(value).map_or_else(
                || Tri::Unknown(Cause::BadValue(self.origin(name).to_string().into())),
                Tri::Known,
            ),
        };
        Fact { value, origin: self.origin(name) }
    }

    /// Whether an attribute that looks unknown was left out of a new resource. On an existing one the
    /// provider may know more than the configuration says.
    pub(crate) fn is_left_out(&self, name: &str, cause: &Cause) -> bool {
        matches!(cause, Cause::KnownAfterApply(_))
            && self.resource.address.mode == Mode::Managed
            && self.resource.action.creates()
            && self.is_written(name) == Tri::Known(false)
    }

    /// The fact of an argument that the provider computes where it is left out. Where nothing that it is
    /// written from is made during the apply, it is unknown because `null` is written there.
    pub(crate) fn unless_null<T>(&self, name: &str, fact: Fact<T>) -> Fact<T> {
        let unknown = matches!(&fact.value, Tri::Unknown(Cause::KnownAfterApply(_)));
        let created = self.resource.action.creates();
        let nothing = |argument: &Argument| {
            argument.expressions().into_iter().all(|expression| {
                let followed = self.cx.config.follow(self.resource, expression);
                let all = self.cx.config.mentioned(self.resource, expression).targets;
                let bare = followed.targets.is_empty() && followed.obstacles.is_empty();
                bare && all.iter().all(|it| self.is_told(it))
            })
        };
        if unknown && created && self.argument(name).is_some_and(nothing) {
            return Fact { value: Tri::Absent, origin: fact.origin };
        }
        fact
    }

    /// Whether a value is there to be taken. An attribute that is `null` in a directory is one that the provider
    /// computes, and so unknown to all that mention it.
    fn is_told(&self, target: &Target) -> bool {
        let resource = self.cx.config.resources().get(target.resource);
        let planned = resource.and_then(|it| it.planned.as_ref());
        let name = target.path.first().and_then(Step::attribute);
        let value = planned.zip(name).and_then(|(planned, name)| planned.get(name));
        value.is_some_and(|it| *it != Value::Null && it.first_unknown().is_none())
    }

    /// The cause with the address of the resource in front of the attribute.
    pub(crate) fn qualified(&self, cause: &Cause) -> Cause {
        let address = &self.resource.address;
        if let Cause::KnownAfterApply(name) = cause {
            Cause::KnownAfterApply(format!("{address}.{name}").into())
        } else if let Cause::Sensitive(name) = cause {
            Cause::Sensitive(format!("{address}.{name}").into())
        } else {
            cause.clone()
        }
    }

    /// A text attribute; the empty text counts as absent, as providers write it for "not set".
    pub(crate) fn text(&self, name: &str) -> Fact<Box<str>> {
        if matches!(self.value(name), Value::Text(text) if text.is_empty()) {
            return Fact { value: Tri::Absent, origin: self.origin(name) };
        }
        self.fact(name, |value| match value {
            Value::Text(text) => Some(text.clone()),
            Value::Number(number) => Some(number.to_string().into()),
            Value::Null
            | Value::Bool(_)
            | Value::List(_)
            | Value::Object(_)
            | Value::Unknown(_)
            | Value::Referred(_) => None,
        })
    }

    /// A boolean attribute; old providers write it as text.
    pub(crate) fn flag(&self, name: &str) -> Fact<bool> {
        self.fact(name, |value| match value.as_text() {
            Some("true" | "1") => Some(true),
            Some("false" | "0") => Some(false),
            Some(_) => None,
            None => value.as_flag(),
        })
    }

    /// An `enable`/`disable` attribute.
    pub(crate) fn switch(&self, name: &str) -> Fact<bool> {
        self.fact(name, |value| match value.as_text() {
            Some("enable") => Some(true),
            Some("disable") => Some(false),
            Some(_) => None,
            None => value.as_flag(),
        })
    }

    /// An address range.
    pub(crate) fn cidr(&self, name: &str) -> Fact<IpNet> {
        let fact = self.text(name);
        let bad = || Cause::BadValue(fact.origin.to_string().into());
        let value = match fact.value.clone() {
            Tri::Known(text) => match text.parse() {
                Ok(net) => Tri::Known(net),
                Err(_) => Tri::Unknown(bad()),
            },
            Tri::Unknown(cause) => Tri::Unknown(cause),
            Tri::Absent => Tri::Absent,
        };
        Fact { value, origin: fact.origin }
    }

    /// How many elements a list or set has; that is known before they are, unless one stands for any number.
    pub(crate) fn count(&self, name: &str) -> Fact<usize> {
        let any_number = |it: &&Value| matches!(it.unknown(), Some(Cause::Expansion(_)));
        let open = self.value(name).as_list().and_then(|items| items.iter().find(any_number));
        if let Some(cause) = open.and_then(Value::unknown) {
            return Fact { value: Tri::Unknown(cause.clone()), origin: self.origin(name) };
        }
        self.fact(name, |value| value.as_list().map(<[Value]>::len))
    }

    /// A list of address ranges.
    pub(crate) fn cidrs(&self, name: &str) -> Tri<Vec<Tri<IpNet>>> {
        let fact = self.fact(name, |value| value.as_list().map(<[Value]>::to_vec));
        fact.value.map(|items| items.iter().map(|item| self.range(name, item)).collect())
    }

    /// One range out of the attribute `name`.
    pub(crate) fn range(&self, name: &str, value: &Value) -> Tri<IpNet> {
        if let Some(cause) = value.unknown() {
            return Tri::Unknown(self.qualified(cause));
        }
        let parsed = value.as_text().and_then(|text| text.parse().ok());
        parsed.map_or_else(
            || Tri::Unknown(Cause::BadValue(self.origin(name).to_string().into())),
            Tri::Known,
        )
    }

    /// What the author wrote for an argument.
    pub(crate) fn argument(&self, name: &str) -> Option<&Argument> {
        self.block?.arguments.get(name)
    }
}

/// `arn:partition:service:region:account:resource` ("Amazon Resource Names (ARNs)").
const REGION: usize = 3;
const ACCOUNT: usize = 4;

/// A part of an ARN; what has no Region or account has nothing there.
fn arn_part(arn: &str, at: usize) -> Tri<Box<str>> {
    let parts = arn.strip_prefix("arn:").map(|_| arn.split(':'));
    // What belongs to AWS itself has `aws` for an account.
    let fits = |it: &&str| {
        !it.is_empty() && (at != ACCOUNT || it.bytes().all(|byte| byte.is_ascii_digit()))
    };
    let part = parts.and_then(|mut it| it.nth(at)).filter(fits);
    part.map_or(Tri::Absent, |it| Tri::Known(it.into()))
}

/// The first that is known, else the last, which says what is missing.
fn first_known<const N: usize>(facts: [Tri<Box<str>>; N]) -> Tri<Box<str>> {
    let known = facts.iter().find(|fact| fact.known().is_some()).cloned();
    known.or_else(|| facts.into_iter().last()).unwrap_or(Tri::Absent)
}

/// A value as Terraform writes it, when it is simple enough for a label and nothing of it is hidden.
fn shown(value: &Value) -> Option<Box<str>> {
    match value {
        Value::Text(text) => Some(format!("{text:?}").into()),
        Value::Bool(flag) => Some(flag.to_string().into()),
        Value::Number(number) => Some(number.to_string().into()),
        Value::List(items) if items.len() <= 4 => {
            let parts: Option<Vec<Box<str>>> = items.iter().map(shown).collect();
            Some(format!("[{}]", parts?.join(", ")).into())
        }
        Value::Null
        | Value::List(_)
        | Value::Object(_)
        | Value::Unknown(_)
        | Value::Referred(_) => hidden(value),
    }
}

/// What stands for a value that is not known.
fn hidden(value: &Value) -> Option<Box<str>> {
    let cause = value.unknown()?;
    if matches!(cause, Cause::KnownAfterApply(_)) {
        return Some("(known after apply)".into());
    }
    matches!(cause, Cause::Sensitive(_)).then(|| "(sensitive)".into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_arn_tells_region_and_account() {
        let arn = "arn:aws:ec2:eu-west-1:111122223333:vpc/vpc-1";
        assert_eq!(arn_part(arn, REGION), Tri::Known("eu-west-1".into()));
        assert_eq!(arn_part(arn, ACCOUNT), Tri::Known("111122223333".into()));
        assert_eq!(arn_part("arn:aws:directconnect::111122223333:dx", REGION), Tri::Absent);
        assert_eq!(arn_part("arn:aws:ec2:eu-west-1:aws:prefix-list/pl-1", ACCOUNT), Tri::Absent);
        assert_eq!(arn_part("vpc-1", ACCOUNT), Tri::Absent);
    }
}
