// Train a small recipe as pipelines/training/loop.py does: from its seed alone, with the same bits.

// The losses of a batch, added up, and their gradients, before both are divided by the rows.
const LOSSES = {
  cross_entropy(logits, labels, rows) {
    const classes = logits.length / rows, gradient = new Float32Array(logits.length);
    const losses = new Float32Array(rows);
    for (let n = 0; n < rows; n++) {
      const z = logits.subarray(n * classes, (n + 1) * classes), largest = Math.max(...z);
      const shifted = z.map((value) => value - largest), p = shifted.map(exp);
      const sum = Math.fround(total(p));
      losses[n] = Math.fround(log(sum)) - shifted[labels[n]];
      for (let k = 0; k < classes; k++) gradient[n * classes + k] = p[k] / sum;
      gradient[n * classes + labels[n]] -= 1;
    }
    return [total(losses), gradient];
  },
  binary_cross_entropy(logits, labels) {
    const losses = logits.map((z, n) => Math.fround(Math.max(z, 0) - Math.fround(z * labels[n])) + Math.fround(log1p(Math.fround(exp(-Math.abs(z))))));
    return [total(losses), logits.map(sigmoid).map((p, n) => p - labels[n])];
  },
};

function power(base, exponent) {
  let result = 1, square = base;
  for (let rest = exponent; rest; rest >>= 1) {
    if (rest & 1) result *= square;
    square *= square;
  }
  return result;
}

// Adam with the defaults of np_optim: every operation is rounded to float32.
class Adam {
  constructor(lr) {
    [this.lr, this.steps, this.averages] = [lr, 0, new Map()];
  }
  step(pairs) {
    const { fround, sqrt } = Math, beta1 = 0.9, beta2 = 0.999;
    this.steps += 1;
    const root = sqrt(1 - power(beta2, this.steps));
    const rate = fround((this.lr * root) / (1 - power(beta1, this.steps))), eps = fround(1e-8 * root);
    const [keep1, keep2, new1, new2] = [beta1, beta2, 1 - beta1, 1 - beta2].map(fround);
    for (const [p, g] of pairs) {
      if (!this.averages.has(p)) this.averages.set(p, [new Float32Array(p.length), new Float32Array(p.length)]);
      const [m, v] = this.averages.get(p);
      for (let i = 0; i < p.length; i++) {
        m[i] = fround(m[i] * keep1) + fround(new1 * g[i]);
        v[i] = fround(v[i] * keep2) + fround(fround(g[i] * g[i]) * new2);
        p[i] -= fround(fround(m[i] / fround(fround(sqrt(v[i])) + eps)) * rate);
      }
    }
  }
}

const SPREAD = {
  he_normal: (inputs) => Math.sqrt(2 / inputs),
  xavier_normal: (inputs, units) => Math.sqrt(2 / (inputs + units)),
};

// The layers of a model's document with the initial weights of a seed.
function initialLayers({ layers, input_shape: shape }, seed) {
  const random = new Random(seed);
  let columns = shape.reduce((product, n) => product * n, 1);
  return layers.map((options) => {
    if (options.layer !== "Dense") return LAYERS[options.layer](options);
    const { units, weight_init: init } = options, spread = SPREAD[init](columns, units);
    const weight = Float32Array.from({ length: columns * units }, () => spread * random.normal());
    columns = units;
    return LAYERS.Dense({ weight, bias: new Float32Array(units) });
  });
}

// Read what pipelines/stages/page/training.py embeds: the training rows are unpacked.
async function readRecipe(recipe) {
  const codes = await unpacked(recipe.codes), values = floats(recipe.values);
  return { ...recipe, inputs: Float32Array.from(codes, (code) => values[code]) };
}

// Yield {step, layers, measured} after every update; measured is the mean training loss since the
// last measurement, or null.
function* train({ document, inputs, labels, seed, order, batch, updates, measure, loss, lr }) {
  const layers = initialLayers(JSON.parse(document).model, seed), dense = layers.filter(({ weight }) => weight);
  const optimizer = new Adam(lr), columns = inputs.length / labels.length;
  const batches = Math.ceil(labels.length / batch);
  for (let epoch = 0, step = 0; step < updates; epoch++) {
    let sum = 0, seen = 0, rows;
    for (let i = 0; i < measure && step < updates; i++) {
      const place = i % batches;
      if (place === 0 && order === "shuffle") rows = shuffled(labels.length, new Random(seed, epoch, 0, i / batches));
      if (place === 0 && order === "sequential") rows = labels.map((_, row) => row);
      const chosen = rows.slice(place * batch, (place + 1) * batch), count = chosen.length;
      let x = new Float32Array(count * columns);
      chosen.forEach((row, n) => x.set(inputs.subarray(row * columns, (row + 1) * columns), n * columns));
      for (const layer of layers) x = layer.forward(x, count);
      const scale = 1 / count;
      let [losses, G] = LOSSES[loss](x, chosen.map((row) => labels[row]), count);
      G = G.map((value) => value * Math.fround(scale));
      for (let k = layers.length - 1; k >= layers.indexOf(dense[0]); k--) G = layers[k].backward(G, layers[k] === dense[0]);
      optimizer.step(dense.flatMap(({ weight, bias, gradients }) => [[weight, gradients.weight], [bias, gradients.bias]]));
      for (const layer of dense) layer.changed();
      sum += losses * scale * count;
      seen += count;
      step += 1;
      const last = i === measure - 1 || step === updates;
      yield { step, layers, measured: last ? sum / seen : null };
    }
  }
}
