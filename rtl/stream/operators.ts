import { Producer, type Kind } from "../../src/hdl/index.ts";
import { fifo, type FifoStyle } from "./fifo.ts";
import { registerSlice } from "./register-slice.ts";
import { skidBuffer } from "./skid-buffer.ts";

declare module "../../src/hdl/stream.ts" {
  interface Producer<K extends Kind = Kind> {
    /** Passes the stream through a register slice, named `<stream>_pipe` where no name is given. */
    pipe(name?: string): Producer<K>;
    /** Passes the stream through a skid buffer, named `<stream>_skid` where no name is given. */
    skid(name?: string): Producer<K>;
    /** Passes the stream through a FIFO of `depth` beats, named `<stream>_queue` where no name is given. */
    queue(depth: number, options?: { readonly name?: string; readonly style?: FifoStyle }): Producer<K>;
  }
}

Producer.prototype.pipe = function <K extends Kind>(this: Producer<K>, name = `${this.name}_pipe`) {
  return this.through({ [name]: registerSlice({ kind: this.kind }) });
};

Producer.prototype.skid = function <K extends Kind>(this: Producer<K>, name = `${this.name}_skid`) {
  return this.through({ [name]: skidBuffer({ kind: this.kind }) });
};

Producer.prototype.queue = function <K extends Kind>(
  this: Producer<K>,
  depth: number,
  { name = `${this.name}_queue`, style }: { readonly name?: string; readonly style?: FifoStyle } = {},
) {
  return this.through({
    [name]: fifo({ kind: this.kind, depth, ...(style === undefined ? {} : { style }) }),
  });
};
