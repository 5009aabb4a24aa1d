// Curves as plain SVG: values under the pointer, names that hide lines, a log axis, smoothing.

const PLOT = { height: 250, left: 56, right: 14, top: 10, bottom: 26 };

// Round numbers that cover low to high, about `count` of them; on a log axis powers of ten.
function ticks(low, high, count, log) {
  if (log) {
    const first = Math.ceil(Math.log10(low) - 1e-9), last = Math.floor(Math.log10(high) + 1e-9);
    const step = Math.max(1, Math.ceil((last - first) / count));
    const powers = [];
    for (let power = first; power <= last; power += step) powers.push(10 ** power);
    return powers.length > 1 ? powers : [low, high];
  }
  const rough = (high - low) / count || 1, power = 10 ** Math.floor(Math.log10(rough));
  const step = power * [1, 2, 5, 10].find((factor) => factor * power >= rough * 0.999);
  const found = [];
  for (let value = Math.ceil(low / step - 1e-9) * step; value <= high + step * 1e-6; value += step) found.push(value);
  return found;
}

function numberText(value) {
  if (!Number.isFinite(value)) return "–";
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-3 || size >= 1e5)) {
    const [digits, power] = value.toExponential(1).split("e");
    const raised = [...power.replace("+", "")].map((sign) => "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"["-0123456789".indexOf(sign)]).join("");
    return `${digits === "1.0" ? "" : `${digits} × `}10${raised}`.replace("-", "−");
  }
  return String(Number(value.toPrecision(4))).replace("-", "−");
}

// An exponential mean of the last values, without the pull of a start at zero.
function smoothed(values, share = 0.8) {
  let mean = 0, weight = 0;
  return values.map((value) => {
    if (!Number.isFinite(value)) return value;
    [mean, weight] = [share * mean + (1 - share) * value, share * weight + 1 - share];
    return mean / weight;
  });
}

// Draw lines [{name, x, y, wide}] into a figure, wide ones as a pale band; `log` chooses the axis at
// first, `marked` is an x to mark.
function drawCurves(place, { title, xTitle, lines, log = false, percent = false, marked = null }) {
  const hidden = new Set();
  const long = lines.some(({ x }) => x.length > 60);
  let onLog = log, smooth = long, pointed = marked;
  const svg = make("svg", { role: "img", tabindex: 0 });
  const legend = make("div", { class: "legend", role: "group", "aria-label": title });
  const options = make("div", { class: "legend" });
  const figure = make("figure", { class: "chart" },
    make("div", { class: "top" }, make("figcaption", {}, title), options), svg, legend);
  place.append(figure);
  svg.setAttribute("aria-label", `${title}: ${lines.map(({ name, y }) => `${name} ${numberText(y.at(-1))}`).join(", ")}`);

  const option = (text, get, set) => {
    const button = make("button", { type: "button", class: "option", "aria-pressed": get(), click: () => {
      set(!get());
      button.setAttribute("aria-pressed", get());
      draw();
    } }, text);
    options.append(button);
  };
  if (!percent && lines.every(({ y }) => y.every((value) => !(value <= 0)))) option(word("log axis", "로그 축"), () => onLog, (on) => { onLog = on; });
  if (long) option(word("smooth", "부드럽게"), () => smooth, (on) => { smooth = on; });
  const values = lines.map(({ name }, i) => {
    const value = make("span", { class: "value" });
    legend.append(make("button", { type: "button", "aria-pressed": true, style: `--line-colour: var(--c${i % 7})`, click: (event) => {
      hidden[hidden.has(name) ? "delete" : "add"](name);
      event.currentTarget.setAttribute("aria-pressed", !hidden.has(name));
      draw();
    } }, name, value));
    return value;
  });

  const text = (value) => (percent ? percentText(value, value > 0.9 && value < 1 ? 1 : 0) : numberText(value));
  let toX, xs, cursor, width = Math.max(figure.clientWidth, 260) || 560;
  const draw = () => {
    const shown = lines.filter(({ name }) => !hidden.has(name));
    const every = shown.flatMap(({ y }) => y).filter(Number.isFinite);
    let low = Math.min(...every), high = Math.max(...every);
    if (!every.length) [low, high] = [0, 1];
    const least = percent ? 0.1 : 0.1 * Math.abs(high); // a line that does not move has to look like one
    if (!onLog && high - low < least) {
      low = Math.max((low + high - least) / 2, percent ? 0 : -Infinity);
      high = low + least;
      if (percent && high > 1) [low, high] = [1 - least, 1];
    }
    xs = lines[0].x;
    const first = Math.min(...xs), last = Math.max(...xs);
    const { height, left, right, top, bottom } = PLOT;
    svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
    const scale = onLog ? Math.log10 : (value) => value;
    const toY = (value) => height - bottom - ((scale(value) - scale(low)) / (scale(high) - scale(low) || 1)) * (height - top - bottom);
    toX = (value) => left + ((value - first) / (last - first || 1)) * (width - left - right);
    svg.replaceChildren();
    for (const value of ticks(low, high, 4, onLog)) {
      svg.append(make("line", { class: "grid", x1: left, x2: width - right, y1: toY(value), y2: toY(value) }));
      svg.append(make("text", { x: left - 8, y: toY(value) + 4, "text-anchor": "end" }, percent ? percentText(value, high - low < 0.05 ? 1 : 0) : numberText(value)));
    }
    const whole = xs.every(Number.isInteger); // no epoch 1.5
    for (const value of ticks(first, last, width > 420 ? 6 : 4, false).filter((value) => !whole || Number.isInteger(value)))
      svg.append(make("text", { x: toX(value), y: height - 6, "text-anchor": "middle" }, numberText(value)));
    svg.append(make("text", { x: 0, y: height - 6 }, xTitle));
    const path = (x, y) => y.map((value, i) => (Number.isFinite(value) ? `${i && Number.isFinite(y[i - 1]) ? "L" : "M"}${toX(x[i]).toFixed(1)} ${toY(value).toFixed(1)}` : "")).join("");
    lines.forEach(({ name, x, y, wide }, i) => {
      if (hidden.has(name)) return;
      const stroke = `stroke: var(--c${i % 7})${wide ? "; stroke-width: 8; opacity: .35" : ""}`;
      if (smooth) svg.append(make("path", { class: "raw", d: path(x, y), style: stroke }));
      svg.append(make("path", { d: path(x, smooth ? smoothed(y) : y), style: stroke }));
    });
    cursor = make("line", { class: "cursor", y1: top, y2: height - bottom });
    svg.append(cursor);
    point(pointed);
  };
  // Show the values at the measurement next to x; null shows the last ones.
  const point = (x) => {
    pointed = x;
    const near = x === null ? xs.length - 1 : xs.reduce((best, value, i) => (Math.abs(value - x) < Math.abs(xs[best] - x) ? i : best), 0);
    cursor.style.display = x === null ? "none" : "";
    cursor.setAttribute("x1", toX(xs[near]));
    cursor.setAttribute("x2", toX(xs[near]));
    lines.forEach(({ x: own, y }, i) => {
      const at = x === null ? own.length - 1 : own.indexOf(xs[near]);
      values[i].textContent = text(y[at] ?? NaN);
    });
    return near;
  };
  svg.addEventListener("pointermove", (event) => {
    const box = svg.getBoundingClientRect();
    const share = (((event.clientX - box.left) / box.width) * width - PLOT.left) / (width - PLOT.left - PLOT.right);
    point(Math.min(...xs) + share * (Math.max(...xs) - Math.min(...xs)));
  });
  svg.addEventListener("pointerleave", () => point(marked));
  svg.addEventListener("keydown", (event) => {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const next = Math.min(Math.max(point(pointed) + step, 0), xs.length - 1);
    point(xs[next]);
  });
  draw();
  new ResizeObserver(() => {
    const now = Math.max(figure.clientWidth, 260);
    if (figure.clientWidth && Math.abs(now - width) > 1) { width = now; draw(); }
  }).observe(figure);
  return { draw, mark: (x) => { marked = x; point(x); } };
}

// The loss and the accuracy of a recipe's first seed, as two figures.
function drawHistory(place, recipe) {
  const all = readCsv(recipe["history.csv"]);
  const rows = all.seed.flatMap((seed, i) => (seed === recipe.seed ? [i] : []));
  const column = (name) => rows.map((i) => all[name][i]);
  const byEpoch = all.epoch.every((epoch, i) => Number.isInteger(epoch) && i < 1e4);
  const x = column(byEpoch ? "epoch" : "step");
  const named = (kind) => [["train", word("training", "학습")], ["val", word("validation", "검증")]]
    .filter(([part]) => `${part}_${kind}` in all && column(`${part}_${kind}`).some(Number.isFinite))
    .map(([part, name]) => ({ name, x, y: column(`${part}_${kind}`) }));
  const xTitle = byEpoch ? word("epoch", "에폭") : word("updates", "갱신");
  const loss = named("loss"), accuracy = named("accuracy");
  const values = loss.flatMap(({ y }) => y);
  if (loss.length) drawCurves(place, { title: word("Loss", "손실"), xTitle, lines: loss, log: Math.max(...values) > 30 * Math.min(...values) });
  if (accuracy.length) drawCurves(place, { title: word("Accuracy", "정확도"), xTitle, lines: accuracy, percent: true });
}
