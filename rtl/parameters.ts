import { SluiceError } from "../src/error.ts";

/** A parameter of a generator, as named in its `Params` interface. */
export interface Parameter<T> {
  /** `fifo.depth`. */
  readonly where: string;
  readonly value: T;
}

/**
 * Checks a whole number against its limits (inclusive).
 *
 * @throws SluiceError `parameter-out-of-range`.
 */
export function checkInteger({ where, value }: Parameter<number>, min: number, max: number): void {
  if (Number.isInteger(value) && value >= min && value <= max) return;
  throw new SluiceError(
    "parameter-out-of-range",
    `${where} must be a whole number from ${String(min)} to ${String(max)}, not ${String(value)}`,
    { where, hint: `choose a value from ${String(min)} to ${String(max)}` },
  );
}

/**
 * Checks that a value is one of a closed set; callers from JavaScript and the command line are not held by the types.
 *
 * @throws SluiceError `parameter-unknown-value`.
 */
export function checkChoice({ where, value }: Parameter<string>, choices: readonly string[]): void {
  if (choices.includes(value)) return;
  throw new SluiceError("parameter-unknown-value", `${where} has no value "${value}"`, {
    where,
    hint: `use one of ${choices.join(", ")}`,
  });
}
