/** A stream of the accelerator as a test bench drives or watches it. */
export interface BenchStream {
  readonly valid: string;
  readonly ready: string;
  /** What a beat consists of, the highest bits first. */
  readonly payload: readonly { readonly name: string; readonly width: number }[];
  /** The beats of all frames. */
  readonly words: readonly bigint[];
}

/** What a test bench plays, and what has to come out. */
export interface Testbench {
  /** The module that is tested. */
  readonly top: string;
  readonly clock: string;
  readonly reset: string;
  readonly resetActiveLow: boolean;
  readonly input: BenchStream;
  readonly output: BenchStream;
  /** What the frames are: `8 images of the test set`. */
  readonly source: string;
  readonly frames: number;
  /** Tick of each output beat where nothing stalls, from the first input beat on; undefined where it is not predicted. */
  readonly ticks: readonly number[] | undefined;
  /** An upper bound of the cycles that one frame takes. */
  readonly frameCycles: number;
  /** The register that starts the accelerator, where it has one. */
  readonly control: Control | undefined;
}

/** AXI4-Lite, with what is written at the start. */
export interface Control {
  readonly prefix: string;
  readonly addressBits: number;
  readonly address: number;
  readonly value: number;
}

/** Behind the last word stands one of ones: a file that could not be read has none. */
function memoryText(words: readonly bigint[], width: number): string {
  const digits = Math.ceil(width / 4);
  const ones = (1n << BigInt(width)) - 1n;
  return `${[...words, ones].map((word) => word.toString(16).padStart(digits, "0")).join("\n")}\n`;
}

const range = (width: number): string => (width === 1 ? "" : `[${width - 1}:0] `);
const widthOf = ({ payload }: BenchStream): number => payload.reduce((sum, { width }) => sum + width, 0);
/** Bits of a counter up to `count`. */
const bitsFor = (count: number): number => Math.floor(Math.log2(count)) + 1;

/**
 * A test bench that checks itself, in SystemVerilog for Verilator and Vivado's simulator: frames with stalls at random,
 * and with `+stalls=0` without any, where each result has to leave in its predicted cycle. It ends with `$fatal` at the
 * first thing that is wrong. By the names of its files.
 */
export function testbenchFiles(name: string, bench: Testbench): ReadonlyMap<string, string> {
  const { top, clock, input, output, source, frames, ticks } = bench;
  const [sent, wanted] = [input.words.length, output.words.length];
  const reset = (active: boolean): string => (active === bench.resetActiveLow ? "1'b0" : "1'b1");
  const [sentBits, wantedBits] = [bitsFor(sent), bitsFor(wanted)];
  const join = ({ payload }: BenchStream): string => `{${payload.map((part) => part.name).join(", ")}}`;
  const streams = [input, output].flatMap(({ valid, ready, payload }) => [
    { name: valid, width: 1 },
    { name: ready, width: 1 },
    ...payload,
  ]);
  const control = controlText(bench.control);
  const pins = [{ name: clock, width: 1 }, { name: bench.reset, width: 1 }, ...streams, ...control.pins];
  const memories = {
    frames: `${name}_frames.mem`,
    results: `${name}_results.mem`,
    ticks: `${name}_ticks.mem`,
  };
  const isTimed = ticks !== undefined;
  const timed = (lines: string): string => (isTimed ? lines : "");
  const text = `// ${source} through ${top}, compared with the software reference beat by beat. Written by Sluice.
//   +stalls=0   no stalls${timed("; then every result has to come in its predicted cycle")}
module ${name};

  localparam [${sentBits - 1}:0] SENT = ${sentBits}'d${sent};
  localparam [${wantedBits - 1}:0] WANTED = ${wantedBits}'d${wanted};
  // Cycles in which nothing happens after which it counts as stuck; and those watched for beats too many at the end.
  localparam [31:0] STUCK = 32'd${4 * bench.frameCycles + 1000};
  localparam [31:0] WATCHED = 32'd100;

  logic ${range(widthOf(input))}frames [0:${sent}];
  logic ${range(widthOf(output))}results [0:${wanted}];
${timed(`  logic [31:0] ticks [0:${wanted}];\n`)}
${pins.map((pin) => `  logic ${range(pin.width)}${pin.name};\n`).join("")}
  ${top} dut (
${pins.map((pin) => `      .${pin.name}(${pin.name})`).join(",\n")}
  );

  logic stalls;
  logic [31:0] random;
${timed("  logic [31:0] tick;\n  logic [31:0] begun;\n")}  logic [31:0] idle;
  logic [${sentBits - 1}:0] sent;
  logic [${wantedBits - 1}:0] received;
  logic taken;
  logic given;
  logic [${sentBits - 1}:0] next;

  assign taken = ${input.valid} && ${input.ready};
  assign given = ${output.valid} && ${output.ready};
  assign next = taken ? sent + ${sentBits}'d1 : sent;

  // Marsaglia's xorshift.
  function automatic [31:0] shifted(input [31:0] x);
    logic [31:0] a;
    logic [31:0] b;
    begin
      a = x ^ (x << 13);
      b = a ^ (a >> 17);
      shifted = b ^ (b << 5);
    end
  endfunction

  int asked;
  initial begin
    $readmemh("${memories.frames}", frames);
    $readmemh("${memories.results}", results);
${timed(`    $readmemh("${memories.ticks}", ticks);\n`)}    if (frames[SENT] !== '1 || results[WANTED] !== '1${timed(" || ticks[WANTED] !== '1")}) begin
      $fatal(1, "a memory file of the test bench cannot be read");
    end
    if ($value$plusargs("stalls=%d", asked) == 0) asked = 1;
    stalls = asked != 0;
    ${clock} = 1'b0;
    ${bench.reset} = ${reset(true)};
    repeat (20) #5 ${clock} = !${clock};
    ${bench.reset} = ${reset(false)};
    forever #5 ${clock} = !${clock};
  end
${control.body}
  always_ff @(posedge ${clock}) begin
    if (${bench.reset} == ${reset(true)}) begin
      random <= 32'h2545f491;
${timed("      tick <= 32'd0;\n      begun <= 32'd0;\n")}      idle <= 32'd0;
      sent <= ${sentBits}'d0;
      received <= ${wantedBits}'d0;
      ${input.valid} <= 1'b0;
      ${output.ready} <= 1'b0;
    end else begin
      random <= shifted(random);
${timed("      tick <= tick + 32'd1;\n")}      idle <= taken || given ? 32'd0 : idle + 32'd1;
      sent <= next;
${timed(`      if (taken && sent == ${sentBits}'d0) begun <= tick;\n`)}
      // What was offered is held until it is taken.
      if (!${input.valid} || taken) begin
        ${input.valid} <= next < SENT && (!stalls || random[1:0] != 2'd0);
        ${join(input)} <= frames[next];
      end
      ${output.ready} <= !stalls || random[3:2] != 2'd0;

      if (given) begin
        received <= received + ${wantedBits}'d1;
        if (received >= WANTED) $fatal(1, "FAIL: more than %0d beats came out", WANTED);
        if (${join(output)} !== results[received]) begin
          $fatal(1, "FAIL: beat %0d is %h, the reference has %h", received, ${join(output)}, results[received]);
        end
${timed(`        if (!stalls && tick - begun != ticks[received]) begin
          $fatal(1, "FAIL: beat %0d came in cycle %0d, predicted is %0d", received, tick - begun, ticks[received]);
        end
`)}      end

      if (received == WANTED && idle == WATCHED) begin
        if (stalls) $display("PASS: ${frames} frames with stalls, %0d beats as the reference has them", WANTED);
        else $display("PASS: ${frames} frames, %0d beats as the reference has them${timed(", each in its cycle")}", WANTED);
        $finish;
      end
      if (idle == STUCK) $fatal(1, "FAIL: stuck after %0d of %0d beats", received, WANTED);
    end
  end

endmodule
`;
  return new Map([
    [`${name}.sv`, text],
    [memories.frames, memoryText(input.words, widthOf(input))],
    [memories.results, memoryText(output.words, widthOf(output))],
    ...(isTimed ? [[memories.ticks, memoryText(ticks.map(BigInt), 32)] as const] : []),
  ]);

  /** One write over AXI4-Lite. Nothing is read. */
  function controlText(start: Control | undefined): {
    readonly pins: readonly { readonly name: string; readonly width: number }[];
    readonly body: string;
  } {
    if (start === undefined) return { pins: [], body: "" };
    const { prefix: s, addressBits, address, value } = start;
    const widths = {
      ...{
        awvalid: 1,
        awready: 1,
        awaddr: addressBits,
        awprot: 3,
        wvalid: 1,
        wready: 1,
        wdata: 32,
        wstrb: 4,
      },
      ...{ bvalid: 1, bready: 1, bresp: 2, arvalid: 1, arready: 1, araddr: addressBits, arprot: 3 },
      ...{ rvalid: 1, rready: 1, rdata: 32, rresp: 2 },
    };
    return {
      pins: Object.entries(widths).map(([pin, width]) => ({ name: `${s}_${pin}`, width })),
      body: `
  // Start: ${value} to the register at ${address}.
  assign ${s}_awaddr = ${addressBits}'d${address};
  assign ${s}_wdata = 32'd${value};
  assign ${s}_wstrb = 4'hf;
  assign {${s}_awprot, ${s}_arprot} = 6'd0;
  assign ${s}_araddr = ${addressBits}'d0;
  assign ${s}_bready = 1'b1;
  assign ${s}_arvalid = 1'b0;
  assign ${s}_rready = 1'b1;
  always_ff @(posedge ${clock}) begin
    if (${bench.reset} == ${reset(true)}) {${s}_awvalid, ${s}_wvalid} <= 2'b11;
    else begin
      if (${s}_awready) ${s}_awvalid <= 1'b0;
      if (${s}_wready) ${s}_wvalid <= 1'b0;
      if (${s}_bvalid && ${s}_bresp != 2'd0) $fatal(1, "FAIL: it cannot be started");
    end
  end
  wire _unused_ok = &{1'b0, ${s}_arready, ${s}_rvalid, ${s}_rdata, ${s}_rresp};
`,
    };
  }
}
