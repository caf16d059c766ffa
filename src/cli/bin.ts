#!/usr/bin/env node
// Compiled code names the TypeScript lines that it came from, so that the package emits the RTL that the repo emits.
// Holds for what is imported from here on.
process.setSourceMapsEnabled(true);
const { main } = await import("./main.ts");

// Whoever reads us has read enough: sluice ... | head
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
  process.exit(0);
});

process.exitCode = await main(process.argv.slice(2));
