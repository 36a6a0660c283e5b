//! An object on its way to a resource: what files say of it, and where.

use std::collections::BTreeMap;

use groundplan_ir::{BlockPlaces, Location, Value};

use crate::json::{Object, Wrong};

/// What an object itself says of its account and region.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Whereabouts {
    pub(crate) account: Option<Box<str>>,
    pub(crate) region: Option<Box<str>>,
    /// Whether it may be in another account than the one that was asked.
    pub(crate) foreign_account: bool,
    /// Whether it may be in another region than the one that was asked.
    pub(crate) foreign_region: bool,
}

/// How much a file's word on an object counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Weight {
    /// It lists the object among others.
    Listed,
    /// It describes the object itself.
    Described,
}

/// What one file says of one object.
#[derive(Clone, Debug)]
pub(crate) struct Draft {
    pub(crate) kind: &'static str,
    pub(crate) id: Box<str>,
    /// Attributes of which something is said; [`Value::Null`] says that there is none.
    pub(crate) told: BTreeMap<&'static str, Value>,
    pub(crate) places: BlockPlaces,
    pub(crate) whereabouts: Whereabouts,
    pub(crate) weight: Weight,
    /// The file, by its place in the run.
    pub(crate) file: usize,
}

/// Text, or nothing.
pub(crate) fn text(value: Option<&str>) -> Value {
    value.map_or(Value::Null, |text| Value::Text(text.into()))
}

/// A list of texts.
pub(crate) fn texts(values: &[&str]) -> Value {
    Value::List(values.iter().map(|it| Value::Text((*it).into())).collect())
}

/// An object of named parts.
pub(crate) fn record<'n>(members: impl IntoIterator<Item = (&'n str, Value)>) -> Value {
    Value::Object(members.into_iter().map(|(name, value)| (name.into(), value)).collect())
}

impl Draft {
    /// An object whose id stands behind `member`.
    pub(crate) fn new(
        kind: &'static str,
        object: &Object<'_>,
        member: &str,
    ) -> Result<Self, Wrong> {
        let id = object.need(member)?;
        let mut out = Self::named(kind, id, object, member);
        out.put("id", text(Some(id)), object.at(member));
        Ok(out)
    }

    /// An object whose id is put together; `member` is what names it in the file.
    pub(crate) fn named(kind: &'static str, id: &str, object: &Object<'_>, member: &str) -> Self {
        let header = object.at(member);
        Self {
            kind,
            id: id.into(),
            told: BTreeMap::from([("id", text(Some(id)))]),
            places: BlockPlaces { header, whole: object.whole(), ..BlockPlaces::default() },
            whereabouts: Whereabouts::default(),
            weight: Weight::Described,
            file: 0,
        }
    }

    /// Says what an attribute is, which stands nowhere as such.
    pub(crate) fn tell(&mut self, name: &'static str, value: Value) {
        self.told.insert(name, value);
    }

    /// Says what an attribute is, and where that stands.
    pub(crate) fn put(&mut self, name: &'static str, value: Value, at: Location) {
        self.told.insert(name, value);
        self.places.arguments.insert(name.into(), at);
    }

    /// Takes a text that the AWS CLI leaves out where there is none.
    pub(crate) fn text(
        &mut self,
        name: &'static str,
        object: &Object<'_>,
        member: &str,
    ) -> Result<(), Wrong> {
        match object.text(member)? {
            Some(it) => self.put(name, text(Some(it)), object.at(member)),
            None => self.tell(name, Value::Null),
        }
        Ok(())
    }

    /// Takes a text where it is printed; nothing is said where it is not.
    pub(crate) fn text_if(
        &mut self,
        name: &'static str,
        object: &Object<'_>,
        member: &str,
    ) -> Result<(), Wrong> {
        if let Some(it) = object.text(member)? {
            self.put(name, text(Some(it)), object.at(member));
        }
        Ok(())
    }

    /// Takes a switch where it is printed.
    pub(crate) fn flag(
        &mut self,
        name: &'static str,
        object: &Object<'_>,
        member: &str,
    ) -> Result<(), Wrong> {
        if let Some(it) = object.flag(member)? {
            self.put(name, Value::Bool(it), object.at(member));
        }
        Ok(())
    }

    /// Takes a list of ids where it is printed; their order means nothing.
    pub(crate) fn set(
        &mut self,
        name: &'static str,
        object: &Object<'_>,
        member: &str,
    ) -> Result<(), Wrong> {
        if let Some(mut all) = object.texts(member)? {
            all.sort_unstable();
            self.put(name, texts(&all), object.at(member));
        }
        Ok(())
    }

    /// Takes the owner where it is an account.
    pub(crate) fn owner(&mut self, object: &Object<'_>, member: &str) -> Result<(), Wrong> {
        match object.text(member)?.filter(|it| is_account(it)) {
            Some(it) => {
                self.whereabouts.account = Some(it.into());
                self.put("owner_id", text(Some(it)), object.at(member));
            }
            // It may be shared by another account.
            None => self.whereabouts.foreign_account = true,
        }
        Ok(())
    }

    /// Takes an ARN, and the account and region in it.
    pub(crate) fn arn(&mut self, object: &Object<'_>, member: &str) -> Result<(), Wrong> {
        let Some(it) = object.text(member)? else { return Ok(()) };
        self.put("arn", text(Some(it)), object.at(member));
        let mut parts = it.split(':').skip(3);
        let (region, account) = (parts.next(), parts.next());
        let place = &mut self.whereabouts;
        if place.account.is_none() {
            place.account = account.filter(|it| is_account(it)).map(Box::from);
        }
        self.region(region.filter(|it| is_region(it)));
        Ok(())
    }

    /// Takes the name of an availability zone, and the region in it.
    pub(crate) fn zone(
        &mut self,
        name: &'static str,
        object: &Object<'_>,
        member: &str,
    ) -> Result<(), Wrong> {
        self.text(name, object, member)?;
        self.region(object.text(member)?.and_then(region_of_zone).as_deref());
        Ok(())
    }

    /// Takes note of a region; two that differ tell nothing.
    pub(crate) fn region(&mut self, region: Option<&str>) {
        let Some(region) = region else { return };
        let place = &mut self.whereabouts;
        match place.region.as_deref() {
            Some(other) if other != region => {
                place.region = None;
                place.foreign_region = true;
            }
            Some(_) => (),
            None => place.region = (!place.foreign_region).then(|| region.into()),
        }
    }
}

/// Whether this is the number of an account.
pub(crate) fn is_account(text: &str) -> bool {
    text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Whether this is built as the names of regions are ("AWS Regions": an area, sometimes a partition,
/// a direction, and a number).
pub(crate) fn is_region(text: &str) -> bool {
    const AREAS: &[&str] = &["us", "eu", "eusc", "ap", "ca", "sa", "me", "af", "il", "mx", "cn"];
    const PARTITIONS: &[&str] = &["gov", "iso", "isob", "isoe", "isof", "de"];
    const DIRECTIONS: &[&str] = &[
        "north",
        "south",
        "east",
        "west",
        "central",
        "northeast",
        "northwest",
        "southeast",
        "southwest",
    ];
    let parts: Vec<&str> = text.split('-').collect();
    let (area, direction, number) = match *parts {
        [area, direction, number] => (area, direction, number),
        [area, partition, direction, number] if PARTITIONS.contains(&partition) => {
            (area, direction, number)
        }
        _ => return false,
    };
    AREAS.contains(&area)
        && DIRECTIONS.contains(&direction)
        && matches!(number.len(), 1 | 2)
        && number.bytes().all(|byte| byte.is_ascii_digit())
}

/// The region of a zone: `eu-west-1a`, or the local zone `us-west-2-lax-1a`.
fn region_of_zone(zone: &str) -> Option<String> {
    let mut taken = Vec::new();
    for part in zone.split('-') {
        let digits = part.trim_end_matches(|c: char| c.is_ascii_lowercase());
        let starts = part.starts_with(|c: char| c.is_ascii_digit());
        taken.push(if starts { digits } else { part });
        if starts {
            let region = taken.join("-");
            return is_region(&region).then_some(region);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn regions_are_told_by_their_names() {
        for name in ["eu-west-1", "us-gov-east-1", "ap-southeast-12", "eusc-de-east-1"] {
            assert!(is_region(name), "{name}");
        }
        for name in ["app-east-1", "eu-west", "eu-west-1a", "prod", "us-east-", "us-team-east-1"] {
            assert!(!is_region(name), "{name}");
        }
    }

    /// "Regions and Zones", Amazon EC2 User Guide.
    #[test]
    fn zones_lie_in_regions() {
        for (zone, region) in [
            ("us-east-1d", Some("us-east-1")),
            ("us-west-2-lax-1a", Some("us-west-2")),
            ("us-east-1-wl1-bos-wlz-1", Some("us-east-1")),
            ("us-gov-west-1b", Some("us-gov-west-1")),
            ("use1-az2", None),
        ] {
            assert_eq!(region_of_zone(zone).as_deref(), region, "{zone}");
        }
    }
}
