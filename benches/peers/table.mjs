// The arithmetic of run.sh.
//
//   node table.mjs same OUT ARTIFACTS NAME...    fails unless forge compiled the bytecode that Heist runs
//   node table.mjs table FOLDER RUNS CALLS WORKLOAD...
//                                                prints the medians of FOLDER/WORKLOAD-forge-N.json and -heist-N/summary.json

import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";

const json = (...path) => JSON.parse(readFileSync(join(...path), "utf8"));

function fail(message) {
  console.error(`peers: ${message}`);
  process.exit(1);
}

/** forge puts an artifact into a folder that is called after its source file. */
function forgeArtifact(out, name) {
  const folders = readdirSync(out, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  const folder = folders.find((entry) => readdirSync(join(out, entry.name)).includes(`${name}.json`));
  return folder === undefined ? fail(`forge compiled no ${name}`) : json(out, folder.name, `${name}.json`);
}

function same(out, artifacts, ...names) {
  for (const name of names) {
    if (forgeArtifact(out, name).bytecode.object !== json(artifacts, `${name}.json`).bytecode) {
      fail(`the bytecode of ${name} is not the same on both sides`);
    }
  }
}

/** "1m 2s 3ms 4µs 5ns" in seconds. */
function seconds(duration) {
  const units = { h: 3_600, m: 60, s: 1, ms: 1e-3, µs: 1e-6, us: 1e-6, ns: 1e-9 };
  const parts = [...duration.matchAll(/([\d.]+)\s*(ms|µs|us|ns|h|m|s)/g)];
  if (parts.length === 0) fail(`forge reports a duration of ${JSON.stringify(duration)}`);
  return parts.reduce((sum, [, amount, unit]) => sum + Number(amount) * units[unit], 0);
}

function forgeRun(folder, workload, run) {
  const suites = Object.values(json(folder, `${workload}-forge-${run}.json`));
  const tests = suites.flatMap((suite) => Object.values(suite.test_results));
  const counts = tests[0]?.kind?.Invariant;
  if (tests.length !== 1 || tests[0].status !== "Success" || counts === undefined) fail("forge did not pass one invariant");
  return { calls: counts.calls, reverts: counts.reverts, rate: counts.calls / seconds(suites[0].duration) };
}

function heistRun(folder, workload, run) {
  const summary = json(folder, `${workload}-heist-${run}`, "summary.json");
  const judged = summary.invariants.filter((invariant) => invariant.evaluations > 0);
  if (summary.exit_code !== 0 || judged.length !== 1) fail("heist did not judge and pass one invariant");
  const reverts = summary.protocols.reduce((sum, protocol) => sum + protocol.reverts, 0);
  return { calls: summary.calls, reverts, rate: summary.calls_per_second };
}

function median(values) {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

function row(name, runs) {
  const rates = runs.map((run) => run.rate);
  const of = (key) => median(runs.map((run) => run[key]));
  const whole = (value) => Math.round(value).toLocaleString("en-US");
  const reverts = `${((100 * of("reverts")) / of("calls")).toFixed(1)}%`;
  const spread = `${whole(Math.min(...rates))} - ${whole(Math.max(...rates))}`;
  console.log([name.padEnd(7), whole(of("calls")).padStart(10), reverts.padStart(9), whole(median(rates)).padStart(9), spread.padStart(21)].join(" "));
}

function table(folder, runs, calls, workload) {
  const numbers = Array.from({ length: Number(runs) }, (_, index) => index + 1);
  const forge = numbers.map((run) => forgeRun(folder, workload, run));
  const heist = numbers.map((run) => heistRun(folder, workload, run));
  for (const run of [...forge, ...heist]) {
    if (!(run.rate > 0) || run.calls < Number(calls) * 0.9) fail(`a run made ${run.calls} of ${calls} calls`);
  }
  console.log(`${workload}: AMM-RESERVES, one thread, median of ${runs}`);
  console.log("tool         calls   reverts   calls/s         least - most");
  row("forge", forge);
  row("heist", heist);
  // Pair by pair, so that a machine whose speed drifts does not matter.
  const ratios = numbers.map((_, index) => heist[index].rate / forge[index].rate);
  console.log(`heist / forge: ${median(ratios).toFixed(1)} (${ratios.map((ratio) => ratio.toFixed(2)).join(", ")})\n`);
}

const [command, ...rest] = process.argv.slice(2);
if (command === "same") same(...rest);
else if (command === "table") rest.slice(3).forEach((workload) => table(...rest.slice(0, 3), workload));
else fail("usage: table.mjs same OUT ARTIFACTS NAME... | table FOLDER RUNS CALLS WORKLOAD...");
