//! A maze under construction.

use super::{
    Actor, Call, Class, Maze, Rng, Target,
    function::{Door, Function},
    guard,
    param::Param,
};
use proptest::prelude::RngExt;
use std::fmt::Write as _;

/// What the classes add to.
#[derive(Debug, Default)]
pub(crate) struct Draft {
    /// Declarations of state and errors.
    pub(crate) state: Vec<String>,
    pub(crate) functions: Vec<Function>,
    pub(crate) targets: Vec<Target>,
    /// Parameters of the constructor are addresses with these names, which it stores under them.
    pub(crate) keepers: Vec<(&'static str, Actor)>,
    /// Contracts beside the maze.
    pub(crate) beside: Vec<&'static str>,
    pub(crate) decoys: usize,
}

impl Draft {
    /// Adds a target with the calls that reach it.
    pub(crate) fn target(&mut self, witness: Vec<Call>) {
        self.targets.push(Target { witness });
    }

    /// Sometimes puts a place that cannot be reached behind a door.
    pub(crate) fn maybe_decoy(&mut self, door: &mut Door, params: &[Param], rng: &mut Rng) {
        let leads: Vec<_> = params.iter().filter_map(Param::term).collect();
        if let Some(lead) = guard::choose(&leads, rng)
            && rng.random_ratio(1, 4)
            && self.decoys < 256
        {
            door.decoy = guard::impossible(lead, rng);
            door.decoy_number = self.decoys;
            self.decoys += 1;
        }
    }

    pub(crate) fn finish(self, class: Class, seed: u64, rng: &mut Rng) -> Maze {
        let mut source = format!(
            "// SPDX-License-Identifier: MIT OR Apache-2.0\npragma solidity 0.8.30;\n\n// Class {}, seed {seed}.\n\n",
            class.name()
        );
        for text in &self.beside {
            source.push_str(text);
            source.push('\n');
        }
        source.push_str("contract Maze {\n    uint256 public reached;\n    uint256 public decoys;\n");
        for line in &self.state {
            let _ = writeln!(source, "    {line}");
        }
        source.push_str(&self.constructor());
        for function in &self.functions {
            source.push_str(&function.write(rng));
        }
        source.push_str("\n    function _reach(uint256 target) private {\n        reached |= 1 << target;\n    }\n");
        source.push_str("\n    function _decoy(uint256 decoy) private {\n        decoys |= 1 << decoy;\n    }\n}\n");
        let constructor = self.keepers.iter().map(|(_, actor)| *actor).collect();
        Maze { class, source, constructor, targets: self.targets, decoys: self.decoys }
    }

    fn constructor(&self) -> String {
        if self.keepers.is_empty() {
            return String::new();
        }
        let mut text = String::new();
        for (name, _) in &self.keepers {
            let _ = writeln!(text, "    address private {name};");
        }
        let params: Vec<_> = self.keepers.iter().map(|(name, _)| format!("address {name}_")).collect();
        let _ = writeln!(text, "\n    constructor({}) {{", params.join(", "));
        for (name, _) in &self.keepers {
            let _ = writeln!(text, "        {name} = {name}_;");
        }
        text + "    }\n"
    }
}
