import { runYosys } from "@yowasp/yosys";
import { expect, test } from "vitest";
import { emittedDesigns } from "./emitted.fixture.ts";

test.each(emittedDesigns.map((design) => [design.top, design] as const))(
  "Yosys 0.55 reads %s without a word",
  async (top, { files }) => {
    const tree = Object.fromEntries(files.map(({ name, text }) => [name, text]));
    const sources = files.filter(({ name }) => name.endsWith(".sv")).map(({ name }) => name);
    const script = `read_verilog -sv ${sources.join(" ")}; hierarchy -check -top ${top}; proc; check -assert`;
    let said = "";
    const decoder = new TextDecoder();
    const listen = (bytes: Uint8Array | null): void => {
      if (bytes !== null) said += decoder.decode(bytes);
    };
    await runYosys(["-q", "-p", script], tree, { stdout: listen, stderr: listen });
    expect(said).toBe("");
  },
);
