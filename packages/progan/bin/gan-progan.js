#!/usr/bin/env node
import { runBin } from "@gan/core/bin";

await runBin("progan", import.meta.dirname);
