// Builds the artifacts of the foreign protocols: <protocol>/artifacts/*.json.
//
//   npm ci && node build.mjs
//
// What the npm packages ship compiled is copied as it is; the rest is compiled with the pinned solc.

import { createRequire } from "node:module";
import { copyFileSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = dirname(fileURLToPath(import.meta.url));
const GALLERY = join(ROOT, "..", "..", "contracts");
const MODULES = join(ROOT, "node_modules");

const UNISWAP = {
  sources: "uniswap-v2",
  compile: ["Token", "Router"],
  copy: ["UniswapV2Factory", "UniswapV2Pair"].map((name) => `@uniswap/v2-core/build/${name}.json`),
};

const ROUTER = {
  compile: ["Token", "Agent"],
  copy: [...UNISWAP.copy, ...["UniswapV2Router02", "WETH9"].map((name) => `@uniswap/v2-periphery/build/${name}.json`)],
};

/// One market on a pair; what prices its collateral differs.
const lending = (oracle) => ({
  sources: "uniswap-v2-lending",
  compile: ["Token", "FlashLender", oracle, "Market", "Trader"],
  copy: UNISWAP.copy,
});

const UNISWAP3 = {
  compile: ["Token", "Trader"],
  copy: ["Factory", "Pool"].map((name) => `@uniswap/v3-core/artifacts/contracts/UniswapV3${name}.sol/UniswapV3${name}.json`),
};

/// Folder -> where its sources are, the contracts to compile from there, and the files to copy from packages.
const PROTOCOLS = {
  "uniswap-v2": UNISWAP,
  "uniswap-v2-false": UNISWAP,
  "uniswap-v2-router": ROUTER,
  "uniswap-v2-lending-spot": lending("SpotOracle"),
  "uniswap-v2-lending-twap": lending("WindowOracle"),
  "uniswap-v2-lending-block": lending("WindowOracle"),
  "uniswap-v3": UNISWAP3,
  weth: { compile: ["Weth"] },
  "openzeppelin-erc20": { compile: ["CappedToken"] },
  "openzeppelin-erc4626": { compile: ["AssetToken", "Vault", "FlashLender"] },
  "openzeppelin-erc721": { compile: ["Collection", "ListedCollection", "Keeper"] },
  "openzeppelin-erc1155": { compile: ["Items"] },
  "openzeppelin-votes": { compile: ["VotesToken"] },
  "openzeppelin-vesting": { compile: ["Wallet", "Token"] },
  "openzeppelin-timelock": { compile: ["TimelockController", "Token"] },
  "openzeppelin-governor": { compile: ["VotesToken", "Dao", "TimelockController", "Token", "FlashLender"] },
};

const SETTINGS = {
  optimizer: { enabled: true, runs: 200 },
  viaIR: false,
  evmVersion: "cancun",
  metadata: { bytecodeHash: "none" },
  outputSelection: { "*": { "*": ["abi", "evm.bytecode", "evm.deployedBytecode"] } },
};

function fail(message) {
  console.error(`build: ${message}`);
  process.exit(1);
}

function loadCompiler() {
  const pinned = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")).devDependencies.solc;
  if (!existsSync(join(MODULES, "solc"))) fail("solc is not installed; run `npm ci` here");
  const solc = createRequire(import.meta.url)("solc");
  const present = solc.version().split("+")[0];
  if (present !== pinned) fail(`solc is ${present}, expected ${pinned}; run \`npm ci\` here`);
  return solc;
}

/** Our own shared contracts come from the gallery, all else that is imported from npm packages. */
function resolveImport(path) {
  const file = path.startsWith("gallery/") ? join(GALLERY, path.slice("gallery/".length)) : join(MODULES, path);
  return existsSync(file) ? { contents: readFileSync(file, "utf8") } : { error: `no file ${path}` };
}

/** Contracts by name; all of them, also imported ones. */
function compile(solc, folder) {
  const names = readdirSync(join(ROOT, folder, "src")).filter((name) => name.endsWith(".sol")).sort();
  const sources = Object.fromEntries(
    names.map((name) => [`${folder}/src/${name}`, { content: readFileSync(join(ROOT, folder, "src", name), "utf8") }]),
  );
  const input = { language: "Solidity", sources, settings: SETTINGS };
  const output = JSON.parse(solc.compile(JSON.stringify(input), { import: resolveImport }));
  const errors = (output.errors ?? []).filter((message) => message.severity === "error");
  for (const error of errors) console.error(error.formattedMessage.trimEnd());
  if (errors.length > 0) fail(`${folder} does not compile`);

  const contracts = new Map();
  for (const [sourceName, file] of Object.entries(output.contracts)) {
    for (const [name, contract] of Object.entries(file)) {
      if (!contracts.has(name)) contracts.set(name, artifact(sourceName, name, contract));
    }
  }
  return contracts;
}

function artifact(sourceName, contractName, { abi, evm }) {
  return {
    _format: "hh-sol-artifact-1",
    contractName,
    sourceName,
    abi,
    bytecode: `0x${evm.bytecode.object}`,
    deployedBytecode: `0x${evm.deployedBytecode.object}`,
    linkReferences: evm.bytecode.linkReferences,
    deployedLinkReferences: evm.deployedBytecode.linkReferences,
  };
}

const solc = loadCompiler();
const compiled = new Map();
for (const [folder, { sources = folder, compile: wanted, copy = [] }] of Object.entries(PROTOCOLS)) {
  if (!compiled.has(sources)) compiled.set(sources, compile(solc, sources));
  const target = join(ROOT, folder, "artifacts");
  rmSync(target, { recursive: true, force: true });
  mkdirSync(target, { recursive: true });
  for (const name of wanted) {
    const found = compiled.get(sources).get(name);
    if (found === undefined || found.bytecode === "0x") fail(`${sources} has no contract ${name}`);
    writeFileSync(join(target, `${name}.json`), `${JSON.stringify(found, null, 2)}\n`);
  }
  for (const file of copy) copyFileSync(join(MODULES, file), join(target, basename(file)));
  console.log(`${folder}: ${wanted.length} compiled, ${copy.length} copied`);
}
