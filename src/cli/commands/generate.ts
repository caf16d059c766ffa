import { Command } from "commander";
import { join } from "node:path";
import { SluiceError } from "../../error.ts";
import {
  findGenerator,
  generateComponent,
  loadCatalog,
  parameterLines,
  type Generator,
} from "../../generate/index.ts";
import { jsonOption } from "../options.ts";
import type { Session } from "../session.ts";
import { table } from "../table.ts";

interface Flags {
  readonly param: readonly string[];
  readonly out?: string;
  readonly list?: true;
}

const append = (text: string, before: readonly string[]): readonly string[] => [...before, text];

export function generateCommand(session: Session): Command {
  return new Command("generate")
    .description("write the SystemVerilog of a single component")
    .argument("[generator]", "which one; --list names them all")
    .option("--param <name=value>", "a parameter of the generator; repeat for each", append, [])
    .option("--out <folder>", "output folder (default: build/ and the generator's name)")
    .option("--list", "list the generators, or the parameters of one")
    .addOption(jsonOption())
    .action(async (generator: string | undefined, flags: Flags) => {
      session.progress.update("reading the generators");
      if (flags.list === true) await list(session, generator);
      else await generate(session, generator, flags);
    });
}

async function list(session: Session, name: string | undefined): Promise<void> {
  const catalog = await loadCatalog();
  if (name === undefined) {
    session.print({ generators: catalog }, () =>
      table(
        catalog.map((generator) => [generator.name, `rtl/${generator.group}`, summary(generator)]),
        ["generator", "in", "what it is"],
      ),
    );
  } else {
    const generator = findGenerator(catalog, name);
    session.print(generator, () => `${generator.doc}\n\n${parameterLines(generator).join("\n")}`);
  }
}

async function generate(session: Session, generator: string | undefined, flags: Flags): Promise<void> {
  if (generator === undefined) {
    throw new SluiceError("missing-argument", "which generator?", {
      hint: "sluice generate --list names them all",
    });
  }
  const out = flags.out ?? join("build", generator);
  const result = await generateComponent({ generator, parameters: flags.param, out });
  session.print(result, () =>
    [`${result.top} in ${result.dir}:`, ...result.files.map((file) => `  ${file}`)].join("\n"),
  );
}

/** The first sentence of its description. */
function summary({ doc }: Generator): string {
  return /^.*?[.:;](?=\s|$)/s.exec(doc)?.[0].replace(/[:;]$/, ".") ?? doc;
}
