import type { BoolKind, Kind } from "./kinds.ts";
import type { Hardware } from "./component.ts";
import type { ModuleBuilder } from "./module.ts";
import type { SinkPort, SourcePort } from "./ports.ts";
import { valueOf } from "./convert.ts";
import type { Handle, Into, Settable } from "./handles.ts";
import type { Bool } from "./signals.ts";

/**
 * The end of a valid/ready stream that beats are taken from: a component's own sink port, or an instance's source.
 * rtl/stream adds `.pipe()` and `.queue(n)`.
 */
export class Producer<K extends Kind = Kind> {
  readonly module: ModuleBuilder;
  /** Where it comes from; names the instances that stream operators make. */
  readonly name: string;
  readonly kind: K;
  readonly valid: Bool;
  readonly payload: Handle<K>;
  readonly ready: Handle<BoolKind, "set">;

  constructor(
    module: ModuleBuilder,
    name: string,
    kind: K,
    signals: { valid: Bool; payload: Handle<K>; ready: Handle<BoolKind, "set"> },
  ) {
    this.module = module;
    this.name = name;
    this.kind = kind;
    this.valid = signals.valid;
    this.payload = signals.payload;
    this.ready = signals.ready;
  }

  /** A beat moves in this cycle. */
  get fire(): Bool {
    return this.valid.and(this.ready);
  }

  /** The same stream with `transform` applied to every payload, combinationally. */
  map<L extends Kind>(kind: L, transform: (payload: Handle<K>) => Into<L>): Producer<L> {
    const { valid, ready } = this;
    return new Producer(this.module, this.name, kind, {
      valid,
      ready,
      payload: valueOf(kind, transform(this.payload)),
    });
  }

  /** Hands every beat to `consumer`. */
  into(consumer: Consumer<K>): void {
    consumer.valid.set(this.valid);
    (consumer.payload as unknown as Settable<K>).set(this.payload as unknown as Into<K>);
    this.ready.set(consumer.ready);
  }

  /** Passes the stream through one instance with ports x and y, named by its key: `x.through({ buffer: fifo(...) })`. */
  through<L extends Kind>(
    instance: Readonly<Record<string, Hardware<{ x: SinkPort<K>; y: SourcePort<L> }>>>,
  ): Producer<L> {
    const [entry, ...others] = Object.values(this.module.instances(instance));
    if (entry === undefined || others.length > 0)
      throw new TypeError("through takes one instance, named by its key");
    this.into(entry.x);
    return entry.y;
  }
}

/** The end of a valid/ready stream that beats are given to: a component's own source port, or an instance's sink. */
export class Consumer<K extends Kind = Kind> {
  readonly name: string;
  readonly kind: K;
  readonly valid: Handle<BoolKind, "set">;
  readonly payload: Handle<K, "set">;
  readonly ready: Bool;

  constructor(
    name: string,
    kind: K,
    signals: { valid: Handle<BoolKind, "set">; payload: Handle<K, "set">; ready: Bool },
  ) {
    this.name = name;
    this.kind = kind;
    this.valid = signals.valid;
    this.payload = signals.payload;
    this.ready = signals.ready;
  }

  /** A beat moves in this cycle. */
  get fire(): Bool {
    return this.valid.and(this.ready);
  }
}
