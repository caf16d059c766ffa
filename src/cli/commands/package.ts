import { Command } from "commander";
import { basename, join, resolve } from "node:path";
import { packageBuild, type PackageResult } from "../../implement/package/index.ts";
import { jsonOption, positiveInteger } from "../options.ts";
import type { Session } from "../session.ts";
import { table } from "../table.ts";

interface Flags {
  readonly out?: string;
  readonly vendor: string;
  readonly ipVersion: string;
  readonly frames: number;
  readonly images?: string;
}

export function packageCommand(session: Session): Command {
  return new Command("package")
    .description(
      "package an accelerator as an IP: IP-XACT for Vivado's IP repository, a FuseSoC core, a test bench",
    )
    .argument("<folder>", "a folder that build wrote")
    .option("--vendor <name>", "vendor in the IP's name", "sluice")
    .option("--ip-version <version>", "version in the IP's name", "1.0")
    .option("--frames <count>", "images that the test bench plays", positiveInteger, 8)
    .option("--images <file>", "file of these images (default: those that come with Sluice)")
    .option("--out <folder>", "output folder (default: build/ip/ and the build's name)")
    .addOption(jsonOption())
    .action(async (build: string, { out, ipVersion: version, ...flags }: Flags) => {
      session.progress.update(`packaging ${build}`);
      const result = await packageBuild({
        ...{ build, version, signal: session.signal, ...flags },
        out: out ?? join("build", "ip", basename(resolve(build))),
      });
      session.print(result, () => describe(result));
    });
}

function describe({ dir, vlnv, buses, source, files }: PackageResult): string {
  const { vendor, library, name, version } = vlnv;
  const core = [vendor, library, name, version].join(":");
  return [
    table(
      buses.map((bus) => [bus.name, bus.kind, bus.mode, Object.values(bus.ports).join(" ")]),
      ["interface", "kind", "side", "ports"],
    ),
    `${core}: ${files.length} files in ${dir}; the test bench plays ${source}`,
    `  Vivado: set_property ip_repo_paths {${resolve(dir)}} [current_project]; update_ip_catalog`,
    `  FuseSoC: fusesoc --cores-root ${dir} run --target sim ${core}`,
  ].join("\n");
}
