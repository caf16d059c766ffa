import { resolveModel } from "../src/flow/index.ts";
import { loadBoard, maxFolding, plan } from "../src/plan/index.ts";
import { elaborate } from "../src/hdl/index.ts";
import { emit } from "../src/emit/index.ts";
const n = resolveModel("lfc");
const b = loadBoard("zc706");
for (let i = 0; i < 3; i++) {
  let t = performance.now();
  const lap = (s: string) => {
    const u = performance.now();
    console.log(s, (u - t).toFixed(0));
    t = u;
  };
  const f = maxFolding(n, b);
  lap("fold");
  const p = plan(n, f);
  lap("plan");
  const d = elaborate(p.hardware);
  lap("elaborate");
  const e = emit(d);
  lap("emit");
  console.log(e.files.map((f) => f.text.length).reduce((a, c) => a + c));
  if (i == 0)
    console.log(
      p.stages
        .map((s) => `${s.name} ${s.unit} ${JSON.stringify(s.folding)} ${s.cycles} ${s.depth}`)
        .join("\n"),
    );
}
