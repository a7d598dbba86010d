//! The slopes: contracts whose invariant is violated only after a way that its margin shows.

use proptest::{
    prelude::RngExt,
    test_runner::{RngAlgorithm, TestRng},
};

/// A contract and how its parameters are drawn.
#[derive(Debug)]
pub(crate) struct Slope {
    pub(crate) name: &'static str,
    pub(crate) contract: &'static str,
    /// What a violation takes.
    pub(crate) needs: &'static str,
    pub(crate) artifact: &'static str,
    draw: fn(&mut TestRng) -> Drawn,
}

/// Constructor arguments and the invariant.
struct Drawn {
    arguments: Vec<u128>,
    expression: String,
}

macro_rules! slope {
    ($name:literal, $contract:literal, $needs:literal, $draw:expr) => {
        Slope {
            name: $name,
            contract: $contract,
            needs: $needs,
            artifact: include_str!(concat!($name, "/artifacts/", $contract, ".json")),
            draw: $draw,
        }
    };
}

/// All of them.
pub(crate) const SLOPES: &[Slope] = &[
    slope!("reservoir", "Reservoir", "16 to 32 small steps", |rng| {
        let most = rng.random_range(1_000..1_000_000_u128);
        let steps = rng.random_range(16..=32_u128);
        let full = most * 60;
        Drawn { arguments: vec![full, most], expression: format!("reservoir.level() > {}", full - steps * most) }
    }),
    slope!("leak", "Leak", "12 to 24 roundings", |rng| {
        let (assets, shares) = (rng.random_range(1u128 << 80..1 << 90), rng.random_range(1u128 << 80..1 << 90));
        let cushion = rng.random_range(12..=24_u128);
        Drawn { arguments: vec![cushion, assets, shares], expression: "leak.lost() < leak.cushion()".to_owned() }
    }),
    slope!("payout", "Payout", "an amount known to one part in ten thousands", |rng| {
        let (rate, slope) = (rng.random_range(1u128 << 80..1 << 90), rng.random_range(1_000..1_000_000_u128));
        // At half of what fails, `rate² / (4 slope)` is paid; off by one part in n, less by one part in the square of n.
        let expression = format!("payout.paid() * 4 * {slope} <= mulDiv({rate}, {rate}, 1e12) / 1e8 * 99999999");
        Drawn { arguments: vec![rate, slope], expression }
    }),
    slope!("limit", "Limit", "an amount within a thousandth of a limit", |rng| {
        let (price, funds) = (rng.random_range(1u128 << 60..1 << 80), rng.random_range(1u128 << 70..1 << 100));
        Drawn { arguments: vec![price, funds], expression: format!("limit.taken() <= {}", funds / 1_000 * 999) }
    }),
    slope!("scales", "Scales", "an amount known to one part in a million", |rng| {
        let (left, right) = (rng.random_range(1_000..10_000_u128), rng.random_range(1_000..10_000_u128));
        let start = rng.random_range(1u128 << 70..1 << 80);
        let arguments = vec![left, right, start];
        Drawn { arguments, expression: format!("scales.gap() > {}", start / 1_000_000 * left) }
    }),
    slope!("interest", "Interest", "16 to 28 days, one a call", |rng| {
        let daily = rng.random_range(1_000_000_000_000_000..9_000_000_000_000_000_u128);
        let days = rng.random_range(16..=28);
        let grown = (0..days)
            .fold(1_000_000_000_000_000_000, |index: u128, _| index + index / 1_000_000 * daily / 1_000_000_000_000);
        Drawn { arguments: vec![daily], expression: format!("interest.index() < {grown}") }
    }),
    slope!("ladder", "Ladder", "12 to 24 rising amounts", |rng| {
        let most = rng.random_range(100..1_000_000_u128);
        let steps = rng.random_range(12..=24_u128);
        Drawn { arguments: vec![most], expression: format!("ladder.weight() < {}", steps * most) }
    }),
    slope!("walk", "Walk", "12 to 24 trades one way", |rng| {
        let share = rng.random_range(100..300_u128);
        let (base, quote) = (rng.random_range(1u128 << 70..1 << 80), rng.random_range(1u128 << 70..1 << 80));
        let trades = rng.random_range(12..=24_i32);
        // Each trade of the most that is allowed moves the price by the square of what it moves a reserve by.
        let rise = (1.0 + 1.0 / share as f64).powi(2 * trades);
        let parts = (rise * 1_000_000.0) as u128;
        let expression = format!("walk.price() * 1000000 < initial(walk.price()) * {parts}");
        Drawn { arguments: vec![share, base, quote], expression }
    }),
];

impl Slope {
    /// `heist.toml` with the parameters of a seed.
    pub(crate) fn configuration(&self, seed: u64) -> String {
        let mut bytes = [0; 32];
        bytes[..8].copy_from_slice(&seed.to_be_bytes());
        for (byte, letter) in bytes[8..].iter_mut().zip(self.name.bytes()) {
            *byte = letter;
        }
        let Drawn { arguments, expression } = (self.draw)(&mut TestRng::from_seed(RngAlgorithm::ChaCha, &bytes));
        let arguments: Vec<_> = arguments.iter().map(|argument| format!("\"{argument}\"")).collect();
        format!(
            "[protocol]\nid = \"{}\"\nevm_version = \"cancun\"\nartifacts = [\"artifacts\"]\n\n\
             [actors.admin]\nkind = \"admin\"\n[actors.alice]\nkind = \"user\"\n[actors.bob]\nkind = \"user\"\n\n\
             [[setup]]\ndeploy = \"{}\"\narguments = [{}]\n\n\
             [campaign]\nsteps = 64\nscenarios = []\n\n\
             [[invariant]]\nid = \"SLOPE\"\ntitle = \"Nobody gets to the top\"\nexpression = \"{expression}\"\n",
            self.name,
            self.contract,
            arguments.join(", ")
        )
    }
}
