import { expect, test } from "vitest";
import { windowGather, windowGatherTiming } from "./window-gather.ts";
import { windowGatherCases, windowGatherControl } from "./window-deal.fixture.ts";

test("window gather: random beats, in both simulators, tick by tick", async () => {
  const coverage = await windowGatherCases.check();
  expect(coverage).toMatchInlineSnapshot(`
    {
      "both": {
        "cases": 200,
        "parameterSets": 10,
      },
      "nativeOnly": {
        "cases": 320,
        "parameterSets": 65,
      },
    }
  `);
});

test("window gather: its control model is the handshakes of the hardware, tick by tick, under any stalls", async () => {
  for (const { design, check } of windowGatherControl()) await check(design);
});

test("a unit that takes MMV cycles for each beat is never held up", () => {
  const [beats, mmv, groups] = [8, 5, 4];
  const control = windowGatherTiming({ width: 1, beats, mmv });
  for (let tick = 0; tick < groups * beats * mmv; tick++) {
    const offered = tick % mmv === 0;
    if (offered) expect(control.ready(true)).toBe(true);
    control.edge(offered, true);
  }
});

test.each([
  [{ mmv: 1 }, "windowGather.mmv must be a whole number from 2 to 65536, not 1"],
  [{ beats: 1 }, "windowGather.beats must be a whole number from 2 to 65536, not 1"],
  [{ width: 1.5 }, "windowGather.width must be a whole number from 1 to 65536, not 1.5"],
])("cannot be built: %o", (change, message) => {
  expect(() => windowGather({ width: 8, beats: 9, mmv: 4, ...change })).toThrow(message);
});
