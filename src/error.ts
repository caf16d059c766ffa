/**
 * The one error class for everything a user can cause or mend: a wrong file, an
 * impossible parameter, a missing tool. The command line prints `message`, `where`
 * and `hint` without a stack trace; anything else that is thrown is a defect of Sluice.
 */
export class SluiceError extends Error {
  override readonly name = "SluiceError";
  /** Stable, machine-readable code in kebab-case, e.g. `model-truncated`. */
  readonly code: string;
  /** File, signal path or option the error is about. */
  readonly where: string | undefined;
  /** What to do about it. */
  readonly hint: string | undefined;

  constructor(
    code: string,
    message: string,
    detail: { where?: string | undefined; hint?: string | undefined; cause?: unknown } = {},
  ) {
    super(message, detail.cause === undefined ? undefined : { cause: detail.cause });
    this.code = code;
    this.where = detail.where;
    this.hint = detail.hint;
  }
}
