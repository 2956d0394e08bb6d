import { probeFallback } from "./probe.js";
import { request } from "./request.js";

// Before the backend under test is imported, which may keep hold of the cpu kernels that it finds.
if (request.backend !== "cpu") {
  probeFallback();
}
