import "./autodiff/index.js";

export * from "./checkpoint/index.js";
export * from "./data/index.js";
export * from "./errors/index.js";
export * from "./losses/index.js";
export * from "./nn/index.js";
export * from "./optim/index.js";
export * from "./random/index.js";
export * from "./train/index.js";
