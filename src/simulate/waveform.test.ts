import { mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import {
  bits,
  bool,
  design,
  element,
  input,
  literal,
  loc,
  module,
  next,
  op,
  output,
  ref,
  reg,
  set,
  sint,
  uint,
  vec,
  when,
} from "./ir.test-helper.ts";
import { createNativeSimulator } from "./native.ts";
import type { Design, EnumType } from "../ir/index.ts";

const state: EnumType = { kind: "enum", name: "State", labels: ["IDLE", "RUN"] };

/** Runs while `go`: counts up and down, and keeps the last count. Half of it sits in an instance. */
function example(): Design {
  const go = ref("go", bool);
  const [s, up, down, last, wide] = [
    ref("s", state),
    ref("up", uint(8)),
    ref("down", sint(8)),
    ref("last", vec(2, uint(8))),
    ref("wide", bits(40)),
  ];
  const inner = module({
    name: "inner",
    ports: [input("go", bool), output("wide", wide.type)],
    regs: [reg("r", wide.type, 0xff)],
    body: [
      when(go, [
        next(ref("r", wide.type), {
          kind: "shift",
          op: "shl",
          type: wide.type,
          arg: ref("r", wide.type),
          amount: literal(uint(3), 4),
        }),
      ]),
      set(wide, ref("r", wide.type)),
    ],
  });
  const top = module({
    ports: [input("go", bool), output("up", up.type), output("wide", wide.type)],
    regs: [reg("s", state, 0), reg("count", up.type, 0), reg("down", down.type, 0), reg("last", last.type)],
    instances: [{ name: "u", module: "inner", clocks: { clk: "clk", rst: "rst" }, loc }],
    body: [
      next(s, literal(state, 0)),
      when(go, [
        next(s, literal(state, 1)),
        next(ref("count", up.type), op("add", ref("count", up.type), literal(up.type, 1))),
        next(down, op("sub", down, literal(down.type, 1))),
        next(element(last, 1), ref("count", up.type)),
      ]),
      set(up, ref("count", up.type)),
      set(ref("go", bool, "u"), go),
      set(wide, ref("wide", wide.type, "u")),
    ],
  });
  return design(top, { inner });
}

function drive(simulator: ReturnType<typeof createNativeSimulator>): void {
  simulator.reset();
  for (const go of [0, 1, 1, 1, 0, 1, 0]) {
    simulator.poke("go", Uint32Array.of(go));
    simulator.step();
  }
}

it("draws levels and values under a ruler of ticks", () => {
  const simulator = createNativeSimulator(example());
  simulator.watch(["rst", "go", "s", "up", "down", "last", "u.r"]);
  drive(simulator);
  expect(simulator.waveform()).toMatchInlineSnapshot(`
    "tick  0          1      2 3 4          5          6     7    8
    rst   ▔▔▔▔▔▔▔▔▔▔▔▔▔▔▔▔▔▔▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁
    go    ▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▔▔▔▔▔▔▔▔▔▔▔▔▔▔▔▔▔▔▔▔▔▔▔▔▁▁▁▁▁▁▔▔▔▔▔▁▁▁▁▁▁▁▁▁▁▁
    s     │IDLE                 │RUN                        │IDLE│RUN       │
    up    │0                    │1         │2         │3         │4         │
    down  │0                    │-1        │-2        │-3        │-4        │
    last  │[0 0]                           │[0 1]     │[0 2]     │[0 3]     │
    u.r   │0000000000│00000000ff│0000000ff0│000000ff00│00000ff000│0000ff0000│"
  `);
  expect(simulator.waveform({ signals: ["go", "up"], from: 3, to: 7 })).toMatchInlineSnapshot(`
    "tick  3 4 5 6
    go    ▔▔▔▔▔▔▁▁
    up    │0│1│2│3│"
  `);
  expect(() => simulator.waveform({ signals: ["u.go"] })).toThrow("u.go was not watched");
});

it("watches the ports of the top where nothing else is asked for", () => {
  const simulator = createNativeSimulator(example());
  expect(() => simulator.waveform()).toThrow("no signals were watched");
  simulator.watch();
  simulator.step();
  expect(simulator.waveform()).toMatchInlineSnapshot(`
    "tick  0
    rst   ▁▁▁▁▁▁▁▁▁▁▁
    go    ▁▁▁▁▁▁▁▁▁▁▁
    up    │0         │
    wide  │0000000000│"
  `);
});

it("writes all signals of the hierarchy as a value change dump", () => {
  const folder = mkdtempSync(join(tmpdir(), "sluice-"));
  try {
    const trace = join(folder, "wave.vcd");
    const simulator = createNativeSimulator(example(), { trace });
    drive(simulator);
    expect(readdirSync(folder)).toEqual(["wave.vcd.partial"]);
    simulator.close();
    expect(readdirSync(folder)).toEqual(["wave.vcd"]);
    expect(readFileSync(trace, "utf8")).toMatchInlineSnapshot(`
      "$version Sluice native simulator $end
      $timescale 1ns $end
      $scope module top $end
      $var wire 1 ! rst $end
      $var wire 1 " go $end
      $var wire 8 # up [7:0] $end
      $var wire 40 $ wide [39:0] $end
      $var wire 1 % clk $end
      $var string 1 & s $end
      $var wire 8 ' count [7:0] $end
      $var wire 8 ( down [7:0] $end
      $var wire 8 ) last[0] [7:0] $end
      $var wire 8 * last[1] [7:0] $end
      $scope module u $end
      $var wire 1 + go $end
      $var wire 40 , wide [39:0] $end
      $var wire 1 - rst $end
      $var wire 1 . clk $end
      $var wire 40 / r [39:0] $end
      $upscope $end
      $upscope $end
      $enddefinitions $end
      #0
      $dumpvars
      0%
      0.
      1!
      0"
      b0 #
      b0 $
      sIDLE &
      b0 '
      b0 (
      b0 )
      b0 *
      0+
      b0 ,
      1-
      b0 /
      $end
      #10
      1%
      1.
      b11111111 $
      b11111111 ,
      b11111111 /
      #15
      0%
      0.
      #20
      1%
      1.
      0!
      0-
      #25
      0%
      0.
      #30
      1%
      1.
      1"
      1+
      #35
      0%
      0.
      #40
      1%
      1.
      b1 #
      b111111110000 $
      sRUN &
      b1 '
      b11111111 (
      b111111110000 ,
      b111111110000 /
      #45
      0%
      0.
      #50
      1%
      1.
      b10 #
      b1111111100000000 $
      b10 '
      b11111110 (
      b1 *
      b1111111100000000 ,
      b1111111100000000 /
      #55
      0%
      0.
      #60
      1%
      1.
      0"
      b11 #
      b11111111000000000000 $
      b11 '
      b11111101 (
      b10 *
      0+
      b11111111000000000000 ,
      b11111111000000000000 /
      #65
      0%
      0.
      #70
      1%
      1.
      1"
      sIDLE &
      1+
      #75
      0%
      0.
      #80
      1%
      1.
      0"
      b100 #
      b111111110000000000000000 $
      sRUN &
      b100 '
      b11111100 (
      b11 *
      0+
      b111111110000000000000000 ,
      b111111110000000000000000 /
      #85
      0%
      0.
      #90
      1%
      1.
      sIDLE &
      #100
      "
    `);
  } finally {
    rmSync(folder, { recursive: true });
  }
  expect(() => createNativeSimulator(example(), { trace: join(folder, "gone", "wave.vcd") })).toThrow(
    "the waveform file cannot be written",
  );
});
