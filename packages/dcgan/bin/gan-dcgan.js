#!/usr/bin/env node
import { runBin } from "@gan/core/bin";

await runBin("dcgan", import.meta.dirname);
