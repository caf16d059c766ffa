import { SluiceError } from "../error.ts";
import type { SourceFile } from "../../sim/sources.ts";
import { xnorPopcount } from "../../rtl/index.ts";
import type { Property } from "./harness.ts";
import { tasks, type Task } from "./subjects.ts";
import type { Sum } from "./sums.ts";

/** A change of the emitted RTL that breaks it: `from`, which is there once, becomes `to`. */
export interface Break {
  readonly name: string;
  /** Module that is changed; the unit's own where not given. */
  readonly module?: string;
  readonly from: string;
  readonly to: string;
}

/** A unit that is broken so that one property no longer holds, and has to be caught by it. */
export interface Twin extends Break {
  readonly of: string;
  /** Beside those of the harness: that valid and payload are independent of ready. */
  readonly property: Property | "independent";
}

/** Cycles in which a twin's fault has to show. */
export const twinDepth = 14;

export const twins: readonly Twin[] = [
  {
    ...{ name: "drops a beat that comes while y is stalled", of: "skid-buffer", property: "data" },
    ...{ from: "skid_valid <= 1'b1;", to: "skid_valid <= 1'b0;" },
  },
  {
    ...{ name: "gives the newest word first", of: "fifo shift, depth 3", property: "data" },
    ...{ from: "oldest = count - 2'd1;", to: "oldest = 2'd0;" },
  },
  {
    ...{ name: "takes rows for columns", of: "window-deal, 2 windows of 2", property: "data" },
    ...{ from: "earlier = held[beat];", to: "earlier = held[!beat];" },
  },
  {
    ...{ name: "AND for OR", of: "max-pool 4x2, kernel 2x2", property: "data" },
    ...{ from: "x_payload | partial", to: "x_payload & partial" },
  },
  {
    ...{ name: "fires one synapse late", of: "mvtu 4x4, PE 4, SIMD 4", property: "data" },
    ...{ module: "processing_elements_pe4_simd4", from: ">= 3'd4", to: ">= 3'd5" },
  },
  {
    ...{ name: "reads a pixel too far", of: "sliding-window 2x3, kernel 2x2", property: "data" },
    ...{ from: "write_address + 3'(~ahead)", to: "write_address - 3'(~ahead)" },
  },
  {
    ...{ name: "repeats a beat", of: "skid-buffer", property: "cause" },
    ...{
      from: "valid <= x_valid || skid_valid;\n        skid_valid <= 1'b0;",
      to: "valid <= x_valid || skid_valid;",
    },
  },
  {
    ...{ name: "takes more than it has room for", of: "fifo distributed, depth 4", property: "room" },
    ...{ from: "x_ready = count != 3'd4;", to: "x_ready = 1'b1;" },
  },
  {
    ...{ name: "payload changes while stalled", of: "register-slice", property: "steady" },
    ...{ from: "if (x_valid && x_ready) begin", to: "if (x_valid) begin" },
  },
  {
    ...{ name: "withdraws valid", of: "register-slice", property: "steady" },
    ...{ from: "if (x_ready) begin", to: "if (1'b1) begin" },
  },
  {
    ...{ name: "valid waits for ready", of: "skid-buffer", property: "offers" },
    ...{ from: "y_valid = valid;", to: "y_valid = valid && y_ready;" },
  },
  {
    ...{ name: "valid waits for ready", of: "skid-buffer", property: "independent" },
    ...{ from: "y_valid = valid;", to: "y_valid = valid && y_ready;" },
  },
  {
    ...{ name: "the last beat stays inside", of: "fifo distributed, depth 4", property: "offers" },
    ...{ from: "stored = count != 3'd0;", to: "stored = count > 3'd1;" },
  },
  {
    ...{ name: "a branch that was served once is never again", of: "fork to 3", property: "offers" },
    ...{ from: "taken <= 3'd0;\n        end else begin", to: "taken <= done;\n        end else begin" },
  },
  {
    ...{ name: "takes no second beat", of: "width-converter 6 to 2", property: "accepts" },
    ...{ from: "ready <= 1'b1;\n        end", to: "ready <= 1'b0;\n        end" },
  },
];

/** A table of one of the cells is wrong in one place. */
export const sumTwin: Break & { readonly sum: Sum } = {
  name: "one wrong bit in a LUT",
  sum: {
    name: "xnor-popcount of 8",
    hardware: xnorPopcount({ width: 8, technology: "xilinx7", clockMHz: 0 }),
    width: 8,
    operands: ["x_payload_act", "x_payload_weight"],
    engine: "z3",
  },
  module: "xnor_popcount_8_xilinx7_as_built",
  from: "64'h96696996f99f9009)) match_0_0_1",
  to: "64'h96696996f99f9008)) match_0_0_1",
};

/** @throws Error where there is no such unit. */
export function subjectOf({ of }: Twin): Task {
  const task = tasks.find(({ name }) => name === of);
  if (task === undefined) throw new Error(`no unit ${of}`);
  return task;
}

/** @throws SluiceError `twin-not-applicable` where the text is not there once: the unit was changed, change the twin too. */
export function breaking({ name, module: given, from, to }: Break, own: string) {
  const module = given ?? own;
  return (files: readonly SourceFile[]): readonly SourceFile[] => {
    const parts = files.find((file) => file.name === `${module}.sv`)?.text.split(from);
    if (parts?.length !== 2) {
      throw new SluiceError(
        "twin-not-applicable",
        `"${name}" cannot be made: "${from}" is not once in ${module}`,
        {
          where: "src/prove/twins.ts",
          hint: "write the change for the RTL that the generator emits now",
        },
      );
    }
    return files.map((file) => (file.name === `${module}.sv` ? { ...file, text: parts.join(to) } : file));
  };
}
