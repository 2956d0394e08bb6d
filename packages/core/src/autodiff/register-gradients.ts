// tfjs-core keeps its gradients in a module that Node.js cannot import by itself; tfjs-layers, which
// needs them all, registers them when it is loaded. Nothing else of it is used.
import "@tensorflow/tfjs-layers";
import { registerElementwise } from "./elementwise.js";
import { registerImages } from "./images.js";
import { registerReductions } from "./reductions.js";

// After tfjs's, which they replace. Doing it twice, from two copies of this package, changes nothing.
registerElementwise();
registerReductions();
registerImages();
