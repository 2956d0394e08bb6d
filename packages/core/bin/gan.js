#!/usr/bin/env node
import { runBin } from "@gan/core/bin";

await runBin("core", import.meta.dirname, { module: "dist/cli/gan.js", run: "runGan" });
