// Where forge and its compiler are, for scripts that run it.

import { existsSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const PEERS = dirname(fileURLToPath(import.meta.url));

/** forge of the npm package, or what FORGE names; nothing where neither is there. */
export function findForge() {
  if (process.env.FORGE) return process.env.FORGE;
  const scope = join(PEERS, "node_modules/@foundry-rs");
  const packages = existsSync(scope) ? readdirSync(scope).filter((name) => name.startsWith("forge-")) : [];
  const files = packages.flatMap((name) => ["forge", "forge.exe"].map((file) => join(scope, name, "bin", file)));
  return files.find(existsSync);
}
