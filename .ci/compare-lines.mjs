// Compares two tracefiles of LCOV on the sources of a project: which lines ran must be the same.
//
//   node .ci/compare-lines.mjs FORGE.info HEIST.info
//
// Forge also lists lines that have no code, which cannot run; Heist also lists the later lines of a statement.

import { readFileSync } from "node:fs";

const [forge, heist] = process.argv.slice(2).map(read);

function read(file) {
  const lines = new Map();
  let source = "";
  for (const record of readFileSync(file, "utf8").split("\n")) {
    if (record.startsWith("SF:")) source = record.slice(3);
    else if (record.startsWith("DA:") && source.startsWith("src/")) {
      const [line, count] = record.slice(3).split(",");
      lines.set(`${source}:${line}`, count !== "0");
    }
  }
  return lines;
}

const differences = [];
for (const [line, ran] of forge) {
  if ((heist.get(line) ?? false) !== ran) differences.push(`${line}: forge ${ran}, heist ${heist.get(line)}`);
}
const both = [...forge.keys()].filter((line) => heist.has(line));
if (both.length === 0) differences.push("no line is in both");
if (differences.length > 0) {
  for (const difference of differences) console.error(difference);
  process.exit(1);
}
console.log(`${both.length} lines ran, or did not, as forge says; ${forge.size - both.length} have no code`);
