// Runs proofs/*.t.sol: what is said of our protocols on foreign contracts, as Foundry tests.
//
//   npm ci --prefix benches/peers --ignore-scripts && npm ci --prefix tests/foreign && node tests/foreign/prove.mjs
//
// Uniswap's factory is created from the bytecode that its package ships; it holds the pair's.

import { cpSync, existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { spawnSync } from "node:child_process";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { PEERS, findForge } from "../../benches/peers/forge.mjs";

const ROOT = dirname(fileURLToPath(import.meta.url));
const CONTRACTS = join(ROOT, "..", "..", "contracts");
const FACTORY = join(ROOT, "node_modules/@uniswap/v2-core/build/UniswapV2Factory.json");

function fail(message) {
  console.error(`prove: ${message}`);
  process.exit(1);
}

/** The forge to run. */
function forge() {
  return findForge() ?? fail("forge is not installed; run `npm ci --prefix benches/peers --ignore-scripts`");
}

/** A project with the proofs, and our sources beside them as they are here. */
function layOut(work) {
  cpSync(join(ROOT, "proofs"), join(work, "proofs"), { recursive: true });
  cpSync(join(ROOT, "uniswap-v2-lending/src"), join(work, "uniswap-v2-lending/src"), { recursive: true });
  cpSync(join(CONTRACTS, "shared"), join(work, "gallery/shared"), { recursive: true });
  if (!existsSync(FACTORY)) fail("the npm packages are not installed; run `npm ci --prefix tests/foreign`");
  const { bytecode } = JSON.parse(readFileSync(FACTORY, "utf8"));
  const source = `// SPDX-License-Identifier: GPL-3.0\npragma solidity ^0.8.27;\n\nbytes constant FACTORY = hex"${bytecode}";\n`;
  writeFileSync(join(work, "proofs/Bytecode.sol"), source);
  const config = `[profile.default]
src = "uniswap-v2-lending/src"
test = "proofs"
libs = []
remappings = ["gallery/=gallery/"]
solc = ${JSON.stringify(join(PEERS, "solc.mjs"))}
evm_version = "cancun"
offline = true
optimizer = true
threads = 1

[profile.default.fuzz]
runs = 1000
seed = "0x1"
`;
  writeFileSync(join(work, "foundry.toml"), config);
}

const FORGE = forge();
const work = mkdtempSync(join(tmpdir(), "heist-proofs-"));
layOut(work);
const { stdout, stderr, error } = spawnSync(forge, ["test", "--json", "-vv"], { cwd: work, encoding: "utf8", maxBuffer: 1 << 30 });
if (error) fail(error.message);
rmSync(work, { recursive: true, force: true });
let suites;
try {
  suites = JSON.parse(stdout.slice(stdout.indexOf("{")));
} catch {
  fail(`forge did not run the proofs:\n${stderr}\n${stdout}`);
}

let [proved, failures] = [0, 0];
for (const [name, { test_results: tests }] of Object.entries(suites)) {
  for (const [test, { status, reason, decoded_logs: logs }] of Object.entries(tests)) {
    const passed = status === "Success";
    if (passed) proved += 1;
    else failures += 1;
    console.log(`${name.split(":")[1]}.${test}: ${passed ? ["proved", ...logs].join(", ") : `FAILS: ${reason}`}`);
  }
}
if (failures > 0 || proved === 0) fail(`${failures} tests fail, ${proved} pass`);
console.log(`${proved} tests pass`);
