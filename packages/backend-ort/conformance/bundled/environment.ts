import { setTestEnvs } from "@tensorflow/tfjs-core/dist/jasmine_util.js";
import { beforeCall, start } from "conformance-backend";
import { probeCalls } from "./probe.js";
import { request } from "./request.js";

// Specs are defined once per test environment, when their files are imported: this has to come first.
setTestEnvs([{ name: request.backend, backendName: request.backend, isDataSync: true }]);
start(request.refuseFallback);
probeCalls(request.backend, beforeCall);
