/**
 * Builds what the npm package holds, in `dist`: compiled JavaScript with its types and source maps, laid out as the
 * repo is, so that whatever a file finds beside itself in the repo it finds in the package.
 *
 *     npm run build
 */
import { execaSync } from "execa";
import { cpSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { readSources } from "../src/generate/read-sources.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const dist = join(root, "dist");

rmSync(dist, { recursive: true, force: true });
const { exitCode } = execaSync(join(root, "node_modules/.bin/tsc"), ["-p", "tsconfig.build.json"], {
  cwd: root,
  stdout: [2],
  stderr: [2],
  reject: false,
});
if (exitCode !== 0) process.exit(1);

for (const folder of ["models", "constraints"]) {
  cpSync(join(root, folder), join(dist, folder), { recursive: true });
}
// The C++ of the Verilator harness, and the Python of the cocotb bridge and of the host driver without their tests.
const notShipped = /\/(__pycache__|(cocotb|host)\/tests)$/;
for (const folder of ["sim", "host"]) {
  cpSync(join(root, folder), join(dist, folder), {
    recursive: true,
    filter: (path) => extname(path) !== ".ts" && !notShipped.test(path),
  });
}

// The generators' parameters, in place of the reader of their sources, which needs the compiler.
writeFileSync(join(dist, "src/generate/generators.json"), `${JSON.stringify(readSources(), null, 1)}\n`);
for (const suffix of ["js", "js.map", "d.ts"]) rmSync(join(dist, `src/generate/read-sources.${suffix}`));

const { name, version, type } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as Record<
  string,
  string
>;
writeFileSync(join(dist, "package.json"), `${JSON.stringify({ name, version, type }, null, 2)}\n`);
