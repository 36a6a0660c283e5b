//! Two inputs tell something different of one thing.
//!
//! ## Why
//!
//! What another stack or account manages is seen through data sources, states and what the AWS CLI prints, and
//! each of them is of its own moment. Where two disagree about a range, an owner or a switch, one is out of date, and
//! what is found may rest on it. Who manages a thing is believed first, then data sources, then what AWS described.
//!
//! Source: Terraform documentation, "Data Sources".
//!
//! ## Fine
//!
//! ```hcl,fine
//! resource "aws_vpc" "app" {
//!   cidr_block = "10.0.0.0/16"
//! }
//!
//! data "aws_vpc" "app" {
//!   id = aws_vpc.app.id
//! }
//! ```
//!
//! ## Cannot tell
//!
//! The fact that two inputs tell differently: both values are named. Make the older input anew, after an apply where the
//! plan of the one changes what the other still sees.

use groundplan_findings::{Class, Confidence, Severity};
use groundplan_ir::Cause;

use crate::{Context, Rule, Sink};

pub(crate) static RULE: Rule = Rule {
    severity: Severity::Warning,
    class: Class::Coverage,
    confidence: Confidence::Proven,
    since: "0.1.0",
    check,
};

fn check(cx: &Context<'_>, out: &mut Sink) {
    for it in &cx.topology.conflicts {
        let [less, more] = &it.values;
        let advice = if it.changes {
            "the plan changes it: make this input anew after the apply"
        } else {
            "make the older of the two inputs anew"
        };
        let words = format!(
            "`{}` of `{}` is {less} here and {more} in `{}`, which is believed; {advice}",
            it.attribute, it.id, it.by
        );
        out.undetermined(&it.origin, Cause::Differs(words.into()));
    }
}
