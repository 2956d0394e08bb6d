#!/usr/bin/env node
import { runBin } from "@gan/core/bin";

await runBin("example", import.meta.dirname);
