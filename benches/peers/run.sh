#!/usr/bin/env bash
# Measures Heist beside forge: the same contracts, set-up, functions, senders and predicate, one thread each, on one machine.
#
#   cargo build --release && benches/peers/run.sh
#
# PEERS_CALLS (500000), PEERS_RUNS (5), HEIST (target/release/heist) and FORGE (the npm package's) change what is run.
# Needs node and npm.
#
# What a call is, on both sides: one generated transaction to a target, also one that reverts. Invariant checks, set-up and
# shrinking do not count. Two workloads:
#
# - `trade`: half swaps, half transfers, and none reverts, whatever arguments a tool draws (trade/Trader.sol folds them). Both
#   sides do the same work for a call, so this is the one to quote.
# - `own`: the pair and its tokens are called directly, with the arguments that each tool draws. Most of these calls fail early,
#   forge's more often than Heist's, so the side that gets further does more for each call that it counts.
#
# Calls that a dig of Heist tries are not judged by the predicate (docs/search.md); forge judges it after every call.
#
# What is timed: forge's own figure for the suite (set-up and invariant run, no compilation), Heist's calls_per_second from
# summary.json. Each side keeps its own length of sequences (forge 500, Heist what the project says), since starting over is a
# part of the work. Heist runs without scenarios and weights, for forge has neither.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
heist=${HEIST:-$root/target/release/heist}
calls=${PEERS_CALLS:-500000}
runs=${PEERS_RUNS:-5}
depth=500
project=amm-fixed

fail() {
  echo "peers: $*" >&2
  exit 1
}

[[ -x $heist ]] || fail "no $heist; run \`cargo build --release\`, or set HEIST"
[[ $calls =~ ^[0-9]+$ && $runs =~ ^[1-9][0-9]*$ ]] || fail "PEERS_CALLS and PEERS_RUNS are numbers"
((calls >= depth)) || fail "PEERS_CALLS is at least $depth"
calls=$((calls / depth * depth))

npm ci --prefix "$here" --ignore-scripts --no-audit --no-fund --loglevel=error >&2 || fail "npm ci failed"

# Each platform's binary is a package of its own, and npm installs the one that fits. `@foundry-rs/forge` itself would only look
# it up, and pins packages for further platforms that not every registry has, which makes an incomplete lock file.
packaged=("$here"/node_modules/@foundry-rs/forge-*/bin/forge*)
forge=${FORGE:-${packaged[0]}}
[[ -x $forge ]] || fail "npm has no forge for this platform here; set FORGE to one"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

mkdir -p "$work/forge/contracts" "$work/forge/test"
cp -r "$root/contracts/$project" "$root/contracts/shared" "$here/trade/Trader.sol" "$work/forge/contracts"
cp "$here/own/AmmFixed.t.sol" "$here/trade/Trade.t.sol" "$work/forge/test"
cat > "$work/forge/foundry.toml" <<TOML
[profile.default]
src = "contracts"
libs = []
solc = "$here/solc.mjs"
offline = true
optimizer = true
optimizer_runs = 200
evm_version = "cancun"
bytecode_hash = "none"

[invariant]
runs = $((calls / depth))
depth = $depth
fail_on_revert = false
TOML

cp -r "$root/contracts/$project" "$work/own"
sed '/^weights *=/d' "$root/contracts/$project/heist.toml" > "$work/own/heist.toml"
printf '\n[campaign]\nscenarios = []\n' >> "$work/own/heist.toml"

"$forge" --version | head -n 1 >&2
(cd "$work/forge" && "$forge" build > "$work/build.log" 2>&1) || { cat "$work/build.log" >&2; fail "forge build failed"; }
node "$here/table.mjs" same "$work/forge/out" "$root/contracts/$project/artifacts" Pair Token
# The trader is compiled by forge for both.
mkdir "$work/trade"
cp "$here/trade/heist.toml" "$work/trade"
cp -r "$work/forge/out" "$work/trade/out"

measure() { # workload, forge's contract, number of the run
  (cd "$work/forge" && "$forge" test --mc "$2" --threads 1 --fuzz-seed "$3" --json > "$work/$1-forge-$3.json" 2> "$work/forge.log") ||
    { cat "$work/forge.log" >&2; fail "forge test failed"; }
  "$heist" run "$work/$1" --invariant AMM-RESERVES --calls "$calls" --threads 1 --seed "$3" --progress none \
    --out "$work/$1-heist-$3" > "$work/heist.log" 2>&1 ||
    { cat "$work/heist.log" >&2; fail "heist run failed"; }
}

# A run of forge, then one of Heist, so that both see the same moods of the machine.
for ((run = 1; run <= runs; run++)); do
  echo "run $run of $runs" >&2
  measure trade TradeTest "$run"
  measure own AmmFixedTest "$run"
done

node "$here/table.mjs" table "$work" "$runs" "$calls" trade own
