// The units of the dense network light up for the drawing; a chosen unit shows its weights over it.

// What each unit of a dense layer looks for in the 784 inputs: the product of the weights before it.
function lookedFor(model, depth) {
  const dense = model.layers.filter(({ layer }) => layer === "Dense");
  let { weight } = dense[0], units = dense[0].bias.length;
  for (const { weight: next, bias } of dense.slice(1, depth + 1)) {
    const product = new Float32Array(784 * bias.length);
    for (let i = 0; i < 784; i++)
      for (let k = 0; k < units; k++)
        for (let j = 0, w = weight[i * units + k]; j < bias.length; j++)
          product[i * bias.length + j] += w * next[k * bias.length + j];
    [weight, units] = [product, bias.length];
  }
  return { weight, units };
}

function startUnits(model) {
  const groups = ["hidden1", "hidden2", "out"].map((name) => document.querySelector(`.units.${name}`));
  const brush = byId("weights").getContext("2d");
  const seen = [0, 1, 2].map((depth) => () => lookedFor(model, depth));
  let digit = null, outputs = null, chosen = [2, 0], touched = false;

  // The outputs after the activation of the first two dense layers, and the probabilities.
  const levels = () => {
    const after = model.layers.flatMap(({ layer }, i) => (layer === "LeakyReLU" || layer === "ReLU" ? [outputs[i + 1]] : []));
    return [...after, outputs.at(-1)];
  };
  const buttons = groups.map((group, depth) => {
    const count = model.layers.filter(({ layer }) => layer === "Dense")[depth].bias.length;
    return Array.from({ length: count }, (_, i) => {
      const choose = () => { touched = true; chosen = [depth, i]; show(); };
      const button = make("button", { type: "button", tabindex: i ? -1 : 0, click: choose, pointerenter: choose, focus: choose });
      if (depth === 2) button.textContent = model.classes[i];
      group.append(button);
      return button;
    });
  });
  // The arrow keys move within a layer, so that the Tab key passes three stops and not 202.
  groups.forEach((group, depth) => group.addEventListener("keydown", (event) => {
    const columns = getComputedStyle(group).gridTemplateColumns.split(" ").length;
    const step = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: columns, ArrowUp: -columns }[event.key];
    const next = buttons[depth][buttons[depth].indexOf(document.activeElement) + step];
    if (!step || !next) return;
    event.preventDefault();
    buttons[depth].forEach((button) => { button.tabIndex = button === next ? 0 : -1; });
    next.focus();
  }));

  const show = () => {
    if (!digit) outputs = null;
    else outputs = activations(model, digit);
    const values = outputs && levels();
    if (values && !touched) chosen = [2, values[2].indexOf(Math.max(...values[2]))];
    buttons.forEach((layer, depth) => {
      const most = values ? Math.max(...values[depth], 1e-9) : 1;
      layer.forEach((button, i) => {
        const on = values ? Math.max(values[depth][i] / most, 0) : 0;
        button.style.setProperty("--on", on.toFixed(3));
        button.setAttribute("aria-pressed", depth === chosen[0] && i === chosen[1]);
        button.setAttribute("aria-label", `${word("unit", "유닛")} ${depth === 2 ? model.classes[i] : i + 1}, ${Math.round(100 * on)} %`);
      });
    });
    paint();
    const [depth, i] = chosen, number = values?.[depth][i];
    const name = depth === 2 ? `${word("Output", "출력")} ${model.classes[i]}` : `${word("Layer", "층")} ${depth + 1}, ${word("unit", "유닛")} ${i + 1}`;
    const value = number === undefined ? "" : depth === 2 ? `: ${percentText(number)}` : `: ${numberText(number)}`;
    byId("unit").textContent = `${name}${value}. ${word("Blue speaks for it, orange against it.", "파랑은 찬성, 주황은 반대입니다.")}`;
  };
  const paint = () => {
    const [depth, unit] = chosen;
    let found = seen[depth]();
    seen[depth] = () => found;
    const column = Float32Array.from({ length: 784 }, (_, i) => found.weight[i * found.units + unit]);
    const most = column.reduce((top, value) => Math.max(top, Math.abs(value)), 0);
    const dark = document.documentElement.dataset.theme === "dark";
    const ground = dark ? [36, 39, 44] : [241, 238, 231], blue = dark ? [108, 180, 240] : [10, 94, 168], orange = dark ? [242, 146, 90] : [180, 71, 15];
    const picture = brush.createImageData(28, 28);
    column.forEach((value, i) => {
      const strength = Math.min(1, (1.6 * Math.abs(value)) / most), ink = (digit?.[i] ?? 0) / 255;
      const shade = strength * (digit ? 0.12 + 0.88 * ink : 1);
      const tint = value > 0 ? blue : orange;
      picture.data.set([...ground.map((g, c) => g + shade * (tint[c] - g)), 255], 4 * i);
    });
    brush.putImageData(picture, 0, 0);
  };
  document.addEventListener("drawn", ({ detail }) => { digit = detail; touched &&= Boolean(detail); show(); });
  onChange(show);
  show();
}
