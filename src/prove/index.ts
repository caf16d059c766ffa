/** Proofs of emitted RTL by Yosys, z3 and ABC. */
export { jobs, runJobs, type Job, type Result } from "./run.ts";
export type { Reach, Verdict } from "./prove.ts";
export { formatTrace, type Trace } from "./trace.ts";
