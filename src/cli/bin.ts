#!/usr/bin/env node
import { main } from "./main.ts";

// Whoever reads us has read enough: sluice ... | head
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
  process.exit(0);
});

process.exitCode = await main(process.argv.slice(2));
