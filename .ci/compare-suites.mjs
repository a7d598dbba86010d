// Compares the suites of a project that fail in forge with those in which Heist finds something.
//
//   node .ci/compare-suites.mjs FORGE.json SUMMARY.json

import { readFileSync } from "node:fs";

const [forge, summary] = process.argv.slice(2).map((file) => JSON.parse(readFileSync(file, "utf8")));
const isPredicate = (name) => /^(invariant|statefulFuzz)/.test(name);

/** Predicates that fail, by suite. A revert fails every predicate that asks for it, so those suites are compared as a whole. */
const failing = new Map();
for (const [path, { test_results: tests }] of Object.entries(forge)) {
  const predicates = Object.entries(tests).filter(([name]) => isPredicate(name));
  if (predicates.length === 0) continue;
  const failed = predicates.filter(([, { status }]) => status === "Failure").map(([name]) => name.split("(")[0]);
  failing.set(path.split(":").pop(), failed.sort());
}

const found = new Map(summary.protocols.map(({ id }) => [id, { predicates: new Set(), others: 0 }]));
for (const { protocol, rule } of summary.findings) {
  if (isPredicate(rule)) found.get(protocol).predicates.add(rule);
  else found.get(protocol).others += 1;
}

const differences = [];
for (const suite of new Set([...failing.keys(), ...found.keys()])) {
  const [theirs, ours] = [failing.get(suite), found.get(suite)];
  if (!theirs || !ours) differences.push(`${suite} is a suite for ${theirs ? "forge" : "heist"} alone`);
  else if (ours.others > 0 ? theirs.length === 0 : theirs.join() !== [...ours.predicates].sort().join()) {
    differences.push(`${suite}: forge fails [${theirs}], heist [${[...ours.predicates]}] and ${ours.others} others`);
  }
}
if (differences.length > 0) {
  for (const difference of differences) console.error(difference);
  process.exit(1);
}
console.log(`${failing.size} suites fail and hold as with forge`);
