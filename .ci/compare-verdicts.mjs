// Compares the verdicts of `forge test --json` and `heist test`: node .ci/compare-verdicts.mjs forge.json heist.jsonl

import { readFileSync } from "node:fs";

const [forgeFile, heistFile] = process.argv.slice(2);
const LEAST = 680; // Fewer tests than this mean that one of both did not see them.
const WORDS = { Success: "passed", Failure: "failed", Skipped: "skipped" };

const forge = new Map();
for (const [suite, { test_results: results }] of Object.entries(JSON.parse(readFileSync(forgeFile, "utf8")))) {
  for (const [test, { status, reason }] of Object.entries(results)) {
    forge.set(`${suite.split(":")[1]}.${test}`, { verdict: WORDS[status] ?? status, reason });
  }
}
const heist = new Map();
for (const line of readFileSync(heistFile, "utf8").trim().split("\n")) {
  const { contract, test, verdict, reason } = JSON.parse(line);
  heist.set(`${contract}.${test}`, { verdict, reason });
}

const differences = [];
for (const name of new Set([...forge.keys(), ...heist.keys()])) {
  const [theirs, ours] = [forge.get(name), heist.get(name)];
  if (theirs?.verdict !== ours?.verdict) {
    const say = (one) => (one ? `${one.verdict} ${one.reason ?? ""}`.trim() : "missing");
    differences.push(`${name}: forge ${say(theirs)}; heist ${say(ours)}`);
  }
}
differences.sort().forEach((difference) => console.error(difference));
if (differences.length > 0 || forge.size < LEAST) {
  console.error(`conformance: ${differences.length} of ${forge.size} verdicts differ`);
  process.exit(1);
}
const failed = [...forge.values()].filter(({ verdict }) => verdict === "failed").length;
console.log(`${forge.size} verdicts are equal, ${failed} of them failures`);
