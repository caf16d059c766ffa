import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { bundledImages } from "../flow/index.ts";
import { sluice } from "./run.fixture.ts";

let folder: string;
let plainFile: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "sluice-cli-"));
  plainFile = join(folder, "plain-file");
  await writeFile(plainFile, "{");
});

afterAll(async () => {
  await rm(folder, { recursive: true });
});

interface Mistake {
  readonly args: readonly string[];
  readonly code: string;
  readonly message: RegExp;
  readonly hint: RegExp;
  readonly env?: Readonly<Record<string, string>>;
}

const mistakes: Readonly<Record<string, () => Mistake>> = {
  "an unknown command": () => ({
    args: ["biuld", "sfc"],
    code: "unknown-command",
    message: /unknown command 'biuld'/,
    hint: /Did you mean build\?/,
  }),
  "an unknown option": () => ({
    args: ["build", "sfc", "--bord", "zc706"],
    code: "unknown-option",
    message: /unknown option '--bord'/,
    hint: /Did you mean --board\?/,
  }),
  "a missing argument": () => ({
    args: ["build"],
    code: "missing-argument",
    message: /missing required argument 'model'/,
    hint: /--help/,
  }),
  "a clock that is none": () => ({
    args: ["build", "sfc", "--clock", "fast"],
    code: "invalid-argument",
    message: /--clock.*number above 0/,
    hint: /--help/,
  }),
  "an unknown simulator": () => ({
    args: ["verify", "sfc", "--simulator", "modelsim"],
    code: "invalid-argument",
    message: /Allowed choices are verilator, native/,
    hint: /--help/,
  }),
  "an unknown board": () => ({
    args: ["build", "sfc", "--board", "zc707", "--out", join(folder, "out")],
    code: "unknown-board",
    message: /no board "zc707"/,
    hint: /zc706/,
  }),
  "an unknown model": () => ({
    args: ["build", "resnet", "--out", join(folder, "out")],
    code: "unknown-model",
    message: /no model "resnet"/,
    hint: /lfc, sfc/,
  }),
  "a broken model file": () => ({
    args: ["build", plainFile, "--out", join(folder, "out")],
    code: "model-truncated",
    message: /model file ends too early/,
    hint: /./,
  }),
  "an output folder that cannot be made": () => ({
    args: ["build", "sfc", "--cycles", "1000", "--out", join(plainFile, "out")],
    code: "output-not-writable",
    message: /cannot write the output folder/,
    hint: /--out/,
  }),
  "an output folder with other files": () => ({
    args: ["build", "sfc", "--cycles", "1000", "--out", folder],
    code: "output-not-ours",
    message: /holds other files/,
    hint: /empty/,
  }),
  "a folder that is no build": () => ({
    args: ["verify", folder],
    code: "not-a-build",
    message: /no manifest\.json/,
    hint: /sluice build/,
  }),
  "a build option for what is built": () => ({
    args: ["verify", folder, "--fold", "max"],
    code: "option-without-effect",
    message: /--fold/,
    hint: /leave the option out/,
  }),
  "a rate that no folding has": () => ({
    args: ["plan", "random:cnv", "--fps", "1e9"],
    code: "goal-out-of-reach",
    message: /layer conv0 takes 512 cycles per frame at its fastest/,
    hint: /--cycles 512 \(--fps 390625\)/,
  }),
  "a rate that does not fit": () => ({
    args: ["plan", "lfc", "--cycles", "8", "--budget", "lut=30"],
    code: "over-budget",
    message: /at 8 cycles per frame: it takes [\d,]+ LUTs of 65,580 that may be used/,
    hint: /the fastest that fits is --cycles \d+/,
  }),
  "a budget of nothing": () => ({
    args: ["plan", "sfc", "--budget", "0"],
    code: "over-budget",
    message: /at any folding: it takes [\d,]+ LUTs of 0 that may be used/,
    hint: /--budget/,
  }),
  "a budget that is none": () => ({
    args: ["plan", "sfc", "--budget", "lut=half"],
    code: "invalid-argument",
    message: /--budget.*percents, like 50/,
    hint: /--help/,
  }),
  "two goals": () => ({
    args: ["plan", "sfc", "--fps", "9000", "--cycles", "1000"],
    code: "goals-contradict",
    message: /--fps and --cycles both say how fast/,
    hint: /one of them/,
  }),
  "a missing tool": () => ({
    args: ["verify", "sfc", "--cycles", "1000", "--frames", "1", "--out", join(folder, "no-tool")],
    code: "tool-missing",
    message: /verilator is not on the PATH/,
    hint: /apt-get install verilator/,
    env: { PATH: folder },
  }),
  "images of another size than the network's": () => ({
    args: ["classify", "random:cnv", bundledImages.images],
    code: "images-shape",
    message: /the images are 28 x 28, the network cnv-random takes 32 x 32 x 3/,
    hint: /give images of 32 x 32 x 3/,
  }),
  "a picture that is none": () => ({
    args: ["classify", "sfc", plainFile],
    code: "picture-unreadable",
    message: /picture cannot be read/,
    hint: /PNG, JPEG/,
  }),
  "a picture that is not there": () => ({
    args: ["classify", "sfc", join(folder, "absent.png")],
    code: "images-unreadable",
    message: /no such file/,
    hint: /path/,
  }),
  "a picture for an unknown model": () => ({
    args: ["classify", "resnet", plainFile],
    code: "unknown-model",
    message: /no model "resnet"/,
    hint: /lfc, sfc/,
  }),
  "a folding for the reference": () => ({
    args: ["classify", "sfc", plainFile, "--fold", "max"],
    code: "option-without-effect",
    message: /--fold/,
    hint: /--simulator/,
  }),
  "no generator": () => ({
    args: ["generate"],
    code: "missing-argument",
    message: /which generator/,
    hint: /--list/,
  }),
  "a parameter out of range": () => ({
    args: ["generate", "fifo", "--param", "kind=bits8", "--param", "depth=0"],
    code: "bad-parameter",
    message: /depth cannot be 0/,
    hint: /from 1 to/,
  }),
};

describe.concurrent("one clear message, and nothing else, for", () => {
  test.for(Object.entries(mistakes))("%s", async ([, mistake]) => {
    const { args, code, message, hint, env = {} } = mistake();
    const people = await sluice(args, { env });
    expect(people.exitCode).toBe(1);
    expect(people.stdout).toBe("");
    expect(people.errors.split("\n")[0]).toMatch(message);
    expect(people.errors).toMatch(new RegExp(`^ {2}hint: [^]*${hint.source}`, "m"));
    expect(people.errors).not.toMatch(/^ +at .*:\d+:\d+\)?$/m);

    const machine = await sluice([...args, "--json"], { env });
    expect(machine.exitCode).toBe(1);
    expect(machine.errors).toBe("");
    const { error } = JSON.parse(machine.stdout) as { error: Record<string, string | null> };
    expect(Object.keys(error)).toEqual(["code", "message", "where", "hint"]);
    expect(error["code"]).toBe(code);
    expect(error["message"]).toMatch(message);
    expect(error["hint"]).toMatch(hint);
  });
});

test("nothing was written by any of them", async () => {
  expect((await readdir(folder)).filter((name) => name !== "no-tool")).toEqual(["plain-file"]);
});

test("SLUICE_DEBUG=1 adds the stack", async () => {
  const { errors } = await sluice(["build", "resnet"], { env: { SLUICE_DEBUG: "1" } });
  expect(errors).toMatch(/no model "resnet"[^]*\n +at .*model\.ts:\d+:\d+/);
});
