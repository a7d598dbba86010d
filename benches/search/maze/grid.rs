//! A grid: functions that move over a shared position. Doors lead from cell to cell, each with guards over the arguments, the
//! position and a word that earlier moves left. Paths to the targets share their beginnings.

use super::{
    Actor, Call, Rng, Shape,
    draft::Draft,
    function::{Door, Function},
    guard::{choose, guards},
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
    /// The condition that the position is this one.
    fn gate(&self) -> String {
        format!("x == {} && y == {}", self.x, self.y)
    }

    fn is_at(&self, x: U256, y: U256) -> bool {
        self.x == x && self.y == y
    }
}

/// A function that moves.
#[derive(Debug)]
struct Move {
    name: String,
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
    let mut moves: Vec<_> = MOVES[..count].iter().map(|name| Move::new((*name).to_owned(), rng)).collect();
    let (home, resets) = (format!("(x, y) = ({}, {});", start.x, start.y), rng.random_ratio(1, 4));
    let mut cells = vec![start];
    for target in 0..shape.targets {
        let depth = shape.depth_of(target, shape.depth);
        let mut cell = branch(&cells, &mut moves, depth, rng);
        while cell.path.len() < depth {
            let reaches = (cell.path.len() + 1 == depth).then_some(target);
            let free: Vec<_> = (0..moves.len()).filter(|at| moves[*at].is_free_at(&cell)).collect();
            let by = &mut moves[free[rng.random_range(0..free.len())]];
            let (next, door) = pass(&cell, by, (reaches, &cells), (draft, shape, rng));
            by.doors.push(Door { strict: !resets, ..door });
            cells.push(next.clone());
            cell = next;
        }
        draft.target(cell.path);
    }
    for each in moves.into_iter().filter(|each| !each.doors.is_empty()) {
        draft.functions.push(each.finish((home.as_str(), resets), rng));
    }
}

/// A cell from which another path can go on, through a function that has no door there yet: of two doors for one cell the
/// first could catch the calls that are meant for the second.
fn branch(cells: &[Cell], moves: &mut Vec<Move>, depth: usize, rng: &mut Rng) -> Cell {
    let is_open = |cell: &&Cell| cell.path.len() < depth && moves.iter().any(|each| each.is_free_at(cell));
    let open: Vec<_> = cells.iter().filter(is_open).collect();
    if let Some(cell) = choose(&open, rng) {
        return (*cell).clone();
    }
    moves.push(Move::new(format!("walk{}", moves.len()), rng));
    cells[0].clone()
}

impl Move {
    fn new(name: String, rng: &mut Rng) -> Self {
        Self { name, kinds: kinds(rng), doors: Vec::new() }
    }

    fn is_free_at(&self, cell: &Cell) -> bool {
        self.doors.iter().all(|door| door.gate.as_ref() != Some(&cell.gate()))
    }

    fn finish(self, (home, resets): (&str, bool), rng: &mut Rng) -> Function {
        let mut function = Function::new(self.name, &params(&self.kinds, rng));
        function.doors = self.doors;
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
        gate: Some(cell.gate()),
        guards: guards(&params, &notes, shape.draw_comparisons(rng), rng),
        ..Door::default()
    };
    draft.maybe_decoy(&mut door, &params, rng);
    let mut next = cell.clone();
    let arguments = params.iter().map(|param| (param.kind, param.given.clone())).collect();
    next.path.push(Call { sender: Actor::draw(rng), function: by.name.clone(), arguments, seconds: 0 });
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
