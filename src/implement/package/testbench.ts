import type { FrameShape } from "../../plan/index.ts";

/** What a test bench plays, and what has to come out. */
export interface Testbench {
  /** The wrapper's module, and its clock and reset. */
  readonly top: string;
  readonly clock: string;
  readonly reset: string;
  readonly resetActiveLow: boolean;
  readonly input: StreamPins;
  readonly output: StreamPins;
  /** What the frames are: `8 of the bundled images`. */
  readonly source: string;
  readonly frames: number;
  /** Beats of all frames, their limbs low first. */
  readonly inputBeats: Uint32Array;
  readonly outputBeats: Uint32Array;
  readonly inputShape: FrameShape;
  readonly outputShape: FrameShape;
  /** Tick of each output beat where nothing stalls, from the first input beat on. */
  readonly outputTicks: Uint32Array;
}

export interface StreamPins {
  readonly valid: string;
  readonly ready: string;
  readonly payload: string;
}

/** Behind the last word of each memory file stands one of ones: a file that could not be read has none. */
function memoryText(beats: Uint32Array, width: number): string {
  const limbs = Math.ceil(width / 32);
  const digits = Math.ceil(width / 4);
  const words = Array.from({ length: beats.length / limbs }, (_, beat) => {
    const hex = Array.from(beats.subarray(beat * limbs, (beat + 1) * limbs), (limb) =>
      limb.toString(16).padStart(8, "0"),
    );
    return hex.reverse().join("").slice(-digits).padStart(digits, "0");
  });
  const ones = (2n ** BigInt(width) - 1n).toString(16);
  return `${[...words, ones].join("\n")}\n`;
}

/**
 * A test bench that checks itself, in the SystemVerilog that Verilator, Icarus and Vivado's simulator read alike: frames
 * with stalls at random, and with `+stalls=0` without any, where each result has to leave in its predicted cycle. It ends
 * with `$fatal` at the first thing that is wrong. By the names of its files.
 */
export function testbenchFiles(name: string, bench: Testbench): ReadonlyMap<string, string> {
  const { input, output, inputShape, outputShape } = bench;
  const sent = bench.frames * inputShape.beats;
  const wanted = bench.frames * outputShape.beats;
  const reset = (active: boolean): string => (active === bench.resetActiveLow ? "1'b0" : "1'b1");
  const range = (width: number): string => (width === 1 ? "" : `[${width - 1}:0] `);
  const files = [`${name}_frames.mem`, `${name}_results.mem`, `${name}_ticks.mem`] as const;
  const last = bench.outputTicks.at(-1) ?? 0;
  // Exactly as wide as the memories' indices, the word behind the last included.
  const bitsFor = (count: number): number => Math.floor(Math.log2(count)) + 1;
  const [sentBits, wantedBits] = [bitsFor(sent), bitsFor(wanted)];
  const [sentOne, wantedOne] = [`${sentBits}'d1`, `${wantedBits}'d1`];
  const text = `// ${bench.source} through ${bench.top}, compared with the software reference beat by beat. Written by Sluice.
//   +stalls=0   no stalls; then every result has to come in its predicted cycle
module ${name};

  localparam [${sentBits - 1}:0] SENT = ${sentBits}'d${sent};
  localparam [${wantedBits - 1}:0] WANTED = ${wantedBits}'d${wanted};
  // Cycles in which nothing happens after which it counts as stuck; and those watched for beats too many at the end.
  localparam [31:0] STUCK = 32'd${2 * last + 1000};
  localparam [31:0] WATCHED = 32'd100;

  logic ${range(inputShape.width)}frames [0:${sent}];
  logic ${range(outputShape.width)}results [0:${wanted}];
  logic [31:0] ticks [0:${wanted}];

  logic ${bench.clock};
  logic ${bench.reset};
  logic ${input.valid};
  logic ${input.ready};
  logic ${range(inputShape.width)}${input.payload};
  logic ${output.valid};
  logic ${output.ready};
  logic ${range(outputShape.width)}${output.payload};

  ${bench.top} dut (
      .${bench.clock}(${bench.clock}),
      .${bench.reset}(${bench.reset}),
      .${input.valid}(${input.valid}),
      .${input.ready}(${input.ready}),
      .${input.payload}(${input.payload}),
      .${output.valid}(${output.valid}),
      .${output.ready}(${output.ready}),
      .${output.payload}(${output.payload})
  );

  logic stalls;
  logic [31:0] random;
  logic [31:0] tick;
  logic [31:0] begun;
  logic [31:0] idle;
  logic [${sentBits - 1}:0] sent;
  logic [${wantedBits - 1}:0] received;
  logic taken;
  logic given;
  logic [${sentBits - 1}:0] next;

  assign taken = ${input.valid} && ${input.ready};
  assign given = ${output.valid} && ${output.ready};
  assign next = taken ? sent + ${sentOne} : sent;

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
    $readmemh("${files[0]}", frames);
    $readmemh("${files[1]}", results);
    $readmemh("${files[2]}", ticks);
    if (frames[SENT] !== '1 || results[WANTED] !== '1 || ticks[WANTED] !== '1) begin
      $fatal(1, "a memory file of the test bench cannot be read");
    end
    if ($value$plusargs("stalls=%d", asked) == 0) asked = 1;
    stalls = asked != 0;
    ${bench.clock} = 1'b0;
    ${bench.reset} = ${reset(true)};
    repeat (20) #5 ${bench.clock} = !${bench.clock};
    ${bench.reset} = ${reset(false)};
    forever #5 ${bench.clock} = !${bench.clock};
  end

  always_ff @(posedge ${bench.clock}) begin
    if (${bench.reset} == ${reset(true)}) begin
      random <= 32'h2545f491;
      tick <= 32'd0;
      begun <= 32'd0;
      idle <= 32'd0;
      sent <= ${sentBits}'d0;
      received <= ${wantedBits}'d0;
      ${input.valid} <= 1'b0;
      ${output.ready} <= 1'b0;
    end else begin
      random <= shifted(random);
      tick <= tick + 32'd1;
      idle <= taken || given ? 32'd0 : idle + 32'd1;
      sent <= next;
      if (taken && sent == ${sentBits}'d0) begun <= tick;

      // What was offered is held until it is taken.
      if (!${input.valid} || taken) begin
        ${input.valid} <= next < SENT && (!stalls || random[1:0] != 2'd0);
        ${input.payload} <= frames[next];
      end
      ${output.ready} <= !stalls || random[3:2] != 2'd0;

      if (given) begin
        received <= received + ${wantedOne};
        if (received >= WANTED) $fatal(1, "FAIL: more than %0d beats came out", WANTED);
        if (${output.payload} !== results[received]) begin
          $fatal(1, "FAIL: beat %0d is %h, the reference has %h", received, ${output.payload}, results[received]);
        end
        if (!stalls && tick - begun != ticks[received]) begin
          $fatal(1, "FAIL: beat %0d came in cycle %0d, predicted is %0d", received, tick - begun, ticks[received]);
        end
      end

      if (received == WANTED && idle == WATCHED) begin
        if (stalls) $display("PASS: ${bench.frames} frames with stalls, %0d beats as the reference has them", WANTED);
        else $display("PASS: ${bench.frames} frames, %0d beats as the reference has them, each in its cycle", WANTED);
        $finish;
      end
      if (idle == STUCK) $fatal(1, "FAIL: stuck after %0d of %0d beats", received, WANTED);
    end
  end

endmodule
`;
  return new Map([
    [`${name}.sv`, text],
    [files[0], memoryText(bench.inputBeats, inputShape.width)],
    [files[1], memoryText(bench.outputBeats, outputShape.width)],
    [files[2], memoryText(bench.outputTicks, 32)],
  ]);
}
