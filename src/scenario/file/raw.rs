//! A scenario file as it is written: shapes and places, no decisions.

use super::{Amount, By, Loan, Verb};
use crate::protocol::{RawTable, RawValue, Severity};
use serde::Deserialize;
use serde_spanned::Spanned;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawFile {
    pub(super) id: Spanned<String>,
    pub(super) rule: Spanned<String>,
    pub(super) title: String,
    pub(super) severity: Severity,
    #[serde(default)]
    pub(super) needs: Vec<Spanned<String>>,
    #[serde(default)]
    pub(super) lacks: Vec<Spanned<String>>,
    #[serde(default)]
    pub(super) priced: bool,
    pub(super) weight: Option<Spanned<RawValue>>,
    pub(super) explain: String,
    #[serde(default)]
    pub(super) shows: RawShows,
    #[serde(default)]
    pub(super) variant: Vec<Spanned<RawVariant>>,
    pub(super) test: Option<RawTest>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawTest {
    pub(super) calls: Spanned<RawValue>,
    pub(super) seed: Spanned<RawValue>,
    pub(super) finds: bool,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[expect(clippy::struct_excessive_bools, reason = "each is a question of its own")]
pub(super) struct RawShows {
    pub(super) loan: bool,
    pub(super) donation: bool,
    pub(super) callback: bool,
    pub(super) roles: Vec<Spanned<String>>,
    pub(super) beyond: bool,
    pub(super) waits: bool,
    pub(super) intent: bool,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawVariant {
    #[serde(default)]
    pub(super) needs: Vec<Spanned<String>>,
    pub(super) profit: bool,
    #[serde(default)]
    pub(super) step: Vec<Spanned<RawStep>>,
}

/// What a step is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Kind {
    Calls,
    Attack,
    Intent,
    Market,
    Propose,
    Vote,
    Queue,
    Execute,
    Takeover,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawStep {
    pub(super) kind: Kind,
    pub(super) by: Option<Spanned<By>>,
    pub(super) loan: Option<Spanned<Loan>>,
    pub(super) around: Option<Spanned<String>>,
    pub(super) script: Option<Spanned<Vec<Spanned<RawHole>>>>,
    pub(super) count: Option<Spanned<[usize; 2]>>,
    pub(super) after: Option<Spanned<[usize; 2]>>,
    pub(super) wait: Option<Spanned<RawValue>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawHole {
    pub(super) verb: Option<Spanned<Verb>>,
    pub(super) call: Option<Spanned<String>>,
    pub(super) of: Option<Spanned<String>>,
    pub(super) name: Option<Spanned<String>>,
    pub(super) arguments: Option<Spanned<RawTable<Spanned<RawValue>>>>,
    pub(super) value: Option<Spanned<RawValue>>,
    pub(super) count: Option<Spanned<[usize; 2]>>,
    pub(super) amount: Option<Spanned<Amount>>,
    pub(super) body: Option<Spanned<Vec<Spanned<Self>>>>,
}
