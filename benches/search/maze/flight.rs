//! A flight: ordered calls that lead to one target, with a stage counter of its own. Most classes are flights whose steps have
//! guards of their own kind.

use super::{
    Actor, Call, Rng,
    draft::Draft,
    function::{Door, Function},
    guard::Guard,
    param::Param,
};
use proptest::prelude::RngExt;

/// One call of a flight.
#[derive(Debug)]
pub(crate) struct Step {
    pub(crate) verb: &'static str,
    pub(crate) sender: Actor,
    pub(crate) params: Vec<Param>,
    pub(crate) guards: Vec<Guard>,
    /// What it does to the state beside the stage.
    pub(crate) effects: Vec<String>,
    /// Type of what it returns as `id`.
    pub(crate) result: Option<&'static str>,
    /// Seconds before it.
    pub(crate) seconds: u64,
    /// In flights that are not staged: the state that it is for.
    pub(crate) gate: Option<String>,
}

impl Step {
    pub(crate) fn new(verb: &'static str, params: Vec<Param>, rng: &mut Rng) -> Self {
        let sender = Actor::draw(rng);
        Self { verb, sender, params, guards: Vec::new(), effects: Vec::new(), result: None, seconds: 0, gate: None }
    }
}

/// The calls to one target.
#[derive(Debug)]
pub(crate) struct Flight {
    pub(crate) steps: Vec<Step>,
    /// Whether a wrong step leads back to the start.
    pub(crate) resets: bool,
    /// Whether all steps are one function, told apart by the stage. They have the same parameters then.
    pub(crate) shared: bool,
    /// Whether a counter says which step is next; else the steps have gates of their own.
    pub(crate) staged: bool,
}

impl Flight {
    pub(crate) fn new(resets: bool, shared: bool) -> Self {
        Self { steps: Vec::new(), resets, shared, staged: true }
    }

    /// Adds the flight with its target to the draft.
    pub(crate) fn add_to(self, draft: &mut Draft, rng: &mut Rng) {
        let number = draft.targets.len();
        let last = self.steps.len() - 1;
        if last > 0 && self.staged {
            draft.state.push(format!("uint8 private stage{number};"));
        }
        let (shared, staged) = (self.shared, self.staged && last > 0);
        let resets = self.resets && staged;
        let mut witness = Vec::new();
        for (stage, step) in self.steps.into_iter().enumerate() {
            let name = if shared { format!("{}{number}", step.verb) } else { format!("{}{number}_{stage}", step.verb) };
            witness.push(Call {
                sender: step.sender,
                function: name.clone(),
                arguments: step.params.iter().map(|param| (param.kind, param.given.clone())).collect(),
                seconds: step.seconds,
            });
            let mut function = Function::new(name, &step.params);
            function.result = step.result;
            let mut door = door(step, resets, (draft, rng));
            if staged {
                door.gate = Some(format!("stage{number} == {stage}"));
            }
            door.effects.extend(advance((number, stage, last), staged, rng));
            if let Some(known) = draft.functions.last_mut().filter(|_| shared && stage > 0) {
                known.doors.push(door);
                continue;
            }
            if resets {
                function.otherwise.push(format!("stage{number} = 0;"));
            }
            function.doors.push(door);
            draft.functions.push(function);
        }
        draft.target(witness);
    }
}

fn door(step: Step, resets: bool, (draft, rng): (&mut Draft, &mut Rng)) -> Door {
    let mut door =
        Door { gate: step.gate, guards: step.guards, effects: step.effects, strict: !resets, ..Door::default() };
    draft.maybe_decoy(&mut door, &step.params, rng);
    door
}

/// What a step does to the stage, and at the end to the target.
fn advance((number, stage, last): (usize, usize, usize), staged: bool, rng: &mut Rng) -> Vec<String> {
    let mut lines = Vec::new();
    if staged && stage < last {
        lines.push(format!("stage{number} = {};", stage + 1));
    } else if staged && rng.random() {
        lines.push(format!("stage{number} = 0;"));
    }
    if stage == last {
        lines.push(format!("_reach({number});"));
    }
    lines
}
