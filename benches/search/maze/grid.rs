//! A grid: functions that move over a shared position. Doors lead from cell to cell, each with guards over the arguments, the
//! position and a word that earlier moves left. Paths to the targets share their beginnings.

use super::{
    Actor, Call, Rng, Shape,
    draft::Draft,
    function::{Door, Function},
    guard::guards,
    param::{Kind, Param, kinds, params},
    term::{Operation, Term},
};
use alloy_primitives::U256;
use proptest::prelude::RngExt;

/// What the moves are called.
const MOVES: [&str; 4] = ["walk", "climb", "leap", "dig"];
/// Coordinates of cells that a move names.
const SIZE: u64 = 1_000;

/// A cell with the calls that lead to it.
#[derive(Debug, Clone)]
struct Cell {
    x: U256,
    y: U256,
    trail: Term,
    path: Vec<Call>,
}

impl Cell {
    fn is_at(&self, x: U256, y: U256) -> bool {
        self.x == x && self.y == y
    }
}

/// A function that moves.
#[derive(Debug)]
struct Move {
    name: &'static str,
    kinds: Vec<Kind>,
    doors: Vec<Door>,
}

pub(super) fn fill(draft: &mut Draft, shape: &Shape, rng: &mut Rng) {
    let start = Cell {
        x: U256::from(rng.random_range(0..SIZE)),
        y: U256::from(rng.random_range(0..SIZE)),
        trail: Term::new("trail", U256::ZERO, 256),
        path: Vec::new(),
    };
    draft.state.push(format!("uint64 private x = {};", start.x));
    draft.state.push(format!("uint64 private y = {};", start.y));
    draft.state.push("uint256 private trail;".to_owned());
    let count = rng.random_range(2..=MOVES.len());
    let mut moves: Vec<_> =
        MOVES[..count].iter().map(|name| Move { name, kinds: kinds(rng), doors: Vec::new() }).collect();
    let (home, resets) = (format!("(x, y) = ({}, {});", start.x, start.y), rng.random_ratio(1, 4));
    let mut cells = vec![start];
    for target in 0..shape.targets {
        let depth = shape.depth_of(target, shape.depth);
        let known: Vec<_> = cells.iter().filter(|cell| cell.path.len() < depth).cloned().collect();
        let mut cell = known[rng.random_range(0..known.len())].clone();
        while cell.path.len() < depth {
            let reaches = (cell.path.len() + 1 == depth).then_some(target);
            let at = rng.random_range(0..moves.len());
            let (next, door) = pass(&cell, &moves[at], (reaches, &cells), (draft, shape, rng));
            moves[at].doors.push(door);
            cells.push(next.clone());
            cell = next;
        }
        draft.target(cell.path);
    }
    for each in moves.into_iter().filter(|each| !each.doors.is_empty()) {
        draft.functions.push(each.finish((home.as_str(), resets), rng));
    }
}

impl Move {
    /// The function. A door is strict when no other one of the function is for the same cell.
    fn finish(self, (home, resets): (&str, bool), rng: &mut Rng) -> Function {
        let mut function = Function::new(self.name.to_owned(), &params(&self.kinds, rng));
        let gates: Vec<_> = self.doors.iter().map(|door| door.gate.clone()).collect();
        function.doors = self.doors;
        for door in &mut function.doors {
            door.strict = !resets && gates.iter().filter(|gate| **gate == door.gate).count() == 1;
        }
        if resets {
            function.otherwise.push(home.to_owned());
        }
        function
    }
}

/// A door from `cell` to a new one; it reaches a target when it is the last of a path.
fn pass(
    cell: &Cell,
    by: &Move,
    (reaches, cells): (Option<usize>, &[Cell]),
    (draft, shape, rng): (&mut Draft, &Shape, &mut Rng),
) -> (Cell, Door) {
    let params = params(&by.kinds, rng);
    let notes = [Term::new("x", cell.x, 64), Term::new("y", cell.y, 64), cell.trail.clone()];
    let mut door = Door {
        gate: Some(format!("x == {} && y == {}", cell.x, cell.y)),
        guards: guards(&params, &notes, shape.draw_comparisons(rng), rng),
        ..Door::default()
    };
    draft.maybe_decoy(&mut door, &params, rng);
    let mut next = cell.clone();
    let arguments = params.iter().map(|param| (param.kind, param.given.clone())).collect();
    next.path.push(Call { sender: Actor::draw(rng), function: by.name.to_owned(), arguments, seconds: 0 });
    step(&mut next, &params, cells, (&mut door, rng));
    if let Some(target) = reaches {
        door.effects.push(format!("_reach({target});"));
    }
    (next, door)
}

/// Moves to a cell where no other path leads: by an argument, or to one that the door names.
fn step(next: &mut Cell, params: &[Param], cells: &[Cell], (door, rng): (&mut Door, &mut Rng)) {
    let lead = params.iter().find_map(Param::term);
    if let Some(lead) = lead.as_ref().filter(|_| rng.random_ratio(2, 5)) {
        let modulus = Term::number(U256::from(rng.random_range(3..=16_u32)), 64);
        let by = lead.to(64).checked(Operation::Modulo, &modulus);
        if let Some(by) = by.filter(|by| !cells.iter().any(|cell| cell.is_at(next.x + by.value, next.y))) {
            door.effects.push(format!("x += {};", by.text));
            next.x += by.value;
            return;
        }
    }
    while cells.iter().any(|cell| cell.is_at(next.x, next.y)) {
        next.x = U256::from(rng.random_range(0..SIZE));
        next.y = U256::from(rng.random_range(0..SIZE));
    }
    door.effects.push(format!("(x, y) = ({}, {});", next.x, next.y));
    if let Some(lead) = lead.filter(|_| rng.random_ratio(1, 3)) {
        door.effects.push(format!("trail = {};", lead.text));
        next.trail = Term::new("trail", lead.value, 256);
    }
}
