/**
 * The text of one generated function while it grows. A scope is a pair of braces in it: what is computed in a scope
 * can be used there and in the scopes inside.
 */
export class Scope {
  readonly lines: string[] = [];
  readonly parent: Scope | undefined;
  /** Name of the IR loop whose body this is. */
  readonly loop: string | undefined;
  readonly #counter: { next: number };

  constructor(parent?: Scope, loop?: string) {
    this.parent = parent;
    this.loop = loop;
    this.#counter = parent === undefined ? { next: 0 } : parent.#counter;
  }

  /** A name that no other in the function has. */
  fresh(): string {
    return `t${String(this.#counter.next++)}`;
  }

  /** Computes `code` once, here. */
  define(code: string): string {
    const name = this.fresh();
    this.lines.push(`const ${name} = ${code};`);
    return name;
  }

  /** Appends `opening { body }`; an empty body is left out. */
  nest(opening: string, body: Scope): void {
    if (body.lines.length > 0) this.lines.push(`${opening} {`, ...body.lines, "}");
  }
}

/** Generated functions. A large one costs V8 its optimiser, so text is spread over many. */
export class Functions {
  readonly texts: string[] = [];

  /** Adds a function and gives the statement that calls it. */
  add(parameters: readonly string[], lines: readonly string[]): string {
    const name = `f${String(this.texts.length)}`;
    const list = parameters.join(", ");
    this.texts.push(`function ${name}(${list}) {\n${lines.join("\n")}\n}`);
    return `${name}(${list});`;
  }
}
