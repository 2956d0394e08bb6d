import type { QuizMode } from "./quiz.js";

/** What the page knows: nothing of which picture is real. */
export interface QuizPage {
  mode: QuizMode;
  /** Addresses of the pictures of each trial. */
  trials: readonly (readonly string[])[];
  /** Seconds for an answer; 0 for no limit. */
  seconds: number;
  choices: readonly [string, string];
}

/** The page of a quiz: one file, by keyboard (← →, or 1 2) and by touch, from 320 pixels of width. */
export function renderQuizPage(quiz: QuizPage): string {
  const data = JSON.stringify(quiz).replaceAll("<", "\\u003c");
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Real or generated?</title>
<style>${style}</style>
<main>
  <form id="start">
    <h1>${quiz.mode === "single" ? "Real or generated?" : "Which one is real?"}</h1>
    <p>${quiz.trials.length} questions${quiz.seconds > 0 ? `, ${quiz.seconds} seconds each` : ""}. Answer by the buttons, or by the keys ← and →.</p>
    <label>Your name or initials <input id="person" maxlength="60" autocomplete="off" required autofocus></label>
    <button>Begin</button>
  </form>
  <section id="quiz" hidden>
    <p id="place" aria-live="polite"></p>
    <progress id="time" hidden></progress>
    <div id="pictures" class="${quiz.mode}"></div>
    <div id="answers"></div>
    <p id="fault" role="alert"></p>
  </section>
  <section id="end" hidden><h1>Thank you</h1><p id="own"></p><p id="all"></p></section>
</main>
<script>const quiz = ${data};${script}</script>
</html>
`;
}

const style = `
:root { color-scheme: light dark; font: 17px/1.5 system-ui, sans-serif; }
body { margin: 0; }
main { max-width: 44rem; margin: 0 auto; padding: 1rem; }
h1 { font-size: 1.5rem; margin: .5rem 0; }
label { display: block; margin: 1rem 0; }
input { font: inherit; width: 100%; box-sizing: border-box; padding: .5rem; margin-top: .25rem; }
button { font: inherit; min-height: 3rem; padding: .5rem 1rem; border: 2px solid #2563eb; border-radius: .5rem; background: #2563eb; color: #fff; cursor: pointer; }
button:focus-visible { outline: 3px solid #f59e0b; outline-offset: 2px; }
#place { margin: 0 0 .5rem; opacity: .75; }
progress { width: 100%; }
#pictures { display: grid; gap: .75rem; justify-content: center; grid-template-columns: minmax(0, 22rem); }
#pictures.pair { grid-template-columns: repeat(2, minmax(0, 1fr)); }
img { width: 100%; aspect-ratio: 1; object-fit: contain; background: #8883; image-rendering: pixelated; }
#answers { display: grid; grid-template-columns: 1fr 1fr; gap: .75rem; margin-top: .75rem; }
#fault { color: #dc2626; min-height: 1.5em; }
`;

const script = `
const find = (id) => document.getElementById(id);
const percent = (value) => Math.round(100 * value) + " %";
const names = { real: "Real", fake: "Generated", left: "Left", right: "Right" };
let trial = 0, begun = 0, timer, isOpen = false, person = "";
find("start").addEventListener("submit", (event) => {
  event.preventDefault();
  person = find("person").value.trim();
  if (person === "") return;
  find("start").hidden = true;
  find("quiz").hidden = false;
  show();
});
quiz.choices.forEach((choice, index) => {
  const button = document.createElement("button");
  button.textContent = (index === 0 ? "← " : "") + names[choice] + (index === 1 ? " →" : "");
  button.addEventListener("click", () => give(choice));
  find("answers").append(button);
});
document.addEventListener("keydown", (event) => {
  if (event.repeat || event.altKey || event.ctrlKey || event.metaKey) return;
  const index = { ArrowLeft: 0, 1: 0, ArrowRight: 1, 2: 1 }[event.key];
  if (index === undefined || !isOpen) return;
  event.preventDefault();
  give(quiz.choices[index]);
});
function setOpen(open) {
  isOpen = open;
  find("quiz").dataset.open = open;
}
async function show() {
  find("place").textContent = "Question " + (trial + 1) + " of " + quiz.trials.length;
  const pictures = quiz.trials[trial].map((address, index) => {
    const picture = new Image();
    picture.src = address;
    picture.alt = quiz.mode === "single" ? "Is this picture real?" : index === 0 ? "Left picture" : "Right picture";
    return picture;
  });
  await Promise.all(pictures.map((picture) => picture.decode().catch(() => undefined)));
  find("pictures").replaceChildren(...pictures);
  begun = performance.now();
  setOpen(true);
  if (quiz.seconds === 0) return;
  const bar = find("time");
  bar.hidden = false;
  bar.max = quiz.seconds;
  clearInterval(timer);
  timer = setInterval(() => {
    const left = quiz.seconds - (performance.now() - begun) / 1000;
    bar.value = Math.max(0, left);
    if (left <= 0) give("none");
  }, 50);
}
async function give(answer) {
  if (!isOpen) return;
  setOpen(false);
  clearInterval(timer);
  const body = JSON.stringify({ person, trial, answer, millis: performance.now() - begun });
  try {
    const response = await fetch("/answer", { method: "POST", headers: { "content-type": "application/json" }, body });
    if (!response.ok) throw new Error(await response.text());
    const told = await response.json();
    find("fault").textContent = "";
    trial++;
    if (trial < quiz.trials.length) return show();
    const text = (rate) => percent(rate.rate) + " wrong (95 % interval " + percent(rate.low) + " to " + percent(rate.high) + ", " + rate.count + " answers)";
    find("own").textContent = "You: " + text(told.own);
    find("all").textContent = "Everybody: " + text(told.pooled) + ". At 50 % nobody can tell.";
    find("quiz").hidden = true;
    find("end").hidden = false;
  } catch (error) {
    find("fault").textContent = "Not saved: " + error.message + ". Answer again.";
    setOpen(true);
  }
}
`;
