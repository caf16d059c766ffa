import { defineConfig } from "eslint/config";
import tseslint from "typescript-eslint";

export default defineConfig(
  { ignores: [".cache/", "build/", "coverage/", "dist/", "node_modules/"] },
  {
    files: ["**/*.ts"],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    linterOptions: { reportUnusedDisableDirectives: "error", reportUnusedInlineConfigs: "error" },
    rules: {
      // The DSL's signals are objects: `if (a.eq(b))`, `a && b` and `!a` compile, and mean nothing. (`${a}` is caught
      // by no-base-to-string and restrict-template-expressions, which the strict set has.)
      "@typescript-eslint/strict-boolean-expressions": [
        "error",
        { allowString: false, allowNumber: false, allowNullableObject: false },
      ],
      // typescript-eslint 8.73 recurses without end on recursive types such as the handles of a Kind.
      "@typescript-eslint/no-unsafe-class-instance-assignment": "off",
      // It suggests the `!` that no-non-null-assertion forbids.
      "@typescript-eslint/non-nullable-type-assertion-style": "off",
      // A number in a text is no mistake; a signal would be, and is still caught.
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      eqeqeq: "error",

      "@typescript-eslint/switch-exhaustiveness-check": [
        "error",
        { considerDefaultExhaustiveForUnions: true },
      ],
      "@typescript-eslint/consistent-type-imports": "error",
      "@typescript-eslint/consistent-type-exports": "error",
      "@typescript-eslint/no-import-type-side-effects": "error",
      "@typescript-eslint/prefer-readonly": "error",
      "no-console": "error",
      "no-param-reassign": "error",
      "@typescript-eslint/no-shadow": "error",
      "prefer-template": "error",
    },
  },
  {
    // They talk to people.
    files: ["bench/**", "training/**", "scripts/**", "examples/**"],
    rules: { "no-console": "off" },
  },
);
