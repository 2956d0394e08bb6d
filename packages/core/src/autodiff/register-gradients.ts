// tfjs-core keeps its gradients in a module that Node.js cannot import by itself; tfjs-layers, which
// needs them all, registers them when it is loaded. Nothing else of it is used.
import "@tensorflow/tfjs-layers";
