/** A node that ONNX Runtime ran on the processor although another provider was asked for. */
export interface CpuNode {
  readonly name: string;
  readonly operator: string;
}

interface ProfileEvent {
  readonly cat?: string;
  readonly name?: string;
  readonly args?: { readonly provider?: string; readonly op_name?: string };
}

/**
 * The nodes that ran on the CPU, from a profile that ONNX Runtime wrote (session options `enableProfiling` and
 * `profileFilePrefix`, complete after `endProfiling()`). Sorted by operator, then name; each node once, however often it ran.
 * @param profile the file's text, JSON
 */
export function cpuNodesInProfile(profile: string): CpuNode[] {
  const nodes = new Map<string, CpuNode>();
  for (const { cat, name, args } of JSON.parse(profile) as ProfileEvent[]) {
    if (cat !== "Node" || args?.provider !== "CPUExecutionProvider" || !name?.endsWith(KERNEL)) continue;
    const node = { name: name.slice(0, -KERNEL.length), operator: args.op_name ?? "" };
    nodes.set(node.name, node);
  }
  return [...nodes.values()].sort(
    (a, b) => a.operator.localeCompare(b.operator) || a.name.localeCompare(b.name),
  );
}

const KERNEL = "_kernel_time";
