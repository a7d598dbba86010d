// Compiles Standards.sol into artifacts/ with the compiler of contracts/node_modules.
import { createRequire } from "node:module";
import { readFileSync, writeFileSync } from "node:fs";
const here = new URL(".", import.meta.url);
const contracts = process.argv[2] ?? new URL("../../../contracts/", here).pathname;
const solc = createRequire(`${contracts}/`)("solc");
const input = {
  language: "Solidity",
  sources: { "Standards.sol": { content: readFileSync(new URL("Standards.sol", here), "utf8") } },
  settings: {
    optimizer: { enabled: true, runs: 200 },
    evmVersion: "cancun",
    metadata: { bytecodeHash: "none", appendCBOR: false },
    outputSelection: { "*": { "*": ["abi", "evm.bytecode.object"] } },
  },
};
const output = JSON.parse(solc.compile(JSON.stringify(input)));
for (const error of output.errors ?? []) console.error(error.formattedMessage);
for (const [name, contract] of Object.entries(output.contracts["Standards.sol"])) {
  const artifact = {
    _format: "hh-sol-artifact-1",
    contractName: name,
    sourceName: "Standards.sol",
    abi: contract.abi,
    bytecode: `0x${contract.evm.bytecode.object}`,
    deployedBytecode: "0x",
    linkReferences: {},
    deployedLinkReferences: {},
  };
  writeFileSync(new URL(`artifacts/${name}.json`, here), `${JSON.stringify(artifact)}\n`);
}
