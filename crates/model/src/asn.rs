//! Autonomous system numbers: who is who in a BGP session.

use groundplan_ir::{Cause, Fact, Mode, Tri};

use crate::reader::Reader;

/// The number that AWS takes for its side where none is asked for (API page `CreateTransitGateway`).
const AMAZON: u32 = 64_512;

impl Reader<'_> {
    /// An autonomous system number.
    pub(crate) fn asn(&self, name: &str) -> Fact<u32> {
        let fact = self.text(name);
        let value = match fact.value {
            Tri::Known(text) => match text.parse() {
                Ok(number) => Tri::Known(number),
                Err(_) => Tri::Unknown(Cause::BadValue(fact.origin.to_string().into())),
            },
            Tri::Unknown(cause) => Tri::Unknown(cause),
            Tri::Absent => Tri::Absent,
        };
        Fact { value, origin: fact.origin }
    }

    /// The number of a gateway of AWS, which has one even where its resource names none.
    pub(crate) fn amazon_asn(&self) -> Fact<u32> {
        let fact = self.asn("amazon_side_asn");
        let value = match (fact.value, self.resource.address.mode) {
            (Tri::Absent, Mode::Managed) => Tri::Known(AMAZON),
            (value, Mode::Managed | Mode::Data | Mode::Live) => value,
        };
        Fact { value, origin: fact.origin }
    }
}
