import { ByteCursor } from "./byte-cursor.js";
import { PickleError } from "./pickle-error.js";

/** What a pickle may name: a function that may be called, or a type that is only passed on. */
export interface PickleGlobal {
  readonly name: string;
  /** Absent for a type. */
  call?(args: readonly unknown[]): unknown;
}

/** What a pickle may reach outside of itself. */
export interface PickleWorld {
  /** Undefined: refused. Dicts are Maps, lists and tuples are arrays. */
  findGlobal(name: string): PickleGlobal | undefined;
  /** What stands for a persistent id. */
  loadPersistent(id: unknown): unknown;
}

/** An open bracket on the stack. */
const mark = Symbol("mark");

/**
 * Runs one pickle, with the operations that plain containers need and no other: it can make dicts, lists,
 * tuples, texts and numbers, call the functions of `world`, and nothing else. Dicts become Maps.
 *
 * @returns Its value, and the position behind it.
 * @throws PickleError when it names or does anything else, or is damaged.
 */
export function unpickle(
  bytes: Uint8Array,
  world: PickleWorld,
  position = 0,
): { value: unknown; end: number } {
  const cursor = new ByteCursor(bytes, position);
  const machine = new Machine(cursor, world);
  for (;;) {
    const operation = cursor.uint8();
    if (operation === stop) return { value: machine.pop(), end: cursor.position };
    const run = operations[operation];
    if (run === undefined) {
      const code = `0x${operation.toString(16).padStart(2, "0")}`;
      throw new PickleError(
        `it uses the pickle operation ${code} at byte ${cursor.position - 1}, which weights do not need`,
      );
    }
    run(machine, cursor);
  }
}

/** The stack and the memo. */
class Machine {
  readonly #stack: unknown[] = [];
  readonly #memo = new Map<number, unknown>();
  readonly #cursor: ByteCursor;
  readonly #world: PickleWorld;

  constructor(cursor: ByteCursor, world: PickleWorld) {
    this.#cursor = cursor;
    this.#world = world;
  }

  push(value: unknown): void {
    this.#stack.push(value);
  }

  pop(): unknown {
    const value = this.#stack.pop();
    if (value === undefined || value === mark) throw this.#damaged("takes what is not there");
    return value;
  }

  /** The last `count` values. */
  popMany(count: number): unknown[] {
    return Array.from({ length: count }, () => this.pop()).reverse();
  }

  /** All since the last mark, which goes too. */
  popToMark(): unknown[] {
    const at = this.#stack.lastIndexOf(mark);
    if (at < 0) throw this.#damaged("closes what is not open");
    const values = this.#stack.splice(at);
    return values.slice(1);
  }

  pushMark(): void {
    this.#stack.push(mark);
  }

  remember(index = this.#memo.size): void {
    const value = this.pop();
    this.#memo.set(index, value);
    this.push(value);
  }

  recall(index: number): void {
    if (!this.#memo.has(index)) throw this.#damaged(`recalls value ${index}, which it never kept`);
    this.push(this.#memo.get(index));
  }

  append(values: readonly unknown[]): void {
    const list = this.pop();
    if (!Array.isArray(list)) throw this.#damaged("appends to what is no list");
    for (const value of values) list.push(value);
    this.push(list);
  }

  setItems(values: readonly unknown[]): void {
    const dict = this.pop();
    if (!(dict instanceof Map) || values.length % 2 > 0) throw this.#damaged("fills what is no dict");
    for (let index = 0; index < values.length; index += 2) dict.set(values[index], values[index + 1]);
    this.push(dict);
  }

  pushGlobal(module: unknown, name: unknown): void {
    const full = `${module}.${name}`;
    const found = this.#world.findGlobal(full);
    if (found === undefined) throw new PickleError(`it names ${full}, which weights do not need`);
    this.push(found);
  }

  call(): void {
    const [target, args] = this.popMany(2);
    const { name, call } = target as Partial<PickleGlobal>;
    if (call === undefined || !Array.isArray(args)) {
      throw new PickleError(`it calls ${name ?? "what is no function"}, which weights do not need`);
    }
    this.push(call(args));
  }

  /** Attributes of an object: kept by none of those that weights consist of. */
  build(): void {
    const [target, state] = this.popMany(2);
    if (!(target instanceof Map && state instanceof Map)) {
      throw new PickleError("it sets attributes of an object, which weights do not need");
    }
    this.push(target);
  }

  pushPersistent(): void {
    this.push(this.#world.loadPersistent(this.pop()));
  }

  #damaged(what: string): PickleError {
    return new PickleError(`at byte ${this.#cursor.position} it ${what}`);
  }
}

type Operation = (machine: Machine, cursor: ByteCursor) => void;

const stop = 0x2e;

/** Numbers beyond 53 bits stay bigints: PyTorch's magic number is one. */
const toNumber = (value: bigint) => (Number.isSafeInteger(Number(value)) ? Number(value) : value);

/** By the byte that stands for them; their names are those of Python's pickletools. */
const operations: Readonly<Record<number, Operation>> = {
  // PROTO, FRAME: how it was written
  128: (_, cursor) => {
    if (cursor.uint8() > 5) throw new PickleError("it is a pickle of an unknown protocol");
  },
  149: (_, cursor) => void cursor.bytes(8),
  // NONE, NEWTRUE, NEWFALSE
  78: (machine) => machine.push(null),
  136: (machine) => machine.push(true),
  137: (machine) => machine.push(false),
  // BININT, BININT1, BININT2, LONG1, BINFLOAT
  74: (machine, cursor) => machine.push(cursor.int32()),
  75: (machine, cursor) => machine.push(cursor.uint8()),
  77: (machine, cursor) => machine.push(cursor.uint16()),
  138: (machine, cursor) => machine.push(toNumber(cursor.long(cursor.uint8()))),
  71: (machine, cursor) => machine.push(cursor.float64()),
  // BINUNICODE, SHORT_BINUNICODE, BINSTRING, SHORT_BINSTRING
  88: (machine, cursor) => machine.push(cursor.text(cursor.uint32())),
  140: (machine, cursor) => machine.push(cursor.text(cursor.uint8())),
  84: (machine, cursor) => machine.push(cursor.text(cursor.uint32())),
  85: (machine, cursor) => machine.push(cursor.text(cursor.uint8())),
  // MARK, EMPTY_TUPLE, TUPLE1, TUPLE2, TUPLE3, TUPLE
  40: (machine) => machine.pushMark(),
  41: (machine) => machine.push([]),
  133: (machine) => machine.push(machine.popMany(1)),
  134: (machine) => machine.push(machine.popMany(2)),
  135: (machine) => machine.push(machine.popMany(3)),
  116: (machine) => machine.push(machine.popToMark()),
  // EMPTY_LIST, APPEND, APPENDS
  93: (machine) => machine.push([]),
  97: (machine) => machine.append(machine.popMany(1)),
  101: (machine) => machine.append(machine.popToMark()),
  // EMPTY_DICT, SETITEM, SETITEMS
  125: (machine) => machine.push(new Map()),
  115: (machine) => machine.setItems(machine.popMany(2)),
  117: (machine) => machine.setItems(machine.popToMark()),
  // BINPUT, LONG_BINPUT, MEMOIZE, BINGET, LONG_BINGET
  113: (machine, cursor) => machine.remember(cursor.uint8()),
  114: (machine, cursor) => machine.remember(cursor.uint32()),
  148: (machine) => machine.remember(),
  104: (machine, cursor) => machine.recall(cursor.uint8()),
  106: (machine, cursor) => machine.recall(cursor.uint32()),
  // GLOBAL, STACK_GLOBAL, REDUCE, BUILD, BINPERSID
  99: (machine, cursor) => machine.pushGlobal(cursor.line(), cursor.line()),
  147: (machine) => machine.pushGlobal(...(machine.popMany(2) as [unknown, unknown])),
  82: (machine) => machine.call(),
  98: (machine) => machine.build(),
  81: (machine) => machine.pushPersistent(),
};
