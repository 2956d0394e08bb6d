import jasmineRequire from "jasmine-core/lib/jasmine-core/jasmine.js";

// The package's own boot() reads files beside itself, which a bundle has not.
const jasmine = jasmineRequire.core(jasmineRequire);
/** The environment to which the global `describe` and `it` add, in the order in which they are called. */
export const environment = jasmine.getEnv({ suppressLoadErrors: true });
Object.assign(globalThis, jasmineRequire.interface(jasmine, environment));
// tfjs-core's limit; a slow machine must not turn into a failure.
jasmine.DEFAULT_TIMEOUT_INTERVAL = 20_000;
