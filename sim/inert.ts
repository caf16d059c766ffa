import { SluiceError } from "../src/error.ts";
import { compiledFiles, type SourceFile } from "./sources.ts";

function words(text: string): ReadonlySet<string> {
  return new Set(text.trim().split(/\s+/));
}

/** System functions and tasks that compute, load a memory, or print. */
const harmlessTasks = words(`
  $bits $changed $clog2 $countones $display $error $fatal $fell $info $isunknown $onehot $onehot0 $past $readmemb
  $readmemh $realtime $rose $signed $stable $time $unsigned $warning
`);

const harmlessDirectives = words("`default_nettype `else `elsif `endif `ifdef `ifndef `resetall `timescale");

/** What a simulator would obey beyond hardware; a backslash begins an escaped identifier, which could hide any of it. */
const suspects = /\$\w+|`\w*|\b(?:import|export)\b|\\/g;

/**
 * Checks that RTL from outside does nothing but compute: simulating it must not run commands, write files or bring C++
 * along, as `$system`, `$fopen`, DPI and Verilator's `$c` and `` `systemc_header `` would.
 *
 * @throws SluiceError `rtl-not-inert`.
 */
export function checkInert(files: readonly SourceFile[], folder: string): void {
  for (const { name, text } of compiledFiles(files)) {
    for (const [found] of codeOf(text).matchAll(suspects)) {
      if (harmlessTasks.has(found) || harmlessDirectives.has(found)) continue;
      throw new SluiceError("rtl-not-inert", `${name} has ${found}, which no RTL of Sluice's has`, {
        where: folder,
        hint: "RTL of a build is simulated only where it can neither run commands nor write files; build again",
      });
    }
  }
}

/** A text without what is in its comments and strings. In one pass: a pattern would look for each end from each begin. */
function codeOf(text: string): string {
  const parts: string[] = [];
  const begin = /"|\/\/|\/\*/g;
  let at = 0;
  for (let found = begin.exec(text); found !== null; found = begin.exec(text)) {
    parts.push(text.slice(at, found.index), " ");
    at = endOf(text, found[0], begin.lastIndex);
    begin.lastIndex = at;
  }
  return [...parts, text.slice(at)].join("");
}

/** Behind a comment or string whose content begins at `from`. */
function endOf(text: string, begin: string, from: number): number {
  const end = { '"': /(?<!\\)(?:\\\\)*"/g, "//": /\n|$/g, "/*": /\*\//g }[begin] ?? /$/g;
  end.lastIndex = from;
  const found = end.exec(text);
  return found === null ? text.length : end.lastIndex;
}
