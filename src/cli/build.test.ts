import { expect, test } from "vitest";
import { sluice } from "./run.fixture.ts";

test("build refuses a bus width without a bus", async () => {
  const { exitCode, stdout } = await sluice(["build", "sfc", "--bus-width", "64", "--json"]);
  const { error } = JSON.parse(stdout) as { error: { code: string; hint: string } };
  expect(exitCode).toBe(1);
  expect(error).toMatchObject({ code: "option-without-effect", hint: "add --interface axi" });
});
