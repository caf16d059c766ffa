import { join } from "node:path";
import { checkSources, type SourceFile } from "../../sim/sources.ts";
import { SluiceError } from "../error.ts";
import { fileLimits, readLooseText } from "../files.ts";
import { changedFiles, type Manifest } from "../flow/manifest.ts";

/**
 * The SystemVerilog and the memory files of a build, by their names in its folder `rtl`, without the source maps.
 *
 * @throws SluiceErrors `build-changed`, `top-invalid`, `memory-file-missing`, `file-name-invalid`.
 */
export function rtlOfBuild(build: string, manifest: Manifest): readonly SourceFile[] {
  const changed = changedFiles(build, manifest);
  if (changed.length > 0) {
    throw new SluiceError("build-changed", `files are not as the build wrote them: ${changed.join(", ")}`, {
      where: build,
      hint: "build again",
    });
  }
  if (!/^[A-Za-z_]\w*$/.test(manifest.top)) {
    throw new SluiceError("top-invalid", `no module can be called ${manifest.top}`, { where: build });
  }
  const names = Object.keys(manifest.files)
    .filter((name) => name.startsWith("rtl/") && !name.endsWith(".map"))
    .sort();
  const files = names.map((name) => ({
    name: name.slice("rtl/".length),
    text: readLooseText(join(build, name), fileLimits.text),
  }));
  checkSources(files);
  return files;
}
