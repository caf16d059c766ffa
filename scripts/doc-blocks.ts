import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { elaborate, type Hardware } from "../src/hdl/index.ts";
import { emit } from "../src/emit/index.ts";

const root = new URL("../", import.meta.url);
const block = /<!-- (file|rtl): ([^\s]+)(?: (\w+) (\{.*\}))? -->\n\n```(\w+)\n[^]*?```/g;

/**
 * A Markdown page with its marked code blocks filled in: `<!-- file: PATH -->` with that file,
 * `<!-- rtl: PATH COMPONENT PARAMS -->` with the RTL of a component exported there.
 */
export async function fillBlocks(text: string): Promise<string> {
  let filled = text;
  for (const [whole, what, path = "", name = "", params = "{}", language] of text.matchAll(block)) {
    const content =
      what === "file"
        ? readFileSync(new URL(path, root), "utf8")
        : await rtlOf(path, name, JSON.parse(params));
    const marker = whole.slice(0, whole.indexOf("\n"));
    filled = filled.replace(
      whole,
      () => `${marker}\n\n\`\`\`${language ?? ""}\n${content.trimEnd()}\n\`\`\``,
    );
  }
  return filled;
}

async function rtlOf(path: string, name: string, params: unknown): Promise<string> {
  const module = (await import(new URL(path, root).href)) as Record<
    string,
    ((params: unknown) => Hardware) | undefined
  >;
  const make = module[name];
  if (make === undefined) throw new Error(`${path} exports no ${name}`);
  const { top, files } = emit(elaborate(make(params)));
  return files.find((file) => file.name === `${top}.sv`)?.text ?? "";
}

/** The pages that have such blocks. */
export const pages = ["README.md", "docs/tutorial.md", "docs/cocotb.md"].map((page) =>
  fileURLToPath(new URL(page, root)),
);
