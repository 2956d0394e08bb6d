const lineWidth = 2;

/**
 * Lets the mouse, a pen or a finger draw black lines.
 *
 * @param onStroke Told when a line ends.
 * @returns What wipes the drawing, and draws an example.
 */
export function drawWithMouse(canvas: HTMLCanvasElement, onStroke: () => void) {
  const context = canvas.getContext("2d", { willReadFrequently: true }) as CanvasRenderingContext2D;
  const clear = () => {
    context.fillStyle = "white";
    context.fillRect(0, 0, canvas.width, canvas.height);
    Object.assign(context, { strokeStyle: "black", lineWidth, lineCap: "round", lineJoin: "round" });
  };
  const place = ({ offsetX, offsetY }: PointerEvent) =>
    [(offsetX * canvas.width) / canvas.clientWidth, (offsetY * canvas.height) / canvas.clientHeight] as const;
  canvas.addEventListener("pointerdown", (event) => {
    canvas.setPointerCapture(event.pointerId);
    context.beginPath();
    context.moveTo(...place(event));
  });
  canvas.addEventListener("pointermove", (event) => {
    if (!canvas.hasPointerCapture(event.pointerId)) return;
    context.lineTo(...place(event));
    context.stroke();
  });
  canvas.addEventListener("pointerup", onStroke);
  clear();
  const circle = (x: number, y: number, radius: number, from = 0, to = 2 * Math.PI) => {
    context.beginPath();
    context.arc(x, y, radius, from, to);
    context.stroke();
  };
  return {
    clear,
    /** The face that most emoji begin with. */
    example() {
      clear();
      circle(32, 32, 20);
      circle(25, 28, 1);
      circle(39, 28, 1);
      circle(32, 34, 9, 0.2 * Math.PI, 0.8 * Math.PI);
    },
  };
}
