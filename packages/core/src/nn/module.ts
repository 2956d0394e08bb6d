import { type Tensor, tidy, type Variable, variable } from "@tensorflow/tfjs-core";

/**
 * A network or layer: named parameters (moved by optimizers) and buffers (running statistics), its
 * own and those of its children, under names like `blocks.0.conv.weight`. Subclasses add a
 * `forward(x, ctx)`.
 *
 * A module owns its variables until {@link dispose}.
 */
export abstract class Module {
  readonly #parameters = new Map<string, Variable>();
  readonly #buffers = new Map<string, Variable>();
  readonly #children = new Map<string, Module>();

  /** Registers a trainable variable, float32; `create` runs inside a `tf.tidy`. */
  protected parameter(name: string, create: () => Tensor): Variable {
    const created = tidy(() => variable(create(), true));
    this.#parameters.set(name, created);
    return created;
  }

  /** Registers a variable that no optimizer moves, float32; `create` runs inside a `tf.tidy`. */
  protected buffer(name: string, create: () => Tensor): Variable {
    const created = tidy(() => variable(create(), false));
    this.#buffers.set(name, created);
    return created;
  }

  /** Registers a submodule, whose names it prefixes with `name.`, and returns it. */
  protected child<M extends Module>(name: string, module: M): M {
    this.#children.set(name, module);
    return module;
  }

  /** Trainable variables by name, in order of creation, children after own. */
  namedParameters(): Map<string, Variable> {
    return this.#collect((module) => module.#parameters);
  }

  /** Running statistics by name. */
  namedBuffers(): Map<string, Variable> {
    return this.#collect((module) => module.#buffers);
  }

  /** Parameters, then buffers: what a checkpoint holds. */
  namedVariables(): Map<string, Variable> {
    return new Map([...this.namedParameters(), ...this.namedBuffers()]);
  }

  /** How many numbers the trainable variables hold. */
  parameterCount(): number {
    let count = 0;
    for (const parameter of this.namedParameters().values()) count += parameter.size;
    return count;
  }

  /** Frees every variable; the module must not be used afterwards. */
  dispose(): void {
    for (const owned of this.namedVariables().values()) owned.dispose();
  }

  #collect(pick: (module: Module) => Map<string, Variable>, prefix = ""): Map<string, Variable> {
    const found = new Map<string, Variable>();
    for (const [name, entry] of pick(this)) found.set(prefix + name, entry);
    for (const [name, child] of this.#children) {
      for (const [path, entry] of child.#collect(pick, `${prefix}${name}.`)) found.set(path, entry);
    }
    return found;
  }
}
