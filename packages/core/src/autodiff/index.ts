export { registerGradients } from "./register-gradients.js";
export { stopGradient, withoutGradient } from "./stop-gradient.js";
