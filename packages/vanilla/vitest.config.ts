export { default } from "../../tools/vitest.config.js";
