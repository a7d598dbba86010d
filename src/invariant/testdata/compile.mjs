// Compiles the sources beside it into artifacts/ with the compiler of contracts/node_modules.
import { createRequire } from "node:module";
import { readFileSync, writeFileSync } from "node:fs";
const here = new URL(".", import.meta.url);
const contracts = process.argv[2] ?? new URL("../../../contracts/", here).pathname;
const solc = createRequire(`${contracts}/`)("solc");
const files = ["Bank.sol", "Books.sol", "Odd.sol", "Queue.sol"];
const input = {
  language: "Solidity",
  sources: Object.fromEntries(files.map((file) => [file, { content: readFileSync(new URL(file, here), "utf8") }])),
  settings: {
    optimizer: { enabled: true, runs: 200 },
    evmVersion: "cancun",
    metadata: { bytecodeHash: "none", appendCBOR: false },
    outputSelection: {
      "Bank.sol": { "*": ["abi", "evm.bytecode.object"] },
      "Queue.sol": { "*": ["abi", "evm.bytecode.object"] },
      "Odd.sol": { "*": ["abi", "evm.bytecode.object"] },
      "Books.sol": { Books: ["abi", "evm.bytecode.object", "storageLayout"] },
    },
  },
};
const output = JSON.parse(solc.compile(JSON.stringify(input)));
for (const error of output.errors ?? []) console.error(error.formattedMessage);
const compiled = files.flatMap((file) => Object.entries(output.contracts[file]).map(([name, contract]) => [file, name, contract]));
for (const [file, name, contract] of compiled) {
  const artifact = {
    _format: "hh-sol-artifact-1",
    contractName: name,
    sourceName: file,
    abi: contract.abi,
    bytecode: `0x${contract.evm.bytecode.object}`,
    deployedBytecode: "0x",
    linkReferences: {},
    deployedLinkReferences: {},
    // None where it was not asked for.
    storageLayout: contract.storageLayout,
  };
  writeFileSync(new URL(`artifacts/${name}.json`, here), `${JSON.stringify(artifact)}\n`);
}
