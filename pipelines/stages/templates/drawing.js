// The canvas: strokes become a prepared digit, and every network beside it answers at once.

const SURE = 0.7; // below this probability, and where two networks disagree, the page is not sure
const LONGEST = 160; // 99.9 % of MNIST's digits have a shorter outline, in pixels

// The length of the outline along both axes: the sum of the differences between neighbours.
function outline(digit) {
  let sum = 0;
  for (let i = 0; i < digit.length; i++) {
    if (i % SIDE) sum += Math.abs(digit[i] - digit[i - 1]);
    if (i >= SIDE) sum += Math.abs(digit[i] - digit[i - SIDE]);
  }
  return sum / 255;
}

const argmax = (values) => values.indexOf(Math.max(...values));

// What to say about the probabilities that the networks give, by "published", "corrected", "dense";
// `part` is the chosen one.
function sentence(digit, part, found, classes) {
  const shown = found[part];
  if (!shown) return word("Draw here; the answer appears as you draw.", "왼쪽에 그리면 바로 답합니다.");
  const best = Math.max(...shown), name = classes[argmax(shown)];
  if (best === Math.min(...shown)) return word(`Says ${name}, as for every drawing: all ten are equal.`, `무엇을 그리든 ${name}. 열 개가 모두 같습니다.`);
  if (part === "published") {
    const right = classes[argmax(found.corrected)];
    return word(`Says ${name}. Corrected: ${right}.`, `답은 ${name}, 바로잡으면 ${right}.`);
  }
  const unlike = [found.corrected, found.dense].some((other) => other && argmax(other) !== argmax(shown));
  const article = name === "8" ? "an" : "a";
  if (best < SURE || unlike || outline(digit) > LONGEST)
    return word(`Not sure this is a digit. Perhaps ${article} ${name}?`, `숫자인지 잘 모르겠습니다. 혹시 ${name}?`);
  return word(`This is ${article} ${name}.`, `${name}입니다.`);
}

function startDrawing(models) {
  const paper = byId("paper"), rows = [...document.querySelectorAll("#bars tbody tr")];
  const pen = paper.getContext("2d", { willReadFrequently: true });
  const choices = [...document.querySelectorAll(".choices input")];
  const seen = byId("seen")?.getContext("2d");
  let strokes = [], current = null, sample = null, erasing = false, waiting = false, demo = true;

  const place = (event) => {
    const box = paper.getBoundingClientRect();
    return [
      ((event.clientX - box.left) * paper.width) / box.width,
      ((event.clientY - box.top) * paper.height) / box.height,
    ];
  };
  const line = ({ erases }, from, to) => {
    pen.globalCompositeOperation = erases ? "destination-out" : "source-over";
    pen.lineWidth = erases ? paper.width / 8 : paper.width / 13;
    pen.lineCap = pen.lineJoin = "round";
    pen.strokeStyle = document.documentElement.dataset.theme === "dark" ? "#fff" : "#111";
    pen.beginPath();
    pen.moveTo(...from);
    pen.lineTo(to[0] + 0.01, to[1]); // a line of no length would leave no dot
    pen.stroke();
  };
  const redraw = () => {
    pen.globalCompositeOperation = "source-over";
    pen.clearRect(0, 0, paper.width, paper.height);
    if (sample) drawSample();
    for (const stroke of strokes)
      stroke.points.forEach((point, i) => line(stroke, stroke.points[Math.max(i - 1, 0)], point));
  };
  // A picture of the data set as ink, 20 times 14 pixels for each of its 28 times 28.
  const drawSample = () => {
    const small = new OffscreenCanvas(SIDE, SIDE), brush = small.getContext("2d");
    const picture = brush.createImageData(SIDE, SIDE);
    const shade = document.documentElement.dataset.theme === "dark" ? 255 : 17;
    sample.forEach((value, i) => picture.data.set([shade, shade, shade, value], 4 * i));
    brush.putImageData(picture, 0, 0);
    pen.imageSmoothingEnabled = true;
    pen.drawImage(small, 0, 0, paper.width, paper.height);
  };
  // A sample is what the networks were trained on already; a drawing has to be prepared.
  const prepared = () => {
    if (sample && !strokes.length) return sample;
    const { data } = pen.getImageData(0, 0, paper.width, paper.height);
    const drawn = image(paper.height, paper.width);
    for (let i = 0; i < drawn.data.length; i++) drawn.data[i] = data[4 * i + 3] / 255;
    return prepareDigit(drawn);
  };

  const show = () => {
    const digit = prepared();
    const found = {};
    if (digit) for (const { value, dataset } of choices) found[value] = probabilities(models[dataset.network], digit);
    const { value: chosen, dataset } = choices.find((choice) => choice.checked);
    const shown = found[chosen], classes = models[dataset.network].classes;
    rows.forEach((row, i) => {
      row.querySelector("i").style.width = `${100 * (shown?.[i] ?? 0)}%`;
      row.querySelector(".number").textContent = shown ? percentText(shown[i]) : "–";
      row.classList.toggle("best", Boolean(shown) && i === argmax(shown));
    });
    for (const choice of choices) {
      const answer = found[choice.value];
      choice.parentElement.querySelector("output").textContent =
        answer ? classes[argmax(answer)] : "–";
    }
    byId("answer").textContent = sentence(digit, chosen, found, classes);
    byId("undo").disabled = !strokes.length && !sample;
    if (seen) {
      const picture = seen.createImageData(SIDE, SIDE);
      for (let i = 0; i < SIDE * SIDE; i++) picture.data.set([digit?.[i] ?? 0, digit?.[i] ?? 0, digit?.[i] ?? 0, 255], 4 * i);
      seen.putImageData(picture, 0, 0);
    }
    document.dispatchEvent(new CustomEvent("drawn", { detail: digit }));
  };
  const soon = () => {
    if (!waiting) requestAnimationFrame(() => { waiting = false; show(); });
    waiting = true;
  };
  const extend = (point) => {
    line(current, current.points.at(-1) ?? point, point);
    current.points.push(point);
    soon();
  };

  paper.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    paper.setPointerCapture(event.pointerId);
    if (demo && sample) { sample = null; redraw(); } // the picture of the start makes way for a drawing
    demo = false;
    current = { erases: erasing, points: [] };
    strokes.push(current);
    extend(place(event));
  });
  paper.addEventListener("pointermove", (event) => {
    if (!current || !paper.hasPointerCapture(event.pointerId)) return;
    for (const part of event.getCoalescedEvents?.() ?? []) extend(place(part));
    extend(place(event));
  });
  for (const kind of ["pointerup", "pointercancel"])
    paper.addEventListener(kind, () => { current = null; });
  byId("clear").addEventListener("click", () => { strokes = []; sample = null; redraw(); show(); });
  byId("undo").addEventListener("click", () => {
    if (strokes.length) strokes.pop();
    else sample = null;
    redraw();
    show();
  });
  byId("eraser").addEventListener("click", () => {
    erasing = !erasing;
    byId("eraser").setAttribute("aria-pressed", erasing);
  });
  for (const choice of choices) choice.addEventListener("change", show);
  document.addEventListener("sample", ({ detail }) => {
    demo &&= detail.demo === true;
    [sample, strokes] = [detail.digit, []];
    redraw();
    show();
  });
  onChange(() => { redraw(); show(); });
  redraw();
  startWriteups(choices, show);
}
