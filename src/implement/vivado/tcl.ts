/**
 * A text as one Tcl word, whatever is in it: names of files come from users. Each character that could mean something
 * to Tcl has a backslash before it, control characters are written by their codes.
 */
export function tclWord(text: string): string {
  if (text === "") return "{}";
  return text.replaceAll(/[^\w./:+-]/gu, (char) => {
    const code = char.codePointAt(0) ?? 0;
    if (char === "\n") return "\\n";
    if (code < 0x20 || code === 0x7f) return `\\u${code.toString(16).padStart(4, "0")}`;
    return code > 0x7f ? char : `\\${char}`;
  });
}

/** A text for a comment: on one line, and without a backslash at its end, which would go on with the next line. */
export function tclComment(text: string): string {
  return text.replaceAll(/[\r\n\\]+/g, " ");
}

/** A text as one word of a POSIX shell. */
export function shellWord(text: string): string {
  return /^[\w./:=+-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
