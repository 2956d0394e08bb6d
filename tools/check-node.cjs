// Ends with one sentence when Node.js is too old for this workspace. Written for the oldest Node.js that
// anyone may still have (no ES2015 syntax, no `node:` imports) and loaded before everything else.
"use strict";
var required = require("../package.json").engines.node.replace(">=", ""); // "20.19"
/** @param {string} version */
var asNumber = (version) => {
  var parts = version.split(".");
  return Number(parts[0]) * 1000 + Number(parts[1]);
};
if (asNumber(process.versions.node) < asNumber(required)) {
  console.error(
    "This workspace needs Node.js " +
      required +
      " or newer, but this is Node.js " +
      process.versions.node +
      ". Install a newer one from https://nodejs.org and run the same command again.",
  );
  process.exit(1);
}
