//! Known, unknown with a cause, or absent: the three states of every fact.

use crate::Cause;

/// A fact in one of three states. Unknown is never the same as absent.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Tri<T> {
    /// The input says so.
    Known(T),
    /// The input cannot say; the cause tells what would.
    Unknown(Cause),
    /// The input says that there is none.
    Absent,
}

impl<T> Tri<T> {
    /// The value, when it is known.
    pub fn known(&self) -> Option<&T> {
        match self {
            Self::Known(value) => Some(value),
            Self::Unknown(_) | Self::Absent => None,
        }
    }

    /// A reference to what is inside.
    pub fn as_ref(&self) -> Tri<&T> {
        match self {
            Self::Known(value) => Tri::Known(value),
            Self::Unknown(cause) => Tri::Unknown(cause.clone()),
            Self::Absent => Tri::Absent,
        }
    }

    /// Changes the value and keeps the state.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Tri<U> {
        match self {
            Self::Known(value) => Tri::Known(change(value)),
            Self::Unknown(cause) => Tri::Unknown(cause),
            Self::Absent => Tri::Absent,
        }
    }

    /// Goes on with the value, when it is known.
    pub fn and_then<U>(self, next: impl FnOnce(T) -> Tri<U>) -> Tri<U> {
        match self {
            Self::Known(value) => next(value),
            Self::Unknown(cause) => Tri::Unknown(cause),
            Self::Absent => Tri::Absent,
        }
    }

    /// What AWS or the provider takes when the argument is left out.
    #[must_use]
    pub fn or_default(self, default: T) -> Self {
        match self {
            Self::Absent => Self::Known(default),
            other @ (Self::Known(_) | Self::Unknown(_)) => other,
        }
    }
}
