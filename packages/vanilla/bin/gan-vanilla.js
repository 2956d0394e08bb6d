#!/usr/bin/env node
import { runBin } from "@gan/core/bin";

await runBin("vanilla", import.meta.dirname);
