/**
 * Gets a machine ready: Debian packages, npm packages (Node itself among them), and for tests Python environments with
 * cocotb, FuseSoC and Snakemake. Runs on whatever Node the machine has, before anything is installed, so it is plain
 * JavaScript without dependencies. Quick when nothing is to do.
 * Everything it prints goes to stderr: stdout belongs to what runs next.
 *
 *     node scripts/setup.mjs start    what `npm start` needs
 *     node scripts/setup.mjs test     what the fast tests need
 *     node scripts/setup.mjs full     what all tests need: Slurm and Snakemake too, 13 and 150 MB
 */
import { spawnSync } from "node:child_process";
import { accessSync, constants, existsSync, readFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));

/** How to see that a Debian package is there: a command on the PATH, a file, or what Python can do. */
const packages = [
  { name: "verilator", command: "verilator", for: ["start", "test"] },
  { name: "g++", command: "g++", for: ["start", "test"] },
  { name: "clang", command: "clang++", for: ["start", "test"] },
  { name: "zlib1g-dev", file: "/usr/include/zlib.h", for: ["test"] },
  { name: "make", command: "make", for: ["test"] },
  { name: "iverilog", command: "iverilog", for: ["test"] },
  { name: "yosys", command: "yosys", for: ["test"] },
  { name: "z3", command: "z3", for: ["test"] },
  { name: "tcl", command: "tclsh", for: ["test"] },
  // FST files: vcd2fst writes them for the native simulator, fst2vcd reads them back in tests.
  { name: "gtkwave", command: "vcd2fst", for: ["test"] },
  { name: "chromium", command: "chromium", for: ["test"] },
  { name: "python3", command: "python3", for: ["test"] },
  { name: "python3-venv", python: "import ensurepip, venv", for: ["test"] },
  // The shared library of Python, which cocotb loads into simulators.
  {
    name: "libpython3-dev",
    python: "import ctypes, sysconfig; ctypes.CDLL(sysconfig.get_config_var('INSTSONAME'))",
    for: ["test"],
  },
  // Its daemons start as root: without, the test that takes them says that it is left out.
  ...(process.getuid?.() === 0 ? [{ name: "slurm-wlm", command: "slurmctld", for: ["full"] }] : []),
];

/** What is installed for each goal. */
const goals = { start: ["start"], test: ["test"], full: ["test", "full"] };

class SetupError extends Error {}

try {
  main(process.argv[2]);
} catch (error) {
  if (!(error instanceof SetupError)) throw error;
  process.stderr.write(`sluice: ${error.message}\n`);
  process.exitCode = 1;
}

function main(goal) {
  if (!Object.hasOwn(goals, goal ?? "")) {
    throw new SetupError(`usage: node scripts/setup.mjs ${Object.keys(goals).join("|")}`);
  }
  const needed = packages.filter((p) => p.for.some((use) => goals[goal].includes(use)));
  installDebianPackages(needed.filter((p) => !isThere(p)).map((p) => p.name));
  if (!npmPackagesAreThere()) installNpmPackages();
  if (goal === "start") return;
  makePythonEnvironment("tests of packages", join(root, "src/implement/package/requirements.txt"));
  makePythonEnvironment("cocotb tests");
  if (goal === "full")
    makePythonEnvironment("tests of sweeps", join(root, "src/implement/sweep/requirements.txt"));
}

function installDebianPackages(missing) {
  if (missing.length === 0) return;
  const list = missing.join(" ");
  const command = `apt-get update && apt-get install -y --no-install-recommends ${list}`;
  if (!onPath("apt-get") || process.platform !== "linux") {
    throw new SetupError(`these have to be installed first (named as Debian does): ${list}`);
  }
  if (process.getuid() !== 0) throw new SetupError(`please run this once:\n  sudo sh -c '${command}'`);
  say(`installing Debian packages: ${list}`);
  run("sh", ["-c", command], { DEBIAN_FRONTEND: "noninteractive" });
}

function installNpmPackages() {
  say("installing npm packages, Node 24 among them");
  // Without warnings: the machine's own Node is older than what the packages ask for, but they run on Node 24.
  run("npm", ["ci", "--no-audit", "--no-fund", "--loglevel=error"], {});
  if (!npmPackagesAreThere()) throw new SetupError("npm ci ended well but left packages out");
}

/** Compares the lock file with npm's own record of what it installed. */
function npmPackagesAreThere() {
  const record = join(root, "node_modules/.package-lock.json");
  if (!existsSync(record) || !existsSync(join(root, "node_modules/.bin/node"))) return false;
  const wanted = lockedPackages(join(root, "package-lock.json"));
  const installed = lockedPackages(record);
  // npm leaves out optional packages that are for other machines.
  return Object.entries(wanted).every(
    ([path, { version, optional }]) => path === "" || optional || installed[path]?.version === version,
  );
}

/** Does nothing where it is there; see `sim/cocotb/environment.py`. */
function makePythonEnvironment(purpose, ...requirements) {
  const cache = process.env.SLUICE_CACHE || join(root, ".cache/verilator");
  const script = join(root, "sim/cocotb/environment.py");
  const { status } = spawnSync("python3", [script, cache, ...requirements], {
    cwd: root,
    stdio: ["ignore", "ignore", 2],
  });
  if (status !== 0) throw new SetupError(`there is no Python environment for the ${purpose}`);
}

function lockedPackages(file) {
  return JSON.parse(readFileSync(file, "utf8")).packages;
}

function isThere({ command, file, python }) {
  if (python !== undefined) return spawnSync("python3", ["-c", python]).status === 0;
  return file === undefined ? onPath(command) : existsSync(file);
}

function onPath(command) {
  return (process.env.PATH ?? "").split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, command), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

/** Runs a command to its end, showing what it prints. */
function run(command, args, environment) {
  const started = Date.now();
  const { status, error } = spawnSync(command, args, {
    cwd: root,
    env: { ...process.env, ...environment },
    stdio: ["ignore", 2, 2],
  });
  if (error !== undefined) throw new SetupError(`${command} could not be started: ${error.message}`);
  if (status !== 0) throw new SetupError(`${[command, ...args].join(" ")} failed`);
  say(`done in ${((Date.now() - started) / 1000).toFixed(1)} s`);
}

function say(text) {
  process.stderr.write(`sluice: ${text}\n`);
}
