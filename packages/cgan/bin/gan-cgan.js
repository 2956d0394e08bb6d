#!/usr/bin/env node
import { runBin } from "@gan/core/bin";

await runBin("cgan", import.meta.dirname);
