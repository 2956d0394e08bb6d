import { describe, expect, it } from "vitest";
import { BufferPool } from "./pool.js";

describe("BufferPool", () => {
  it("gives a buffer again for its dtype and shape only", () => {
    const pool = new BufferPool();
    const buffer = pool.take("float32", [2, 3]);
    expect([buffer.type, buffer.dims, buffer.data]).toEqual(["float32", [2, 3], new Float32Array(6)]);
    expect(pool.freeBytes).toBe(0);
    pool.give(buffer);
    expect(pool.freeBytes).toBe(24);
    expect(pool.take("int32", [2, 3])).not.toBe(buffer);
    expect(pool.take("float32", [3, 2])).not.toBe(buffer);
    expect(pool.take("float32", [2, 3])).toBe(buffer);
    expect(pool.freeBytes).toBe(0);
    expect(pool.take("float32", [2, 3])).not.toBe(buffer);
  });

  it("makes scalars and booleans", () => {
    const pool = new BufferPool();
    expect(pool.take("int32", []).data).toEqual(new Int32Array(1));
    expect(pool.take("bool", [3]).data).toEqual(new Uint8Array(3));
  });

  it("lets buffers go that 128 runs did not want, and keeps those in use", () => {
    const pool = new BufferPool();
    const [busy, idle] = [pool.take("float32", [4]), pool.take("float32", [5])];
    pool.give(busy);
    pool.give(idle);
    for (let run = 0; run < 128; run++) {
      expect(pool.take("float32", [4])).toBe(busy);
      pool.give(busy);
      pool.tick();
    }
    expect(pool.freeBytes).toBe(16);
    expect(pool.take("float32", [5])).not.toBe(idle);
    expect(pool.take("float32", [4])).toBe(busy);
  });

  it("keeps what was given back less than 64 runs ago", () => {
    const pool = new BufferPool();
    for (let run = 0; run < 63; run++) pool.tick();
    const buffer = pool.take("float32", [4]);
    pool.give(buffer);
    pool.tick();
    expect(pool.take("float32", [4])).toBe(buffer);
  });

  it("forgets everything when cleared", () => {
    const pool = new BufferPool();
    const buffer = pool.take("float32", [4]);
    pool.give(buffer);
    pool.clear();
    expect(pool.freeBytes).toBe(0);
    expect(pool.take("float32", [4])).not.toBe(buffer);
  });
});
