import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const folder = fileURLToPath(new URL("../../host/sluice_host/", import.meta.url));

/** The host driver (docs/host.md), by its paths in a build's folder: a board needs nothing but that folder and Python. */
export function hostDriver(): ReadonlyMap<string, string> {
  const names = readdirSync(folder).filter((name) => name.endsWith(".py"));
  return new Map(
    names.sort().map((name) => [`host/sluice_host/${name}`, readFileSync(join(folder, name), "utf8")]),
  );
}
