import { options, providerChoice } from "../config.js";
import { nodeOperations } from "../graph/operations.js";
import { sizeOf } from "../graph/shapes.js";
import type { GraphNode } from "../graph/types.js";
import { nodeName } from "../onnx/write-model.js";
import { exceedsWebgpu } from "./webgpu-limits.js";

/**
 * Operations and elements below which a graph gets one thread: a second one could save microseconds, while each
 * session starts and ends threads of its own.
 */
const WORTH_THREADS = 1e5;

/**
 * Options of ONNX Runtime for a session of these nodes, as {@link configure} has them now.
 *
 * @param keepsMemory Whether what it works in stays its own between runs, rather than the process's.
 */
export function sessionOptions(nodes: readonly GraphNode[], keepsMemory = true): object {
  return {
    ...providerOptions(nodes),
    ...(isLight(nodes)
      ? { intraOpNumThreads: 1 }
      : options.threads > 0
        ? { intraOpNumThreads: options.threads }
        : {}),
    interOpNumThreads: 1,
    executionMode: "sequential",
    // The graph is written as it shall run; ONNX Runtime's own passes would move transposes into the optimizer.
    graphOptimizationLevel: "disabled",
    // A planned block of memory would come on top of what the first run took.
    enableMemPattern: false,
    enableCpuMemArena: keepsMemory,
    // Errors are thrown, with what they came from: not printed as well.
    logSeverityLevel: 4,
  };
}

/** Whether all nodes together read, write and multiply less than {@link WORTH_THREADS}. */
function isLight(nodes: readonly GraphNode[]): boolean {
  let work = 0;
  for (const node of nodes) {
    for (const value of [...node.inputs, ...node.outputs]) if (value) work += sizeOf(value.shape);
    work += nodeOperations(node);
    if (work > WORTH_THREADS) return false;
  }
  return true;
}

function providerOptions(nodes: readonly GraphNode[]): object {
  const choice = providerChoice();
  if (choice.used !== "webgpu") return choice.sessionOptions;
  const refused = nodes.flatMap((node, index) => (exceedsWebgpu(node) ? [nodeName(node, index)] : []));
  return {
    executionProviders: [{ name: "webgpu", ...(refused.length > 0 ? { forceCpuNodeNames: refused } : {}) }],
    // What is encoded before it is handed over: with ONNX Runtime's own 16, handing over costs more, see the README.
    extra: { "ep.webgpuexecutionprovider.maxNumPendingDispatches": "64" },
  };
}
