// tfjs-core keeps its gradients in a module that Node.js cannot import by itself; tfjs-layers, which
// needs them all, registers them when it is loaded. Nothing else of it is used.
import "@tensorflow/tfjs-layers";
import { registerElementwise } from "./elementwise.js";
import { registerImages } from "./images.js";
import { registerReductions } from "./reductions.js";

/**
 * Registers this package's gradients in place of tfjs's, as its import does; once more where another copy of tfjs
 * was loaded since, which registers its own. Doing it twice changes nothing.
 */
export function registerGradients(): void {
  registerElementwise();
  registerReductions();
  registerImages();
}

registerGradients();
