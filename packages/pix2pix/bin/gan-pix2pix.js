#!/usr/bin/env node
import { runBin } from "@gan/core/bin";

await runBin("pix2pix", import.meta.dirname);
