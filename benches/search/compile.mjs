// Compiles the projects of the search bench: DIR/src/Maze.sol -> DIR/artifacts/Maze.json, with the solc of benches/peers and the
// settings that forge is given.
//
//   node benches/search/compile.mjs DIR...

import { createRequire } from "node:module";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const solc = createRequire(new URL("../peers/package.json", import.meta.url))("solc");
const settings = {
  optimizer: { enabled: true, runs: 200 },
  evmVersion: "cancun",
  metadata: { bytecodeHash: "none" },
  outputSelection: { "*": { "*": ["abi", "evm.bytecode.object", "evm.deployedBytecode.object"] } },
};

for (const folder of process.argv.slice(2)) {
  const sources = { "src/Maze.sol": { content: readFileSync(join(folder, "src/Maze.sol"), "utf8") } };
  const output = JSON.parse(solc.compile(JSON.stringify({ language: "Solidity", sources, settings })));
  const errors = (output.errors ?? []).filter((message) => message.severity === "error");
  if (errors.length > 0) {
    for (const error of errors) console.error(error.formattedMessage.trimEnd());
    console.error(`${folder} does not compile`);
    process.exit(1);
  }
  const { abi, evm } = output.contracts["src/Maze.sol"].Maze;
  const artifact = {
    contractName: "Maze",
    sourceName: "src/Maze.sol",
    abi,
    bytecode: `0x${evm.bytecode.object}`,
    deployedBytecode: `0x${evm.deployedBytecode.object}`,
  };
  mkdirSync(join(folder, "artifacts"), { recursive: true });
  writeFileSync(join(folder, "artifacts/Maze.json"), `${JSON.stringify(artifact)}\n`);
}
