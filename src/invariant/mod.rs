//! placeholder until the language is merged
#![allow(missing_docs)]
use crate::evm::Machine;
use crate::protocol::{Protocol, Severity};
use alloy_primitives::{Address, Log, aliases::I512};
pub fn value_at_base(_: &Protocol, t: &str) -> Result<I512, String> {
    let n = crate::protocol::parse_number(t).map_err(|e| e.to_string())?;
    Ok(I512::try_from(alloy_primitives::U512::from(n.magnitude)).unwrap())
}
#[derive(Debug, Clone, Default)]
pub struct StepFacts {
    pub sender: Option<Address>,
    pub function: Option<usize>,
    pub succeeded: bool,
    pub time_moved: bool,
    pub value_moved: bool,
}
#[derive(Debug, Clone, Default)]
pub struct Checks {
    v: Vec<usize>,
}
pub struct Broken {
    pub label: String,
    pub evidence: String,
}
pub struct About {
    pub id: String,
    pub title: String,
    pub severity: Severity,
    pub contracts: Vec<String>,
    pub predicate: String,
}
impl Checks {
    pub fn for_protocol(_: &Protocol, _: &[String]) -> Result<Self, String> {
        Ok(Self::default())
    }
    pub fn none(_: &Protocol) -> Self {
        Self::default()
    }
    pub fn broken_at_start(&mut self) -> Option<Broken> {
        None
    }
    pub fn is_empty(&self) -> bool {
        true
    }
    pub fn len(&self) -> usize {
        0
    }
    pub fn labels(&self) -> Vec<String> {
        vec![]
    }
    pub fn about(&self, _: usize) -> About {
        unimplemented!()
    }
    pub fn evaluations_on_change(&self) -> Vec<u64> {
        vec![]
    }
    pub fn reset(&mut self) {}
    pub fn before(&mut self, _: &mut Machine, _: &StepFacts) {}
    pub fn after(&mut self, _: &mut Machine, _: &StepFacts, _: &[Log]) {}
    pub fn violated(&self) -> &[usize] {
        &self.v
    }
    pub fn explain(&mut self, _: &mut Machine, _: usize) -> String {
        String::new()
    }
}
