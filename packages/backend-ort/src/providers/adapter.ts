/** The device that a provider runs on. */
export interface Adapter {
  /** Its name, as the driver gives it. */
  readonly name: string;
  /** `software` if it is a driver that computes on the CPU. */
  readonly kind: "hardware" | "software" | "unknown";
}

const SOFTWARE = /llvmpipe|lavapipe|swiftshader|basic render/i;

/**
 * The device that a provider opened, from what the Vulkan loader (`VK_LOADER_DEBUG=driver`) wrote to stderr. On
 * platforms where WebGPU stands on Metal or Direct3D nothing names it: then its kind is `unknown`.
 */
export function adapterInLog(provider: string, log: string): Adapter {
  const opened = [...log.matchAll(/Using "([^"]+)" with driver: "[^"]+"/g)].at(-1)?.[1];
  if (opened) return { name: opened, kind: SOFTWARE.test(opened) ? "software" : "hardware" };
  return {
    name: provider === "cuda" ? "NVIDIA GPU" : "unnamed WebGPU adapter",
    kind: provider === "cuda" ? "hardware" : "unknown",
  };
}
