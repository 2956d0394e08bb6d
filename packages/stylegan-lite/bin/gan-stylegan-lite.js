#!/usr/bin/env node
import { runBin } from "@gan/core/bin";

await runBin("stylegan-lite", import.meta.dirname);
