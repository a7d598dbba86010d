#!/usr/bin/env bash
# Measures Heist beside forge on a handler suite: the same contracts, set-up, handlers and predicates, one thread each.
#
#   cargo build --release && benches/peers/suite.sh
#
# SUITE_CALLS (50000), SUITE_RUNS (5), HEIST (target/release/heist) and FORGE (the npm package's) change what is run.
#
# forge runs a campaign for each predicate, Heist one for all. So there are two figures for forge: its own calls a second, and the
# calls a second after which all predicates have been judged, which is what Heist's figure means. Set-up is part of both,
# compilation of neither.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
heist=${HEIST:-$root/target/release/heist}
calls=${SUITE_CALLS:-50000}
runs=${SUITE_RUNS:-5}
depth=50
suite=MendedVaultTest
predicates=3

[[ -x $heist ]] || { echo "suite: no $heist; run \`cargo build --release\`, or set HEIST" >&2; exit 1; }
npm ci --prefix "$here" --ignore-scripts --no-audit --no-fund --loglevel=error >&2
packaged=("$here"/node_modules/@foundry-rs/forge-*/bin/forge*)
forge=${FORGE:-${packaged[0]}}

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cp -r "$root/tests/data/foundry/vault" "$work/suite"
sed -i.bak -e "s#^libs = \[\]#libs = []\nsolc = \"$here/solc.mjs\"\noffline = true#" \
  -e "s#^depth = .*#depth = $depth\nruns = $((calls / depth))#" "$work/suite/foundry.toml"
(cd "$work/suite" && "$forge" build > ../build.log 2>&1) || { cat "$work/build.log" >&2; exit 1; }

echo "run,forge_calls_per_second,forge_with_all_predicates,heist_calls_per_second"
for ((run = 1; run <= runs; run++)); do
  (cd "$work/suite" && "$forge" test --mc "$suite" --threads 1 --fuzz-seed "$run" > "$work/forge.log" 2>&1)
  seconds=$(sed -n 's/.*finished in \([0-9.]*\)s.*/\1/p' "$work/forge.log" | head -n 1)
  "$heist" run "$work/suite" --protocol "$suite" --calls "$calls" --threads 1 --seed "$run" --progress none -q \
    --out "$work/heist" > "$work/heist.log" 2>&1
  ours=$(sed -n 's/.*"calls_per_second": \([0-9.]*\).*/\1/p' "$work/heist/summary.json" | head -n 1)
  awk -v run="$run" -v calls="$calls" -v predicates="$predicates" -v seconds="$seconds" -v ours="$ours" \
    'BEGIN { printf "%d,%.0f,%.0f,%.0f\n", run, predicates * calls / seconds, calls / seconds, ours }'
done
