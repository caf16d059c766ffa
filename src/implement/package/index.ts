export { packageBuild, packageContent } from "./package.ts";
export type { PackageContent, PackageOptions, PackageResult } from "./package.ts";
