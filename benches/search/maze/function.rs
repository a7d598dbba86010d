//! Functions of a maze as Solidity: doors one behind the other, their guards written as `require`, `if` or early return.

use super::{Rng, guard::Guard, param::Param};
use proptest::prelude::RngExt;
use std::fmt::Write as _;

/// An external function that changes state.
#[derive(Debug)]
pub(crate) struct Function {
    pub(crate) name: String,
    /// Types and names.
    pub(crate) params: Vec<(String, String)>,
    /// Type of the result, which is called `id`.
    pub(crate) result: Option<&'static str>,
    pub(crate) doors: Vec<Door>,
    /// What happens when no door opens.
    pub(crate) otherwise: Vec<String>,
}

/// What happens in one state of the maze.
#[derive(Debug, Default)]
pub(crate) struct Door {
    /// The state that it is for.
    pub(crate) gate: Option<String>,
    /// Nested conditions that nothing meets, with a decoy behind them; empty: no decoy.
    pub(crate) decoy: Vec<String>,
    pub(crate) decoy_number: usize,
    pub(crate) guards: Vec<Guard>,
    /// What happens when all guards hold.
    pub(crate) effects: Vec<String>,
    /// Whether a call that fails here may revert or return at once.
    pub(crate) strict: bool,
}

/// How a condition is written.
enum Form {
    Require,
    Early,
    Nested,
}

/// Text with its indentation.
struct Page {
    text: String,
    depth: usize,
}

impl Page {
    fn line(&mut self, line: &str) {
        let _ = writeln!(self.text, "{}{line}", "    ".repeat(self.depth));
    }

    fn open(&mut self, line: &str) {
        self.line(line);
        self.depth += 1;
    }

    fn close_to(&mut self, depth: usize) {
        while self.depth > depth {
            self.depth -= 1;
            self.line("}");
        }
    }
}

impl Function {
    /// A function for `params` without doors.
    pub(crate) fn new(name: String, params: &[Param]) -> Self {
        let params = params.iter().map(|param| (param.kind.text(), param.name.clone())).collect();
        Self { name, params, result: None, doors: Vec::new(), otherwise: Vec::new() }
    }

    pub(crate) fn write(&self, rng: &mut Rng) -> String {
        let mut page = Page { text: "\n".to_owned(), depth: 1 };
        let params: Vec<_> = self.params.iter().map(|(kind, name)| format!("{kind} {name}")).collect();
        let result = self.result.map_or_else(String::new, |kind| format!(" returns ({kind} id)"));
        page.open(&format!("function {}({}) external{result} {{", self.name, params.join(", ")));
        for door in &self.doors {
            self.door(door, &mut page, rng);
        }
        for line in &self.otherwise {
            page.line(line);
        }
        page.close_to(1);
        page.text
    }

    fn leave(&self) -> &'static str {
        if self.result.is_some() { "return id;" } else { "return;" }
    }

    fn door(&self, door: &Door, page: &mut Page, rng: &mut Rng) {
        let depth = page.depth;
        if let Some(gate) = &door.gate {
            let form = if door.strict && self.doors.len() == 1 { form(rng) } else { Form::Nested };
            self.condition(gate, &form, page);
        }
        decoy(door, page);
        for guard in &door.guards {
            if let Some(before) = &guard.before {
                page.line(before);
            }
            let form = if door.strict { form(rng) } else { Form::Nested };
            self.condition(&guard.condition, &form, page);
        }
        for effect in &door.effects {
            page.line(effect);
        }
        page.line(self.leave());
        page.close_to(depth);
    }

    fn condition(&self, condition: &str, form: &Form, page: &mut Page) {
        match form {
            Form::Require => page.line(&format!("require({condition}, \"closed\");")),
            Form::Early => page.line(&format!("if (!({condition})) {}", self.leave())),
            Form::Nested => page.open(&format!("if ({condition}) {{")),
        }
    }
}

fn form(rng: &mut Rng) -> Form {
    match rng.random_range(0..5_u32) {
        0 | 1 => Form::Require,
        2 => Form::Early,
        _ => Form::Nested,
    }
}

fn decoy(door: &Door, page: &mut Page) {
    if door.decoy.is_empty() {
        return;
    }
    let depth = page.depth;
    for condition in &door.decoy {
        page.open(&format!("if ({condition}) {{"));
    }
    page.line(&format!("_decoy({});", door.decoy_number));
    page.close_to(depth);
}
