/**
 * A simulated board as a process that serves the host driver: a request per line of the input, an answer per line of the
 * output, both JSON. The first answer comes unasked, when the board is ready. It ends when its input does.
 *
 *     {"read": 16}                {"value": 1, "cycles": 12, "results": []}
 *     {"write": 16, "value": 1}   {"cycles": 19, "results": []}
 *     {"send": "00ff12"}          {"taken": true, "cycles": 19, "results": []}
 *     {"arm": 1}                  {"cycles": 19, "results": []}
 *     {"run": 1000}               {"cycles": 310, "results": ["07"]}
 *     {"read": 8192}              {"error": {"code": "register-refused", ...}}
 *
 * Packets are bytes in hexadecimal; `results` are those since the answer before.
 */
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import { z } from "zod";
import { SluiceError } from "../error.ts";
import { problems } from "../files.ts";
import type { SimulatedBoard } from "./board.ts";

const word = z.int().min(0).max(0xffff_ffff);

const Request = z.union([
  z.strictObject({ read: word }),
  z.strictObject({ write: word, value: word }),
  z.strictObject({ send: z.string().regex(/^([0-9a-f]{2})+$/) }),
  z.strictObject({ arm: z.int().positive() }),
  z.strictObject({ run: z.int().positive() }),
]);

type Request = z.infer<typeof Request>;

/** Serves a board until the input ends. */
export async function serveBoard(board: SimulatedBoard, input: Readable, output: Writable): Promise<void> {
  const say = (answer: object): void => {
    output.write(`${JSON.stringify(answer)}\n`);
  };
  const state = (): object => {
    return { cycles: board.cycles, results: board.take().map((bytes) => Buffer.from(bytes).toString("hex")) };
  };
  say(state());
  for await (const line of createInterface({ input })) {
    try {
      const answer = perform(board, parse(line));
      say({ ...answer, ...state() });
    } catch (error) {
      if (!(error instanceof SluiceError)) throw error;
      const { code, message, where = null, hint = null } = error;
      say({ error: { code, message, where, hint } });
    }
  }
}

/** Throws SluiceError `bad-request`. */
function parse(line: string): Request {
  let given: unknown;
  try {
    given = JSON.parse(line);
  } catch (cause) {
    throw new SluiceError("bad-request", "the line is no JSON", { where: line.slice(0, 80), cause });
  }
  const parsed = Request.safeParse(given);
  if (parsed.success) return parsed.data;
  throw new SluiceError("bad-request", problems(parsed.error), { where: line.slice(0, 80) });
}

function perform(board: SimulatedBoard, request: Request): object {
  if ("read" in request) return { value: board.read(request.read) };
  if ("send" in request) return { taken: board.send(Buffer.from(request.send, "hex")) };
  if ("write" in request) board.write(request.write, request.value);
  else if ("arm" in request) board.arm(request.arm);
  else board.run(request.run);
  return {};
}
