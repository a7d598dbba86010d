#!/usr/bin/env node
// The npm package's solc behind the command line that forge expects of a native one.

import { readFileSync } from "node:fs";
import solc from "solc";

if (process.argv.includes("--version")) {
  const [version, commit] = solc.version().split("+commit.");
  console.log("solc, the solidity compiler commandline interface");
  console.log(`Version: ${version}+commit.${commit.split(".")[0]}.Linux.g++`);
} else if (process.argv.includes("--standard-json")) {
  process.stdout.write(solc.compile(readFileSync(0, "utf8")));
} else {
  console.error("usage: solc.mjs --version | --standard-json < input.json");
  process.exit(1);
}
