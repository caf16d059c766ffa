import type { ClockDomain, Module, Port, StreamPort } from "../src/ir/index.ts";
import type { TestDesign } from "./sources.ts";

/** Hand-written designs for the tests of this folder, which do not depend on the emitter. */

const loc = { file: "designs.fixture.ts", line: 1, column: 1 };

const clk: ClockDomain = {
  name: "clk",
  clock: "clk",
  reset: "rst",
  resetKind: "sync",
  resetActive: "high",
};

interface Interface {
  readonly name: string;
  readonly domains?: readonly ClockDomain[];
  /** Width of each data port by name; an output's name starts with `>`. */
  readonly ports?: Readonly<Record<string, number>>;
  /** `> y` style as above; payload fields and their widths; `""` for a scalar. */
  readonly streams?: Readonly<
    Record<string, { readonly payload: Readonly<Record<string, number>>; readonly domain?: string }>
  >;
}

/** A top module with ports and streams but no body: all that a simulator of emitted text needs. */
export function interfaceOf({ name, domains = [clk], ports = {}, streams = {} }: Interface): Module {
  const first = domains[0]?.name;
  const port = (
    key: string,
    width: number,
    role: Port["role"] = "data",
    domain: string | undefined = first,
  ): Port => ({
    name: key.replace(">", ""),
    direction: key.startsWith(">") ? "out" : "in",
    type: width === 1 ? { kind: "bool" } : { kind: "bits", width },
    domain: role === "data" ? domain : undefined,
    role,
    loc,
  });
  const streamPorts: StreamPort[] = [];
  const all: Port[] = domains.flatMap(({ clock, reset }) => [
    port(clock, 1, "clock"),
    ...(reset === undefined ? [] : [port(reset, 1, "reset")]),
  ]);
  all.push(...Object.entries(ports).map(([key, width]) => port(key, width)));
  for (const [key, { payload, domain = first ?? "" }] of Object.entries(streams)) {
    const source = key.startsWith(">");
    const stream = key.replace(">", "");
    const forward = source ? ">" : "";
    const backward = source ? "" : ">";
    all.push(port(`${forward}${stream}_valid`, 1, "data", domain));
    all.push(port(`${backward}${stream}_ready`, 1, "data", domain));
    const leaves = Object.entries(payload).map(([field, width]) => {
      const leaf = field === "" ? `${stream}_payload` : `${stream}_payload_${field}`;
      all.push(port(`${forward}${leaf}`, width, "data", domain));
      return { path: field === "" ? [] : [field], port: leaf };
    });
    streamPorts.push({
      name: stream,
      direction: source ? "source" : "sink",
      valid: `${stream}_valid`,
      ready: `${stream}_ready`,
      payload: leaves,
      domain,
    });
  }
  return {
    name,
    loc,
    domains,
    ports: all,
    streams: streamPorts,
    wires: [],
    regs: [],
    memories: [],
    instances: [],
    enums: [],
    body: [],
    external: undefined,
  };
}

/** A FIFO of four beats that passes its payload on; stops with an assertion at the beat `poison`, if given. */
export function fifo(width: number, poison?: number): TestDesign {
  const top = interfaceOf({
    name: "fifo",
    streams: { x: { payload: { "": width } }, ">y": { payload: { "": width } } },
  });
  const msb = String(width - 1);
  const check =
    poison === undefined
      ? ""
      : `
      if (x_valid && x_ready) assert (x_payload != ${String(width)}'d${String(poison)}) else $error("poison taken");`;
  const text = `module fifo (
    input  logic clk,
    input  logic rst,
    input  logic x_valid,
    output logic x_ready,
    input  logic [${msb}:0] x_payload,
    output logic y_valid,
    input  logic y_ready,
    output logic [${msb}:0] y_payload
);
  logic [${msb}:0] store [0:3];
  logic [1:0] wp;
  logic [1:0] rp;
  logic [2:0] level;
  logic push;
  logic pop;
  assign x_ready = level != 3'd4;
  assign y_valid = level != 3'd0;
  assign y_payload = store[rp];
  assign push = x_valid && x_ready;
  assign pop = y_valid && y_ready;
  always_ff @(posedge clk) begin
    if (push) store[wp] <= x_payload;
    if (rst) begin
      wp <= 2'd0;
      rp <= 2'd0;
      level <= 3'd0;
    end else begin
      if (push) wp <= wp + 2'd1;
      if (pop) rp <= rp + 2'd1;
      level <= level + {2'b00, push} - {2'b00, pop};${check}
    end
  end
endmodule
`;
  return { top, files: [{ name: "fifo.sv", text }] };
}

/** A register slice at half rate on a struct of three fields, which it inverts, one, and passes on, two. */
export const fields: TestDesign = {
  top: interfaceOf({
    name: "fields",
    streams: {
      x: { payload: { tag: 3, wide: 70, word: 33 } },
      ">y": { payload: { tag: 3, wide: 70, word: 33 } },
    },
  }),
  files: [
    {
      name: "fields.sv",
      text: `module fields (
    input  logic clk,
    input  logic rst,
    input  logic x_valid,
    output logic x_ready,
    input  logic [2:0] x_payload_tag,
    input  logic [69:0] x_payload_wide,
    input  logic [32:0] x_payload_word,
    output logic y_valid,
    input  logic y_ready,
    output logic [2:0] y_payload_tag,
    output logic [69:0] y_payload_wide,
    output logic [32:0] y_payload_word
);
  assign x_ready = !y_valid;
  always_ff @(posedge clk) begin
    if (rst) y_valid <= 1'b0;
    else if (x_valid && x_ready) y_valid <= 1'b1;
    else if (y_ready) y_valid <= 1'b0;
    if (x_valid && x_ready) begin
      y_payload_tag <= ~x_payload_tag;
      y_payload_wide <= x_payload_wide;
      y_payload_word <= x_payload_word;
    end
  end
endmodule
`,
    },
  ],
};

/** A counter in each of two domains, the second with an asynchronous reset, active low; a bit of the first is seen from the second. */
export const clocks: TestDesign = {
  top: interfaceOf({
    name: "clocks",
    domains: [
      clk,
      { name: "slow", clock: "slow_clk", reset: "slow_rst_n", resetKind: "async", resetActive: "low" },
    ],
    ports: { step: 8, ">fast": 8, ">slow": 8, ">seen": 8 },
  }),
  files: [
    {
      name: "clocks.sv",
      text: `module clocks (
    input  logic clk,
    input  logic rst,
    input  logic slow_clk,
    input  logic slow_rst_n,
    input  logic [7:0] step,
    output logic [7:0] fast,
    output logic [7:0] slow,
    output logic [7:0] seen
);
  always_ff @(posedge clk)
    if (rst) fast <= 8'd0;
    else fast <= fast + step;
  always_ff @(posedge slow_clk or negedge slow_rst_n)
    if (!slow_rst_n) begin
      slow <= 8'd100;
      seen <= 8'd0;
    end else begin
      slow <= slow + 8'd1;
      seen <= fast;
    end
endmodule
`,
    },
  ],
};

/** A ROM of 40-bit words behind an address, with names that C++ and Verilator have to write differently. */
export const rom: TestDesign = {
  top: interfaceOf({ name: "rom", ports: { double: 3, ">a__b": 40, ">ones": 6 } }),
  files: [
    {
      name: "rom.sv",
      text: `module rom (
    input  logic clk,
    input  logic rst,
    input  logic [2:0] double,
    output logic [39:0] a__b,
    output logic [5:0] ones
);
  logic [39:0] words [0:7];
  initial $readmemh("rom.mem", words);
  always_ff @(posedge clk) if (!rst) a__b <= words[double];
  assign ones = 6'($countones(a__b));
endmodule
`,
    },
    { name: "rom.mem", text: "0\n1\nff00000001\ndeadbeef55\n4\n5\n6\nffffffffff\n" },
  ],
};
