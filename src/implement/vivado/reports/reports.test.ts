import { describe, expect, test } from "vitest";
import { SluiceError } from "../../../error.ts";
import { readDesignRules, readPower, readTimingSummary, readUtilization } from "./index.ts";
import {
  cutDrcReport,
  drcReports,
  powerReports,
  timingReports,
  utilizationReports,
} from "./public-reports.fixture.ts";

const where = "reports/some.rpt";

/** The code and place of the error that reading a text ends with. */
function failure(read: (text: string, where: string) => unknown, text: string): readonly unknown[] {
  try {
    read(text, where);
  } catch (error) {
    if (error instanceof SluiceError) return [error.code, error.where];
    throw error;
  }
  return ["read"];
}

describe("utilisation", () => {
  test.each([
    [
      "2021.2, Zynq-7020",
      { lut: [8314, 53200], lutMemory: [60, 17400], ff: [7090, 106400], bram36: [64.5, 140], dsp: [4, 220] },
    ],
    [
      "2024.1, Artix-7",
      { lut: [630, 47200], lutMemory: [0, 19000], ff: [265, 94400], bram36: [4.5, 105], dsp: [0, 180] },
    ],
    [
      "2022.2, UltraScale+",
      { lut: [3, 425280], lutMemory: [0, 213600], ff: [11, 850560], bram36: [0, 1080], dsp: [0, 4272] },
    ],
    [
      "2017.2, Artix-7, without the column Prohibited",
      {
        lut: [18577, 63400],
        lutMemory: [1193, 19000],
        ff: [10327, 126800],
        bram36: [24.5, 135],
        dsp: [4, 240],
      },
    ],
  ] as const)("%s", (name, expected) => {
    const { head, ...read } = readUtilization(utilizationReports[name].text, where);
    expect(name.startsWith(head.vivado)).toBe(true);
    for (const [resource, [used, available]] of Object.entries<readonly [number, number]>(expected))
      expect(read).toHaveProperty(resource, { used, available });
  });
});

describe("timing", () => {
  test("violated: the path, its ends and its parts", () => {
    const read = readTimingSummary(timingReports["2022.2, synthesised, violated"].text, where);
    expect(read).toMatchObject({
      head: { vivado: "2022.2", design: "poly_mul_top", device: "7a200t-sbg484" },
      met: false,
      wns: -21.706,
      tns: -67897.711,
      failingEndpoints: 8299,
      endpoints: 233441,
      whs: 0.072,
      clocks: [{ name: "clk", periodNs: 10 }],
    });
    expect(read.paths).toEqual([
      {
        slack: -21.706,
        check: "setup",
        source: "u_core/g_stage[0].u_stage/u_butterfly/u_mul/sum_s12__5/CLK",
        destination: "u_core/g_stage[0].u_stage/u_butterfly/u_mul/sum_s1_reg[128]/D",
        group: "clk",
        requirement: 10,
        delay: 31.572,
        logic: 22.777,
        route: 8.795,
        levels: 44,
      },
    ]);
  });

  test.each([
    ["2022.2, routed, met", { wns: 0.216, whs: 0.14, endpoints: 1983 }, [0.216, 0.14], 6],
    ["2020.1, routed, met", { wns: 2.458, whs: 0.013, endpoints: 81988 }, [2.458], 16],
    ["2024.1, routed, met", { wns: 10.958, whs: 0.105, endpoints: 475 }, [10.958], 20],
  ] as const)("%s", (name, summary, slacks, period) => {
    const read = readTimingSummary(timingReports[name].text, where);
    expect(read).toMatchObject({ met: true, failingEndpoints: 0, ...summary });
    expect(read.paths.map(({ slack }) => slack)).toEqual(slacks);
    expect(read.clocks.map(({ periodNs }) => periodNs)).toEqual([period]);
    expect(read.paths.map(({ check }) => check)).toEqual(["setup", "hold"].slice(0, slacks.length));
  });

  test("nothing constrained", () => {
    const text = timingReports["2022.2, routed, met"].text
      .replace(/0\.216 {8}0\.000 {22}0/, "   NA           NA                     NA")
      .replace(
        "All user specified timing constraints are met.",
        "There are no user specified timing constraints.",
      );
    expect(readTimingSummary(text, where)).toMatchObject({ wns: null, tns: null, failingEndpoints: null });
  });
});

describe("power", () => {
  test.each([
    ["2022.2, Artix-7, synthesised", { totalW: 2.582, dynamicW: 2.437, staticW: 0.145, junctionC: 33.6 }],
    ["2025.2, Artix-7, routed", { totalW: 0.1, dynamicW: 0.03, staticW: 0.07, junctionC: 25.5 }],
    ["2025.2, Artix-7, another", { totalW: 0.141, dynamicW: 0.07, staticW: 0.07, junctionC: 25.7 }],
  ] as const)("%s", (name, expected) => {
    const read = readPower(powerReports[name].text, where);
    expect(read).toMatchObject({ ...expected, confidence: "Low" });
    expect(read.parts["Total"]).toBe(expected.totalW);
    expect(read.parts["Register"]).toBe(name.startsWith("2022.2") ? 0.008 : 0);
  });

  test("a remark behind the number", () => {
    const { text } = powerReports["2022.2, Artix-7, synthesised"];
    const hot = text.replace("| 2.582        |", "| 92.582 (Junction temp exceeded!) |");
    expect(readPower(hot, where).totalW).toBe(92.582);
  });
});

describe("design rules", () => {
  test.each([
    ["2018.3, two advisories", 2, ["REQP-165", "REQP-181"]],
    ["2024.1, nothing found", 0, []],
    ["2026.1, which calls them checks", 1, ["CFGBVS-1"]],
  ] as const)("%s", (name, found, rules) => {
    const read = readDesignRules(drcReports[name].text, where);
    expect(read.found).toBe(found);
    expect(read.rules.map(({ rule }) => rule)).toEqual(rules);
  });
});

const kinds = [
  ["utilisation", readUtilization, utilizationReports["2021.2, Zynq-7020"].text],
  ["timing", readTimingSummary, timingReports["2022.2, synthesised, violated"].text],
  ["power", readPower, powerReports["2025.2, Artix-7, routed"].text],
  ["design rules", readDesignRules, drcReports["2018.3, two advisories"].text],
] as const;

describe("what is no whole report", () => {
  test.each(kinds)("%s, cut at any line: an error with a code, or all that it says", (_, read, text) => {
    const lines = text.trimEnd().split("\n");
    const whole = read(text, where);
    for (let end = 0; end < lines.length; end++) {
      const cut = lines.slice(0, end).join("\n");
      const [code] = failure(read, cut);
      expect(["report-invalid", "report-truncated", "report-garbled", "read"]).toContain(code);
      if (code === "read") expect(read(cut, where)).toEqual(whole);
    }
    expect(failure(read, lines.slice(0, lines.length >> 1).join("\n"))[0]).toBe("report-truncated");
  });

  test.each(kinds)("%s: carriage returns make no difference", (_, read, text) => {
    expect(read(text.replaceAll("\n", "\r\n"), where)).toEqual(read(text, where));
  });

  test.each(kinds)("%s: another file, and another report", (_, read, text) => {
    expect(failure(read, "module top (\n);\nendmodule\n")[0]).toBe("report-invalid");
    expect(failure(read, text.replace(/(Command +: )\w+/, "$1report_io"))).toEqual(["report-invalid", where]);
  });

  test("a report of 114 violations that ends in the second", () => {
    expect(failure(readDesignRules, cutDrcReport.text)[0]).toBe("report-truncated");
  });

  test.each([
    ["utilisation", readUtilization, utilizationReports["2021.2, Zynq-7020"].text, "| 8314 |", "| 8x14 |"],
    [
      "utilisation",
      readUtilization,
      utilizationReports["2021.2, Zynq-7020"].text,
      "     53200 | 15.63 |",
      "",
    ],
    ["timing", readTimingSummary, timingReports["2022.2, routed, met"].text, "0.216        0.000 ", "0.216 "],
    ["timing", readTimingSummary, timingReports["2022.2, routed, met"].text, "5.777ns", "?"],
    ["power", readPower, powerReports["2025.2, Artix-7, routed"].text, "| 0.030 ", "| 0,030 "],
    ["design rules", readDesignRules, drcReports["2018.3, two advisories"].text, "found: 2", "found: 3"],
  ] as const)("%s, garbled: the line is named", (_, read, text, from, to) => {
    const [code, place] = failure(read, text.replace(from, to));
    expect(code).toBe("report-garbled");
    expect(place).toMatch(/^reports\/some\.rpt:\d+$/);
  });
});
