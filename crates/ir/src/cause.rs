//! Why something is not known.

use std::fmt;

use crate::{Step, Traversal};

/// Why a fact is not known, in terms that a person can act on.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Cause {
    /// AWS decides the value during the apply; the field names whose attribute it is.
    KnownAfterApply(Box<str>),
    /// The plan marks the value as sensitive, so it is neither shown nor judged.
    Sensitive(Box<str>),
    /// The reference goes through `local.NAME`, which plans do not define.
    Local(Box<str>),
    /// The reference goes through `each.value` of a `for_each` that cannot be followed.
    EachValue,
    /// The plan does not say which of several instances is meant.
    ManyInstances(Box<str>),
    /// How many instances of this there are is not known, so that there may be none or several.
    Expansion(Box<str>),
    /// A variable has no value in this run.
    NoValue(Box<str>),
    /// The value comes from a module that is not installed.
    NotInstalled(Box<str>),
    /// The value comes from a function that gives something else in each run, or that a provider has.
    Impure(Box<str>),
    /// The value comes from a function that asks for a file that is not read.
    Unread(Box<str>),
    /// The reference leads to a resource type that is not read.
    NotModelled(Box<str>),
    /// The reference leads to an attribute that says nothing about this link.
    OtherAttribute(Box<str>),
    /// The id belongs to something that this input does not contain.
    NotInInput(Box<str>),
    /// The data source reads the state of a stack that this run does not have.
    OtherStack(Box<str>),
    /// This may be something that a directory of the run describes, which tells no ids.
    Directory(Box<str>),
    /// The other side of something, which no input contains; and what would tell of it.
    FarSide(Box<str>, Box<str>),
    /// The container is not managed by this configuration, so other members may exist.
    NotManaged(Box<str>),
    /// The container exists already, and other configurations may have put members into it.
    Shared(Box<str>),
    /// Something there sends packets on for others (NAT, a firewall, an appliance), so their source is
    /// not told by where they come from.
    Relayed(Box<str>),
    /// A member of the container cannot be followed to its parent.
    UnplacedMember(Box<str>),
    /// This changes paths in a way that is not followed.
    Unfollowed(Box<str>),
    /// Two inputs tell something differently.
    Differs(Box<str>),
    /// Several claim what only one can have, and AWS takes one of them.
    Contested(Box<str>),
    /// The plan holds only a part of the configuration (`-target`, an error, deferral).
    PlanIncomplete,
    /// The plan has no configuration for this block, so it cannot tell what the author wrote.
    NoConfiguration(Box<str>),
    /// The account of this resource or argument cannot be told.
    Account(Box<str>),
    /// The region of this resource or argument cannot be told.
    Region(Box<str>),
    /// The value has not the shape that its type asks for.
    BadValue(Box<str>),
    /// References go deeper than the analysis follows.
    TooDeep,
}

impl Cause {
    /// Whether a value that is unknown for this can only be of the stack that it stands in: AWS makes it
    /// when that stack is applied. What is looked up, or taken over from the other side, may be anybody's.
    pub fn is_of_own_stack(&self) -> bool {
        #[expect(clippy::wildcard_enum_match_arm, reason = "all others leave it open")]
        match self {
            Self::KnownAfterApply(what) | Self::ManyInstances(what) => {
                !is_read(what) && !what.contains("_accepter.")
            }
            _ => false,
        }
    }
}

/// Whether this is an attribute of a data source: `data` stands behind the module calls.
fn is_read(what: &str) -> bool {
    // The name of a stack may stand before all.
    let stack = what.split_once(':').filter(|(stack, _)| !stack.contains(['[', '"']));
    let what = stack.map_or(what, |(_, rest)| rest);
    let Some(traversal) = Traversal::parse(what) else { return false };
    let mut steps = traversal.steps().iter();
    loop {
        match steps.next() {
            Some(Step::Name(name)) if &**name == "module" => {
                // Its name; a key may follow, which is skipped below.
                steps.next();
            }
            Some(Step::Key(_)) => (),
            Some(Step::Name(name)) => return &**name == "data",
            None => return false,
        }
    }
}

impl fmt::Display for Cause {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::KnownAfterApply(what) if is_read(what) => {
                write!(out, "`{what}` is read from AWS only when Terraform plans or applies")
            }
            Self::KnownAfterApply(what) => write!(out, "`{what}` is known only after apply"),
            Self::Sensitive(what) => write!(out, "`{what}` is sensitive"),
            Self::Local(name) => {
                write!(out, "the reference goes through `local.{name}`, which a plan does not define")
            }
            Self::EachValue => {
                out.write_str("the reference goes through `each.value`, which a plan does not spell out")
            }
            Self::ManyInstances(what) => {
                write!(out, "the plan does not say which instance of `{what}` is meant")
            }
            Self::NoValue(what) => write!(out, "`{what}` has no value in this run"),
            Self::NotInstalled(what) => {
                write!(out, "`{what}` belongs to a module that is not installed")
            }
            Self::Impure(name) => {
                write!(out, "what `{name}` gives is known only when Terraform runs")
            }
            Self::Unread(name) => write!(
                out,
                "`{name}` asks for a file that the analysis does not read (--root tells where it may)"
            ),
            Self::NotModelled(what) => write!(out, "the value comes from `{what}`, which is not read"),
            Self::OtherAttribute(what) => {
                write!(out, "the value comes from `{what}`, which does not name the resource itself")
            }
            Self::NotInInput(_)
            | Self::OtherStack(_)
            | Self::Directory(_)
            | Self::FarSide(..)
            | Self::NotManaged(_)
            | Self::Shared(_)
            | Self::Expansion(_)
            | Self::Account(_)
            | Self::Region(_)
            | Self::Unfollowed(_)
            | Self::Differs(_)
            | Self::Relayed(_) => self.elsewhere(out),
            Self::UnplacedMember(what) => {
                write!(out, "`{what}` cannot be followed to what it belongs to")
            }
            Self::Contested(what) => {
                write!(out, "`{what}` has several of what it can have one of, and AWS refuses all but one")
            }
            Self::PlanIncomplete => out.write_str(
                "the input is incomplete (a plan made with -target, errored, deferred or partly \
                 unreadable; a module that is not installed; an error in a file), so absence proves \
                 nothing",
            ),
            Self::NoConfiguration(what) => {
                write!(out, "the plan has no configuration for `{what}`")
            }
            Self::BadValue(what) => write!(out, "`{what}` has not the expected form"),
            Self::TooDeep => out.write_str("references nest deeper than the analysis follows"),
        }
    }
}

impl Cause {
    /// What others have or do, and what is told of the whole input.
    #[expect(clippy::wildcard_enum_match_arm, reason = "all others have their words above")]
    fn elsewhere(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotInInput(id) => write!(out, "`{id}` is not in this input"),
            Self::OtherStack(what) => write!(
                out,
                "`{what}` reads the state of a stack that is not in this run (--stack NAME=PATH adds it)"
            ),
            Self::Directory(what) => write!(
                out,
                "`{what}` may be something that another input describes without its id: a directory, or a plan \
                 from before its apply (a later plan or state tells ids)"
            ),
            Self::FarSide(what, add) => write!(out, "`{what}` is in no input: {add}"),
            Self::Expansion(what) => {
                write!(out, "how many instances of `{what}` there are is known only after apply")
            }
            Self::Account(what) => write!(out, "the account of `{what}` cannot be told"),
            Self::Region(what) => write!(out, "the region of `{what}` cannot be told"),
            Self::Unfollowed(what) => {
                write!(out, "`{what}` changes paths in a way that the analysis does not follow")
            }
            Self::Differs(what) => out.write_str(what),
            Self::NotManaged(what) => {
                write!(
                    out,
                    "`{what}` is not managed in this input, so it may hold more than is seen here"
                )
            }
            Self::Shared(what) => {
                write!(
                    out,
                    "another configuration may add to `{what}`, or has already (--complete says that none \
                     does)"
                )
            }
            Self::Relayed(what) => write!(
                out,
                "`{what}` translates or passes on packets, so that it may send for others than itself"
            ),
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_data_source_is_told_from_a_resource_of_that_name() {
        for (what, read) in [
            ("data.aws_vpc.a.cidr_block", true),
            ("module.a[\"x.data.y\"].data.aws_vpc.a.id", true),
            ("network:data.aws_vpc.a.id", true),
            ("data:aws_vpc.a[\":data.x\"].id", false),
            ("aws_vpc.data.cidr_block", false),
            ("module.data.aws_vpc.a.id", false),
            ("module.data[0].aws_vpc.data.id", false),
        ] {
            assert_eq!(is_read(what), read, "{what}");
        }
    }
}
