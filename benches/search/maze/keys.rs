//! Keys: entries of a mapping whose keys nobody knows before an earlier call has returned or logged them.

use super::{
    Rng, Shape,
    draft::Draft,
    flight::{Flight, Step},
    guard::guards,
    param::{Given, Kind, Param, kinds, params},
    term::Term,
};
use proptest::prelude::RngExt;

/// What steps behind the first are called.
const VERBS: [&str; 7] = ["fund", "lock", "vote", "split", "mark", "draw", "settle"];
/// A contract whose address is a key.
const BOX: &str = "contract Box {\n    address public immutable MAKER = msg.sender;\n}\n";

/// The mapping of a target, and how its keys are made and told.
#[derive(Debug, Clone, Copy)]
struct Book {
    target: usize,
    kind: Kind,
    made: &'static str,
    /// Whether a key is returned; else it is logged.
    returns: bool,
}

pub(super) fn fill(draft: &mut Draft, shape: &Shape, rng: &mut Rng) {
    draft.beside.push(BOX);
    for target in 0..shape.targets {
        let depth = shape.depth_of(target, shape.depth);
        let book = Book::draw(target, draft, rng);
        let mut flight = Flight { staged: false, ..Flight::new(false, false) };
        let (mut told, mut notes) = (0, Vec::new());
        for stage in 0..depth {
            let opens = stage == 0 || (stage + 1 < depth && rng.random_ratio(1, 4));
            let step = book.step(stage, (opens, told), &mut notes, (shape, rng));
            if opens {
                told = stage;
            }
            flight.steps.push(step);
        }
        flight.add_to(draft, rng);
    }
}

impl Book {
    fn draw(target: usize, draft: &mut Draft, rng: &mut Rng) -> Self {
        let (kind, made) = match rng.random_range(0..3_u32) {
            0 => (Kind::Word, "keccak256(abi.encode(++count, msg.sender))"),
            1 => (Kind::Uint(256), "uint256(keccak256(abi.encode(msg.sender, ++count)))"),
            _ => (Kind::Address, "address(new Box())"),
        };
        if target == 0 {
            draft.state.push("uint256 private count;".to_owned());
        }
        let (text, returns) = (kind.text(), rng.random::<bool>());
        draft.state.push(format!("mapping({text} => uint256) private stage{target};"));
        draft.state.push(format!("mapping({text} => uint256) private size{target};"));
        if !returns {
            let indexed = if rng.random() { " indexed" } else { "" };
            draft.state.push(format!("event Opened{target}({text}{indexed} id, address who);"));
        }
        Self { target, kind, made, returns }
    }

    /// A step that makes a key (`opens`), uses the one that step `told` told, or both.
    fn step(
        &self,
        stage: usize,
        (opens, told): (bool, usize),
        notes: &mut Vec<Term>,
        (shape, rng): (&Shape, &mut Rng),
    ) -> Step {
        let verb = if stage == 0 { "open" } else { VERBS[(stage - 1) % VERBS.len()] };
        let mut step = Step::new(verb, params(&kinds(rng), rng), rng);
        step.guards = guards(&step.params, notes, shape.draw_comparisons(rng), rng);
        if stage > 0 {
            let given = if self.returns { Given::Returned(told) } else { Given::Logged(told) };
            step.params.insert(0, Param::new("key", self.kind, given));
            step.gate = Some(format!("stage{}[key] == {stage}", self.target));
        }
        if opens {
            self.open(&mut step, stage, notes);
        } else {
            step.effects.push(format!("stage{}[key] = {};", self.target, stage + 1));
        }
        step
    }

    /// Makes a key with an entry and tells it.
    fn open(&self, step: &mut Step, stage: usize, notes: &mut Vec<Term>) {
        let (target, text) = (self.target, self.kind.text());
        if stage > 0 {
            step.effects.push(format!("delete stage{target}[key];"));
        }
        let declaration = if self.returns { String::new() } else { format!("{text} ") };
        step.effects.push(format!("{declaration}id = {};", self.made));
        step.effects.push(format!("stage{target}[id] = {};", stage + 1));
        notes.clear();
        if let Some(term) = step.params.iter().find_map(Param::term) {
            step.effects.push(format!("size{target}[id] = {};", term.text));
            notes.push(Term::new(format!("size{target}[key]"), term.value, 256));
        }
        if self.returns {
            step.result = Some(match self.kind {
                Kind::Word => "bytes32",
                Kind::Address => "address",
                _ => "uint256",
            });
        } else {
            step.effects.push(format!("emit Opened{target}(id, msg.sender);"));
        }
    }
}
