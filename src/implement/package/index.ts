export { packageBuild } from "./package.ts";
export type { PackageOptions, PackageResult } from "./package.ts";
