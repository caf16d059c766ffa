/**
 * Imports point downward only (docs/architecture.md). `test/imports.test.ts` holds it; by hand:
 * `npx depcruise src rtl sim`.
 */
const core = ["src/error.ts", "src/files.ts", "src/random.ts"];

/** The folders of the house, from the ground up. */
const floors = [
  ["src/ir", ...core],
  ["src/check", "src/lower", "src/emit", "src/simulate"],
  ["src/hdl"],
  ["rtl", "sim"],
  ["src/network"],
  ["src/plan"],
  ["src/report", "src/implement", "src/flow", "src/generate", "src/cocotb", "src/host", "src/prove"],
  ["src/cli"],
];

/** May be imported from the same floor. */
const sideways = {
  "src/emit": ["src/lower"],
  "src/simulate": ["src/lower"],
  "src/flow": ["src/report"],
  "src/implement": ["src/flow", "src/generate"],
  "src/cocotb": ["src/flow", "src/generate"],
  "src/host": ["src/flow"],
};

/** May import less than all that is below. */
const only = {
  rtl: ["src/hdl", ...core],
  sim: ["src/hdl", "src/simulate", "src/emit", "src/lower", "src/ir", ...core],
};

const folders = floors.flat();

/** Tests and what only they use. */
const testFiles = "\\.(test|fixture|test-helper)\\.ts$";

function pattern(paths) {
  const escaped = paths.map((path) => path.replaceAll(".", "\\."));
  return `^(${escaped.map((path) => (path.endsWith(".ts") ? `${path}$` : `${path}/`)).join("|")})`;
}

const downward = floors.flatMap((floor, height) =>
  floor.map((folder) => {
    const below = only[folder] ?? floors.slice(0, height).flat();
    const allowed = [folder, ...below, ...(sideways[folder] ?? [])];
    return {
      name: `downward-only-${folder}`,
      severity: "error",
      comment: `${folder} may import ${allowed.join(", ")}`,
      from: { path: pattern([folder]), pathNot: testFiles },
      to: { path: "^(src|rtl|sim)/", pathNot: pattern(allowed) },
    };
  }),
);

export default {
  forbidden: [
    ...downward,
    {
      name: "every-folder-has-a-floor",
      severity: "error",
      comment: "a new folder of src has to be given its floor in .dependency-cruiser.js",
      from: { path: "^(src|rtl|sim)/", pathNot: [pattern([...folders, "src/index.ts"]), testFiles] },
      to: {},
    },
    {
      name: "no-tests-in-product",
      severity: "error",
      comment: "what is shipped does not import tests, fixtures, benches or examples",
      from: { path: "^(src|rtl|sim)/", pathNot: testFiles },
      to: { path: ["^(test|bench|examples|training|scripts)/", testFiles] },
    },
    {
      name: "no-cycles",
      severity: "error",
      comment: "no cycle of files; types may refer to each other",
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ["type-only"] } },
    },
    {
      name: "only-shipped-packages",
      severity: "error",
      comment: "what is shipped needs no development dependency",
      // Reads the generators' sources when the package is built; is not shipped itself.
      from: { path: "^(src|rtl|sim)/", pathNot: [testFiles, "^src/generate/read-sources\\.ts$"] },
      to: { dependencyTypes: ["npm-dev", "npm-no-pkg", "npm-unknown"], dependencyTypesNot: ["type-only"] },
    },
    {
      name: "no-missing-file",
      severity: "error",
      comment: "the import leads nowhere",
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["import", "node", "default", "types"],
    },
  },
};
