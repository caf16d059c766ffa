/**
 * The TypeScript side of the cocotb bridge, as a process that serves Python: a request per line of standard input, an
 * answer per line of standard output, both JSON. It ends when its input does. The bridge starts one for a whole run of
 * tests; simulations use it through the pipes that they inherit.
 *
 *     {"id": "12.1", "method": "reference", "design": {...}, "inputs": {"x": [1, 2]}}
 *     {"id": "12.1", "result": {"y": [1, 2]}}
 *     {"id": "12.1", "error": {"code": "no-reference", "message": "...", "where": null, "hint": "..."}}
 */
import { createInterface } from "node:readline";
import { stringifyExact } from "./json.ts";
import { serve } from "./serve.ts";

for await (const line of createInterface({ input: process.stdin })) {
  const answered = await serve(line);
  if (answered !== undefined) process.stdout.write(`${stringifyExact(answered)}\n`);
}
