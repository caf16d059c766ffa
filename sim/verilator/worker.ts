/**
 * A process that simulates shards of frames for frames.ts: one message in, one message out. It holds no state between
 * messages but the loaded library.
 */
import { SluiceError } from "../../src/error.ts";
import type { StreamResult, StreamRun } from "../../src/simulate/simulator.ts";
import type { ModelLibrary } from "./build.ts";
import { VerilatorSimulator, type VerilatorOptions } from "./simulator.ts";

export interface ShardOrder {
  readonly library: ModelLibrary;
  readonly options: VerilatorOptions;
  readonly run: StreamRun;
}

/** Errors of class SluiceError lose their class between processes, so that they travel as their parts. */
export type ShardAnswer =
  | { readonly result: StreamResult }
  | {
      readonly error: {
        readonly code: string;
        readonly message: string;
        readonly where: string | undefined;
        readonly hint: string | undefined;
      };
    };

process.on("message", (order: ShardOrder) => process.send?.(answer(order)));

function answer({ library, options, run }: ShardOrder): ShardAnswer {
  try {
    const simulator = new VerilatorSimulator(library, options);
    try {
      simulator.reset();
      return { result: simulator.run(run) };
    } finally {
      simulator.close();
    }
  } catch (error) {
    if (!(error instanceof SluiceError)) throw error;
    const { code, message, where, hint } = error;
    return { error: { code, message, where, hint } };
  }
}
