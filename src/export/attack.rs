//! Scripts of the attacker's contract as a contract of their own.

use super::{
    names::Names,
    set_up::abis,
    test::{apart, block},
    value::{self, bytes},
};
use crate::{
    protocol::{Protocol, balance_of_call},
    sequence::{Action, ActionCall, Attack, Fit, Holder, Live, Source},
};
use alloy_dyn_abi::DynSolValue;
use alloy_json_abi::JsonAbi;
use alloy_primitives::{Address, Bytes};

/// Bytes of calldata before the arguments.
const SELECTOR: usize = 4;

/// The contract in the making.
pub(super) struct Script<'a> {
    protocol: &'a Protocol,
    names: &'a Names,
    /// The functions that the test calls, by the numbers of their steps.
    steps: Vec<(usize, Vec<String>)>,
    /// What runs in callbacks; the first has the number 1.
    parts: Vec<Vec<String>>,
    /// Variables that are taken.
    results: usize,
}

impl<'a> Script<'a> {
    pub(super) fn new(protocol: &'a Protocol, names: &'a Names) -> Self {
        Self { protocol, names, steps: Vec::new(), parts: Vec::new(), results: 0 }
    }

    /// Adds the script of a step; the name of its function.
    pub(super) fn add(&mut self, step: usize, attack: &Attack) -> String {
        let lines = self.list(&attack.actions);
        self.steps.push((step, lines));
        format!("step{step}")
    }

    /// The contract, a line each.
    pub(super) fn contract(self) -> Vec<String> {
        let accounts = if self.names.are_apart() { "" } else { ", Accounts" };
        let mut members = Vec::new();
        for (step, body) in self.steps {
            members.push(block(&format!("function step{step}() external onlyOwner"), body));
        }
        let mut dispatch = Vec::new();
        for (index, body) in self.parts.into_iter().enumerate() {
            let number = index + 1;
            members.push(block(&format!("function _part{number}() private"), body));
            dispatch.push(format!("if (number == {number}) _part{number}();"));
        }
        let parameter = if dispatch.is_empty() { "uint256" } else { "uint256 number" };
        members.push(block(&format!("function _part({parameter}) internal override"), dispatch));
        let mut lines = vec!["/// The attacker's contract.".to_owned()];
        lines.extend(block(&format!("contract Attack is Script{accounts}"), apart(&members)));
        lines
    }

    /// The statements of a list of actions.
    fn list(&mut self, actions: &[Action]) -> Vec<String> {
        // Variables of results that later actions of the list pass on.
        let mut kept: Vec<Option<String>> = vec![None; actions.len()];
        for (index, action) in actions.iter().enumerate() {
            let Action::Call(call) = action else { continue };
            for live in &call.live {
                if let Some(source) = result_of(live, &actions[..index]) {
                    kept[source].get_or_insert_with(|| {
                        self.results += 1;
                        format!("result{}", self.results)
                    });
                }
            }
        }
        let mut lines = Vec::new();
        for (index, action) in actions.iter().enumerate() {
            match action {
                Action::Call(call) => lines.extend(self.call(call, (&actions[..index], &kept), kept[index].as_deref())),
                Action::Loan(loan) => {
                    let part = self.part(&loan.body);
                    let [lender, token] = [loan.lender, loan.token].map(|account| self.names.account(account));
                    lines.push(format!("_borrow({lender}, {token}, {}, {part});", value::number(loan.amount)));
                }
                Action::Repeat(repeat) => {
                    lines.push(format!("for (uint256 i = 0; i < {}; ++i) {{", repeat.times));
                    // Within a function of its own, an index is no other loop's.
                    let part = self.part(&repeat.body);
                    lines.extend([format!("    _part{part}();"), "}".to_owned()]);
                }
            }
        }
        lines
    }

    /// Adds what runs elsewhere; its number.
    fn part(&mut self, body: &[Action]) -> usize {
        self.parts.push(Vec::new());
        let number = self.parts.len();
        self.parts[number - 1] = self.list(body);
        number
    }

    fn call(&mut self, call: &ActionCall, before: (&[Action], &[Option<String>]), kept: Option<&str>) -> Vec<String> {
        let (to, wei) = call.destination(self.protocol);
        let (target, value) = (self.names.account(to), value::number(wei));
        let mut data = self.data(call, to, before);
        for (fit, function) in [(Fit::Least, "_least"), (Fit::Most, "_most")] {
            let fitted = call.live.iter().rev().find(|live| live.fit == fit);
            if let Some(offset) = fitted.and_then(|live| live.spot.offset(&call.arguments)) {
                data = format!("{function}({target}, {value}, {data}, {})", SELECTOR + offset);
            }
        }
        let result = kept.map_or_else(String::new, |name| format!("uint256 {name} = "));
        let mut lines = vec![format!("{result}_do({target}, {value}, {data});")];
        if !call.callback.is_empty() {
            let part = self.part(&call.callback);
            lines.insert(0, format!("_await({part});"));
            lines.push("_awaitNothing();".to_owned());
        }
        lines
    }

    /// Calldata, with what is filled in while it runs.
    fn data(&self, call: &ActionCall, to: Address, before: (&[Action], &[Option<String>])) -> String {
        let function = &self.protocol.functions[call.function];
        let is_whole = |live: &Live| live.spot.within.is_empty();
        let filled = |index: usize| {
            // What is filled last stays.
            let live = call.live.iter().rev().find(|live| live.spot.argument == index && is_whole(live))?;
            Some(self.source(live, to, before))
        };
        let signature = function.abi.signature();
        if call.live.iter().all(is_whole)
            && let Some(data) = value::call(self.names, &signature, &call.arguments, &filled)
        {
            return data;
        }
        let mut data = function.selector.to_vec();
        data.extend(DynSolValue::Tuple(call.arguments.clone()).abi_encode_params());
        let mut expression = bytes(&data);
        for live in &call.live {
            let Some(offset) = live.spot.offset(&call.arguments) else { continue };
            expression = format!("_put({expression}, {}, {})", SELECTOR + offset, self.source(live, to, before));
        }
        if signature.contains("*/") { expression } else { format!("/* {signature} */ {expression}") }
    }

    /// What fills a word of a call of `to`.
    fn source(&self, live: &Live, to: Address, (before, kept): (&[Action], &[Option<String>])) -> String {
        let view = |target: Address, data: &Bytes, bps: u32, more: i8| {
            let functions = abis(self.protocol, target).flat_map(JsonAbi::functions);
            let data = value::decoded(self.names, functions, data);
            format!("_view({}, {data}, {bps}, {more})", self.names.account(target))
        };
        match &live.source {
            Source::Balance { of: Holder::Caller, token: None, bps } => format!("_ether(address(this), {bps})"),
            Source::Balance { of: Holder::Callee, token: None, bps } => {
                format!("_ether({}, {bps})", self.names.account(to))
            }
            Source::Balance { of: Holder::Caller, token: Some(token), bps } => {
                format!("_balance({}, {bps})", self.names.account(*token))
            }
            Source::Balance { of: Holder::Callee, token: Some(token), bps } => {
                view(*token, &balance_of_call(to).into(), *bps, 0)
            }
            Source::View { target, data, bps, add } => view(*target, data, *bps, *add),
            Source::Result { .. } => {
                let variable = result_of(live, before).and_then(|index| kept[index].clone());
                variable.unwrap_or_else(|| "0".to_owned())
            }
            // The run that this is exported from has resolved it.
            Source::Step { .. } => "0".to_owned(),
        }
    }
}

/// Which action before returned what fills a word.
fn result_of(live: &Live, before: &[Action]) -> Option<usize> {
    let Source::Result { function } = &live.source else { return None };
    before.iter().rposition(|action| matches!(action, Action::Call(call) if call.function == *function))
}
