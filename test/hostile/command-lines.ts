import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { expect } from "vitest";
import { sluice } from "../../src/cli/run.fixture.ts";
import { rewrite, tinyBuild } from "../../src/implement/vivado/vivado.fixture.ts";
import { canary } from "./strings.ts";

/** A command line whose input is hostile, and the code of the error that it ends in. */
interface HostileCommand {
  readonly code: string;
  /** Makes the input in an empty folder; gives the arguments. */
  readonly args: (folder: string) => Promise<readonly string[]>;
}

const manifestOf = (build: string): string => join(build, "manifest.json");

async function edited(path: string, edit: (text: string) => string): Promise<void> {
  await writeFile(path, edit(await readFile(path, "utf8")));
}

export const hostileCommands: Readonly<Record<string, HostileCommand>> = {
  "RTL that runs a command": {
    code: "rtl-not-inert",
    args: async (folder) => {
      const build = await tinyBuild(folder);
      const edit = (text: string): string =>
        text.replace(/^endmodule/m, `initial $system("touch ${canary}");\nendmodule`);
      await rewrite(build, { file: "rtl/tiny.sv", edit });
      return ["verify", build, "--frames", "1", "--images", join(folder, "images")];
    },
  },
  "a top module that is RTL itself": {
    code: "top-invalid",
    args: async (folder) => {
      const build = await tinyBuild(folder);
      const top = `tiny u(); initial $system(\\"touch ${canary}\\"); tiny`;
      await edited(manifestOf(build), (text) => text.replace('"top": "tiny"', `"top": "${top}"`));
      return ["verify", build, "--frames", "1", "--images", join(folder, "images")];
    },
  },
  "a file name that is a command of Yosys": {
    code: "name-not-for-yosys",
    args: async (folder) => {
      await writeFile(join(folder, `a"\n!touch ${canary}\n".sv`), "module m; endmodule\n");
      return ["synth", folder];
    },
  },
  "a model that is a pipe": {
    code: "model-unreadable",
    args: (folder) => {
      execFileSync("mkfifo", [join(folder, "model.json")]);
      return Promise.resolve(["build", join(folder, "model.json"), "--out", join(folder, "out")]);
    },
  },
  "a model of numbers without end": {
    code: "model-not-json",
    args: async (folder) => {
      await writeFile(join(folder, "model.json"), `{"layers":[${"1,".repeat(5_000_000)}1]}`);
      return ["plan", join(folder, "model.json")];
    },
  },
  "a manifest whose files lie elsewhere": {
    code: "file-name-invalid",
    args: async (folder) => {
      const build = await tinyBuild(folder);
      await edited(manifestOf(build), (text) => text.replace('"rtl/tiny.sv"', '"rtl/../../../etc/passwd"'));
      return ["implement", build, "--ooc", "--out", join(folder, "run")];
    },
  },
  "a folding of keys that objects have": {
    code: "folding-unknown-layer",
    args: async (folder) => {
      const layers = '{"__proto__": {"pe": 1, "simd": 1}, "constructor": {"pe": 1, "simd": 1}}';
      await writeFile(
        join(folder, "fold.json"),
        `{"format": "sluice-folding", "version": 1, "layers": ${layers}}`,
      );
      return ["plan", "sfc", "--fold", join(folder, "fold.json")];
    },
  },
  "images that unpack without end": {
    code: "images-unreadable",
    args: async (folder) => {
      const zeros = gzipSync(new Uint8Array(2 ** 28), { level: 1 });
      await writeFile(join(folder, "images"), Buffer.concat([zeros, zeros, zeros]));
      return ["classify", "sfc", join(folder, "images")];
    },
  },
  "a picture that names files": {
    code: "picture-unreadable",
    args: async (folder) => {
      const svg = '<svg xmlns="http://www.w3.org/2000/svg"><image href="/etc/passwd"/></svg>';
      await writeFile(join(folder, "picture.png"), svg);
      return ["classify", "sfc", join(folder, "picture.png")];
    },
  },
  "a board with a pin that is a command": {
    code: "board-invalid",
    args: async (folder) => {
      await writeFile(join(folder, "board.json"), `{"name": "b", "part": "xc7 [exec touch ${canary}]"}`);
      return ["plan", "sfc", "--board", folder];
    },
  },
  "weights from a device": {
    code: "bad-parameter",
    args: async (folder) => {
      await symlink("/dev/zero", join(folder, "weights"));
      const parameters = [`weights=@${join(folder, "weights")}`, "thresholds=[1]", "pe=1", "simd=1"];
      const given = parameters.flatMap((parameter) => ["--param", parameter]);
      return ["generate", "mvtu", ...given, "--out", join(folder, "out")];
    },
  },
  "the description of a run that is none": {
    code: "run-invalid",
    args: async (folder) => {
      await writeFile(join(folder, "run.json"), `{"format": "sluice-implementation", "top": "[exec x]"}`);
      return ["implement", folder];
    },
  },
};

/** Runs a command line in a folder that stays empty; it ends in its error, and only in that. */
export async function runHostile(home: string, { code, args }: HostileCommand): Promise<void> {
  const folder = await mkdtemp(join(home, "input-"));
  const here = join(home, "here");
  await mkdir(here, { recursive: true });
  await writeFile(
    join(folder, "images"),
    Uint8Array.from([0, 0, 8, 2, 0, 0, 0, 1, 0, 0, 0, 16, ...Array<number>(16).fill(1)]),
  );
  const { exitCode, stdout } = await sluice([...(await args(folder)), "--json"], { cwd: here });
  const told = JSON.parse(stdout) as { readonly error: Readonly<Record<string, string | null>> };
  expect(told.error["code"], told.error["message"] ?? "").toBe(code);
  expect(told.error["where"] ?? told.error["hint"]).not.toBeNull();
  expect(exitCode).toBe(1);
  expect(await readdir(here)).toEqual([]);
  const left = await readdir(folder, { recursive: true });
  expect(left.filter((name) => name.includes(canary) && !name.includes("\n"))).toEqual([]);
  await rm(folder, { recursive: true });
}
