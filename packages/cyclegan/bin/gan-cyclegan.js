#!/usr/bin/env node
import { runBin } from "@gan/core/bin";

await runBin("cyclegan", import.meta.dirname);
