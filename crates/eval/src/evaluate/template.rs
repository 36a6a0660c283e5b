//! Templates: text with interpolations and directives.

use groundplan_ir::Location;
use groundplan_syntax::{Expr, Part};

use super::conditional::truth;
use super::for_expr::{Binds, Items};
use super::recover::Arm;
use super::{Evaluator, Names, limit, nothing, safe_prefix};
use crate::{Error, Kind, References, Type, Unknown, Value, convert};

/// How long a text may become.
const LENGTH: usize = 16 << 20;

/// The text of a template as far as it has been put together.
struct Text {
    /// Where the template stands.
    at: Location,
    known: String,
    /// What the unknown parts come from, from the first one on.
    unknown: Option<References>,
    sensitive: bool,
}

impl Text {
    fn new(at: Location) -> Self {
        Self { at, known: String::new(), unknown: None, sensitive: false }
    }

    fn push(&mut self, text: &str, at: Location) -> Result<(), Error> {
        if self.unknown.is_some() {
            return Ok(());
        }
        if self.known.len() + text.len() > LENGTH {
            return Err(limit(at, "this text is longer than groundplan allows"));
        }
        self.known.push_str(text);
        Ok(())
    }

    fn blame(&mut self, references: &References) {
        self.unknown = Some(self.unknown.take().unwrap_or_default().and(references));
    }

    /// Takes in the value of an interpolation.
    fn interpolate(&mut self, value: &Value, at: Location) -> Result<(), Error> {
        self.sensitive |= value.sensitive;
        match &value.kind {
            Kind::String(text) => self.push(text, at),
            Kind::Null(_) => {
                Err(Error::new(at, "the value is null, which cannot be part of a text"))
            }
            Kind::Unknown(unknown) => {
                if let (None, Some(prefix)) = (&self.unknown, &unknown.prefix) {
                    let prefix = std::sync::Arc::clone(prefix);
                    self.push(&prefix, at)?;
                }
                self.blame(&unknown.references);
                Ok(())
            }
            Kind::Bool(_)
            | Kind::Number(_)
            | Kind::List(..)
            | Kind::Set(..)
            | Kind::Map(..)
            | Kind::Tuple(_)
            | Kind::Object(_)
            | Kind::Open(_) => {
                let text = convert(value, &Type::String).map_err(|why| {
                    Error::new(at, format!("this value cannot be part of a text: {why}"))
                })?;
                self.push(text.as_str().unwrap_or_default(), at)
            }
        }
    }

    fn into_value(self) -> Value {
        let value: Value = match self.unknown {
            None => Value::string(&self.known),
            Some(references) => Unknown {
                ty: Type::String,
                references: references.computed(),
                not_null: true,
                prefix: safe_prefix(&self.known),
                ..Unknown::default()
            }
            .into(),
        };
        value.marked(self.sensitive)
    }
}

impl Evaluator<'_> {
    /// The text of a template's parts.
    pub(super) fn template(
        &self,
        parts: &[Part],
        at: Location,
        names: Names<'_>,
    ) -> Result<Value, Error> {
        let mut text = Text::new(at);
        self.parts(parts, names, &mut text)?;
        Ok(text.into_value())
    }

    fn parts(&self, parts: &[Part], names: Names<'_>, text: &mut Text) -> Result<(), Error> {
        for part in parts {
            match part {
                Part::Literal(literal) => text.push(literal, text.at)?,
                Part::Interpolation(expr) => {
                    text.interpolate(&self.value(expr, names)?, expr.at)?;
                }
                Part::If { test, then, otherwise } => {
                    self.if_part(test, then, otherwise, names, text)?;
                }
                Part::For { key_name, value_name, collection, body } => {
                    let binds = Binds { key: key_name.as_ref(), value: value_name };
                    self.for_part(binds, collection, body, names, text)?;
                }
            }
        }
        Ok(())
    }

    fn if_part(
        &self,
        test: &Expr,
        then: &[Part],
        otherwise: &[Part],
        names: Names<'_>,
        out: &mut Text,
    ) -> Result<(), Error> {
        let decides = self.value(test, names)?;
        out.sensitive |= decides.sensitive;
        let chosen = truth(&decides, test.at)?;
        // The marks of both count, and what stands in either when it is not known which.
        let (yes, no) =
            (self.text_arm(then, out.at, names)?, self.text_arm(otherwise, out.at, names)?);
        out.sensitive |= yes.value().sensitive | no.value().sensitive;
        match (chosen, yes, no) {
            (Some(true), Arm::Value(value), _) | (Some(false), _, Arm::Value(value)) => {
                out.interpolate(&value, test.at)
            }
            (Some(true), Arm::Failed(_, error), _) | (Some(false), _, Arm::Failed(_, error)) => {
                Err(error)
            }
            (None, yes, no) => {
                out.blame(&decides.references());
                out.blame(&yes.value().references());
                out.blame(&no.value().references());
                Ok(())
            }
        }
    }

    fn text_arm(&self, parts: &[Part], at: Location, names: Names<'_>) -> Result<Arm, Error> {
        let text = self.template(parts, at, names);
        text.map(Arm::Value).or_else(|error| Arm::failed(nothing(Type::String), error))
    }

    fn for_part(
        &self,
        binds: Binds<'_>,
        collection: &Expr,
        body: &[Part],
        names: Names<'_>,
        text: &mut Text,
    ) -> Result<(), Error> {
        let items = match self.items(collection, names)? {
            Items::Known(items, sensitive) => {
                text.sensitive |= sensitive;
                items
            }
            Items::Unknown(key, item, sensitive) => {
                text.sensitive |= sensitive;
                text.blame(&item.references());
                return binds.bind(key, item, names, |names| {
                    if let Arm::Value(value) = self.text_arm(body, text.at, names)? {
                        text.blame(&value.references());
                    }
                    Ok(())
                });
            }
        };
        for (key, item) in items {
            self.work(1, collection.at)?;
            binds.bind(key, item, names, |names| self.parts(body, names, text))?;
        }
        Ok(())
    }
}
