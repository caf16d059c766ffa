/** Builds one model in a process of its own, for build.test.ts: prints `started`, then the library's path. */
import { fifo } from "../designs.fixture.ts";
import { buildModel } from "./index.ts";

process.stdout.write("started\n");
const { path } = await buildModel(fifo(Number(process.argv[2])));
process.stdout.write(`${path}\n`);
