// Loaded before every test file of `npm run test:tfjs-node`.
import { startBackend } from "@gan/core/node";

await startBackend("tfjs-node");
