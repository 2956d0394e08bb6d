import { openColours } from "./colours.js";
import { openDigits } from "./digits.js";
import { drawWithMouse } from "./draw-with-mouse.js";

const find = <Element extends HTMLElement>(id: string) => document.getElementById(id) as Element;
const message = find("message");

/** Tells what went wrong, where a visitor looks. */
const attempt = (work: () => Promise<void>) =>
  work().catch((error: Error) => {
    message.textContent = error.message;
    console.error(error);
  });

void attempt(async () => {
  const seed = find<HTMLInputElement>("seed");
  const wanted = new URLSearchParams(location.search).get("backend") ?? undefined;
  const { show, backend } = await openDigits(find("digits"), wanted);
  find("backend").textContent = backend;
  const generate = () => attempt(() => show(Number(seed.value)));
  seed.addEventListener("change", generate);
  find("generate").addEventListener("click", () => {
    seed.value = String(Number(seed.value) + 1);
    void generate();
  });
  await generate();
  document.body.dataset["digits"] = "ready";
});

void attempt(async () => {
  let colour = async () => {};
  const update = () => attempt(() => colour());
  const drawing = find<HTMLCanvasElement>("drawing");
  const { clear, example } = drawWithMouse(drawing, update);
  find("clear").addEventListener("click", () => {
    clear();
    void update();
  });
  find("example").addEventListener("click", () => {
    example();
    void update();
  });
  colour = await openColours(drawing, find("coloured"));
  example();
  await update();
  document.body.dataset["colours"] = "ready";
});
