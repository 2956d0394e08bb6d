import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { runProgram } from "../run-program.mjs";

/**
 * Of a wheel: the two libraries, which are all that the addon loads, and the headers that its source includes.
 * Prints the wheel's requirements of the extra `and-cuda`.
 */
const unpack = `
import re, sys, zipfile
wheel, target = sys.argv[1:]
headers = "tensorflow/include/(tensorflow/c|tensorflow/core/platform|tsl/platform|xla/tsl/c)/"
with zipfile.ZipFile(wheel) as archive:
    for name in archive.namelist():
        if re.match(r"tensorflow/libtensorflow_(cc|framework)\\.so\\.2$", name) or re.match(headers + r".*\\.h$", name):
            archive.extract(name, target)
        if name.endswith(".dist-info/METADATA"):
            text = archive.read(name).decode()
for need in re.findall(r'Requires-Dist: (nvidia\\S+).*and-cuda', text):
    print(need)
`;

/** What pip asks a registry for: the library is the same for every Python. */
const anyPython = [
  "--no-deps",
  "--only-binary",
  ":all:",
  "--implementation",
  "cp",
  "--python-version",
  "3.12",
];

const remedy =
  "see that pip reaches PyPI or your mirror (pip config set global.index-url …), and that the disk has room";

/** The tags of glibc that wheels bear; pip takes each by its exact name. @param {string} machine */
const platforms = (machine) =>
  ["2_28", "2_27", "2_17", "2014"].flatMap((version) => [
    "--platform",
    version === "2014" ? `manylinux2014_${machine}` : `manylinux_${version}_${machine}`,
  ]);
const machine = process.arch === "arm64" ? "aarch64" : "x86_64";

/**
 * Puts TensorFlow's C library and headers into the cache, from PyPI's wheel; does nothing where it is.
 * @param {import("./parts.mjs").Parts} parts
 * @param {(text: string) => void} tell
 */
export async function fetchTensorflow({ wheel, tensorflow, cache, library }, tell) {
  if (existsSync(library)) return;
  tell(`Fetching ${wheel} ${tensorflow} from PyPI (${wheel === "tensorflow" ? "570" : "270"} MB)`);
  mkdirSync(cache, { recursive: true });
  const work = mkdtempSync(join(cache, ".fetching-"));
  try {
    const what = `fetching ${wheel} ${tensorflow}`;
    const request = [...anyPython, ...platforms(machine), "--dest", work, `${wheel}==${tensorflow}`];
    await runProgram("python3", ["-m", "pip", "download", "--quiet", ...request], { what, remedy });
    const file = readdirSync(work).find((name) => name.endsWith(".whl"));
    const unpacked = join(work, "unpacked");
    const needs = await runProgram("python3", ["-c", unpack, join(work, String(file)), unpacked], {
      what: `unpacking ${file}`,
      remedy: `see that the disk of ${cache} has 2 GB`,
    });
    linkAsExpected(join(unpacked, "tensorflow"));
    writeFileSync(needsFile(unpacked), needs);
    renameSync(unpacked, library);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** What TensorFlow needs of NVIDIA, one requirement a line. @param {string} folder */
const needsFile = (folder) => join(folder, "cuda-requirements.txt");

/** tfjs-node links with -ltensorflow; of the wheel, libtensorflow_cc holds the C functions. @param {string} folder */
function linkAsExpected(folder) {
  symlinkSync("libtensorflow_cc.so.2", join(folder, "libtensorflow.so"));
  symlinkSync("libtensorflow_framework.so.2", join(folder, "libtensorflow_framework.so"));
}

/**
 * Puts NVIDIA's libraries beside TensorFlow's, where its own search path looks for them: CUDA, cuDNN and others of
 * the versions that TensorFlow's wheel asks for. The driver is not among them.
 * @param {import("./parts.mjs").Parts} parts
 * @param {(text: string) => void} tell
 */
export async function fetchCuda({ library, cache }, tell) {
  const target = join(library, "nvidia");
  if (existsSync(target)) return;
  const needs = readFileSync(needsFile(library), "utf8").split("\n").filter(Boolean);
  tell(`Fetching CUDA, cuDNN and ${needs.length - 2} other libraries of NVIDIA from PyPI (several GB)`);
  const work = mkdtempSync(join(cache, ".fetching-"));
  try {
    const request = [...anyPython, ...platforms(machine), "--target", work, ...needs];
    await runProgram("python3", ["-m", "pip", "install", "--quiet", "--no-compile", ...request], {
      what: "fetching NVIDIA's libraries",
      remedy,
    });
    renameSync(join(work, "nvidia"), target);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}
