/**
 * Installs the frameworks that bench:step compares with, each in a Python environment under benchmarks/peers/.venv:
 *
 *     node benchmarks/peers/install.mjs [torch] [jax]
 *
 * Debian's PyTorch comes from apt, which needs root, so its command is only printed.
 */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

const requirements = { torch: ["torch", "numpy", "setuptools"], jax: ["jax[cpu]", "numpy"] };
const names = process.argv.slice(2);
const unknown = names.find((name) => !(name in requirements));
if (unknown) {
  console.error(`Unknown peer "${unknown}"; there are ${Object.keys(requirements).join(" and ")}.`);
  process.exit(2);
}

function run(file, ...args) {
  const { status, error } = spawnSync(file, args, { stdio: "inherit" });
  if (status === 0) return;
  console.error(`${[file, ...args].join(" ")} failed${error ? `: ${error.message}` : ""}`);
  process.exit(1);
}

for (const name of names.length ? names : Object.keys(requirements)) {
  const folder = fileURLToPath(new URL(`.venv/${name}`, import.meta.url));
  if (!existsSync(folder)) run("python3", "-m", "venv", folder);
  const python = process.platform === "win32" ? `${folder}/Scripts/python.exe` : `${folder}/bin/python`;
  run(python, "-m", "pip", "install", "--upgrade", ...requirements[name]);
}
console.log(`
torch.compile needs a C++ compiler (Debian: sudo apt-get install g++).
Debian's own PyTorch:
    sudo apt-get install --no-install-recommends python3-torch libopenblas0-openmp
Without an OpenBLAS its transposed convolutions run on the reference BLAS, some ten times slower.`);
