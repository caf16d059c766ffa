/**
 * A text for a terminal: control characters other than line ends and tabs, and those that turn the direction of writing
 * around, are shown by their codes. Names and labels come from files; a terminal would obey what is in them.
 */
export function printable(text: string): string {
  return text.replaceAll(
    /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g,
    (char) => `\\u${(char.codePointAt(0) ?? 0).toString(16).padStart(4, "0")}`,
  );
}
