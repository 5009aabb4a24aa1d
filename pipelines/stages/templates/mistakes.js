// The confusion matrix of a recipe, whose cells open a picture behind them, and its mistakes.

const COLUMNS = 32, SHOWN = 12; // pictures in a row of the sheet; mistakes that are shown at first

// The sheet holds all pictures; an element shows one of them.
function setPicture(element, number) {
  const sheet = setPicture.sheet;
  const rows = sheet.naturalHeight / 28;
  element.style.backgroundSize = `${100 * COLUMNS}% ${100 * rows}%`;
  const share = (place, count) => (count > 1 ? (100 * place) / (count - 1) : 0);
  element.style.backgroundPosition = `${share(number % COLUMNS, COLUMNS)}% ${share(Math.floor(number / COLUMNS), rows)}%`;
}

// The 784 bytes of a picture of the sheet.
function pixelsOf(number) {
  const brush = new OffscreenCanvas(28, 28).getContext("2d");
  brush.drawImage(setPicture.sheet, -28 * (number % COLUMNS), -28 * Math.floor(number / COLUMNS));
  return Uint8Array.from({ length: 784 }, ((data) => (_, i) => data[4 * i])(brush.getImageData(0, 0, 28, 28).data));
}

function loadOnCanvas(number) {
  document.dispatchEvent(new CustomEvent("sample", { detail: { digit: pixelsOf(number) } }));
  byId("draw").scrollIntoView({ block: "center" });
  byId("clear").focus({ preventScroll: true });
}

function mistakeButton({ picture, truth, predicted, probability }, classes, digits) {
  const square = make("span", { class: "picture" });
  setPicture(square, picture);
  const sure = probability > 0.99 ? "> 99 %" : percentText(probability, 0);
  const text = word(`said ${classes[predicted]} (${sure}), truth ${classes[truth]}`, `답 ${classes[predicted]} (${sure}), 정답 ${classes[truth]}`);
  const button = make("button", { type: "button", "data-picture": picture }, square, text);
  if (digits) {
    button.title = word("Load it onto the canvas", "그리기 화면에 올리기");
    button.addEventListener("click", () => loadOnCanvas(picture));
  }
  return make("li", {}, button);
}

function drawMistakes(place, name, { confusion, mistakes, classes }, digits) {
  if (!confusion) return;
  const worst = Math.max(1, ...confusion.flatMap((row, i) => row.filter((_, j) => i !== j)));
  const head = make("tr", {}, make("td"), ...classes.map((text) => make("th", { scope: "col" }, make("span", {}, text))));
  const list = make("ul", { class: "mistakes" });
  const sure = [...mistakes].sort((a, b) => b.probability - a.probability);
  const fill = (chosen) => {
    const found = chosen ? sure.filter(({ truth, predicted }) => truth === chosen[0] && predicted === chosen[1]) : sure.slice(0, SHOWN);
    list.replaceChildren(...found.map((mistake) => mistakeButton(mistake, classes, digits)));
    caption.textContent = chosen
      ? word(`Truth ${classes[chosen[0]]}, said ${classes[chosen[1]]}: the most confident one`, `정답 ${classes[chosen[0]]}, 답 ${classes[chosen[1]]}: 가장 확신한 것`)
      : word("Mistakes it was most confident about", "가장 확신하며 틀린 것");
  };
  const cell = (count, i, j) => {
    const known = mistakes.some(({ truth, predicted }) => truth === i && predicted === j);
    const label = word(`truth ${classes[i]}, predicted ${classes[j]}: ${count}`, `정답 ${classes[i]}, 예측 ${classes[j]}: ${count}`);
    const inside = known
      ? make("button", { type: "button", "aria-label": label, "aria-pressed": false, title: label, style: `--on: ${Math.sqrt(count / worst).toFixed(3)}`, click: ({ currentTarget }) => {
        const off = currentTarget.getAttribute("aria-pressed") === "true";
        for (const other of table.querySelectorAll("button")) other.setAttribute("aria-pressed", false);
        currentTarget.setAttribute("aria-pressed", !off);
        fill(off ? null : [i, j]);
      } }, String(count))
      : make("span", { style: i === j ? undefined : `--on: ${Math.sqrt(count / worst).toFixed(3)}` }, count ? String(count) : "·");
    return make("td", { class: i === j ? "hit" : undefined }, inside);
  };
  const long = classes.some((text) => text.length > 3);
  const table = make("table", { class: long ? "matrix long" : "matrix" },
    make("caption", { class: "hidden" }, word("Confusion matrix: true against predicted", "혼동 행렬: 정답과 예측")),
    make("thead", {}, head),
    make("tbody", {}, ...confusion.map((row, i) => make("tr", {}, make("th", { scope: "row" }, classes[i]), ...row.map((count, j) => cell(count, i, j))))));
  const caption = make("h4");
  place.append(make("div", {},
    make("h4", {}, word("Confusion matrix: true (rows) against predicted (columns)", "혼동 행렬: 정답(행)과 예측(열)")),
    make("div", { class: "wide", tabindex: 0, role: "region", "aria-label": `${word("Confusion matrix", "혼동 행렬")}: ${name}` }, table)));
  if (mistakes.length) {
    place.append(make("div", {}, caption, list));
    fill(null);
  }
}
