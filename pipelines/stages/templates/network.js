// Layers that compute the bits of np_layers, and networks that answer with them. A layer takes a
// Float32Array of so many rows. pipelines/stages/canvas.py writes the trained networks.

const fromBase64 = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));

function floats(base64) {
  const view = new DataView(fromBase64(base64).buffer);
  return Float32Array.from({ length: view.byteLength / 4 }, (_, i) => view.getFloat32(4 * i, true));
}

function softmax(x) {
  const largest = Math.max(...x);
  const powers = x.map((value) => value - largest).map(exp);
  const sum = Math.fround(total(powers));
  return powers.map((value) => value / sum);
}

// An activation function; its derivative takes y = f(x).
function activation(f, derivative) {
  let y;
  return {
    forward(x) { return (y = x.map(f)); },
    backward: (G) => y.map(derivative).map((d, i) => d * G[i]),
  };
}

// Sigmoids scaled to sum to one. NumPy adds ten numbers in this order.
function scaledToOne(x) {
  const positive = x.map((value) => Math.max(value, SMALLEST)), add = (u, v) => Math.fround(u + v);
  const [a, b, c, d, e, f, g, h, ...rest] = positive;
  const sum = rest.reduce(add, add(add(add(a, b), add(c, d)), add(add(e, f), add(g, h))));
  return positive.map((value) => value / sum);
}

const passOn = () => ({ forward: (x) => x, backward: (G) => G });

const LAYERS = {
  Flatten: passOn,
  Dropout: passOn,
  Dense({ weight, bias, onGrid = false }) {
    let x, W = onGrid ? weight : null;
    const gradients = {};
    return {
      weight, bias, gradients,
      forward(values, rows) {
        x = samples(values, rows);
        W ??= weights(weight, Math.max(x.columns, weight.length / x.columns));
        return product(x, W, bias);
      },
      backward(values, isFirst) {
        const G = samples(values, x.rows);
        gradients.weight = sumOfProducts(x, G);
        gradients.bias = sumOfSamples(G);
        return isFirst ? null : productTransposed(G, W);
      },
      changed() { W = null; }, // the weights, so they are rounded to their grid again
    };
  },
  // Stride 1 and no padding: y[f, i, j] = b[f] + sum of w[f, c, u, v] x[c, i + u, j + v].
  // The weight is on its grid.
  Conv2D({ weight, bias, shape }) {
    const [channels, height, width, filters, , down, across] = shape;
    const rows = height - down + 1, columns = width - across + 1;
    return {
      forward(values) {
        const x = samples(values, 1).grid, y = new Float32Array(filters * rows * columns);
        const sums = new Float64Array(rows * columns);
        for (let f = 0; f < filters; f++) {
          sums.fill(0);
          for (let c = 0; c < channels; c++)
            for (let u = 0; u < down; u++)
              for (let v = 0; v < across; v++) {
                const w = weight[((f * channels + c) * down + u) * across + v];
                for (let i = 0; i < rows; i++) {
                  const from = (c * height + i + u) * width + v;
                  for (let j = 0; j < columns; j++) sums[i * columns + j] += w * x[from + j];
                }
              }
          y.set(sums.map((sum) => sum + (bias ? bias[f] : 0)), f * rows * columns);
        }
        return y;
      },
    };
  },
  ReLU: () => activation((x) => Math.max(x, 0), (y) => (y > 0 ? 1 : 0)),
  LeakyReLU: ({ slope }) => activation((x) => Math.max(x, Math.fround(slope) * x), (y) => (y > 0 ? 1 : slope)),
  Sigmoid: () => activation(sigmoid, (y) => Math.fround(1 - y) * y),
  Tanh: () => activation(tanh, (y) => 1 - Math.fround(y * y)),
  Softmax: () => ({ forward: softmax }),
};

// The multiples of a power of two that canvas.py writes for a weight, as three planes of bytes.
async function readWeight({ scale, planes }) {
  const bytes = await unpacked(planes), count = bytes.length / 3, unit = scale * 2 ** -22;
  const weight = new Float64Array(count);
  for (let i = 0; i < count; i++)
    weight[i] = (bytes[i] | (bytes[count + i] << 8) | ((bytes[2 * count + i] << 24) >> 8)) * unit;
  return weight;
}

async function readLayer({ layer, arrays: { weight, bias }, ...options }) {
  const parts = { layer, onGrid: true, ...options };
  if (weight) parts.weight = await readWeight(weight);
  if (bias) parts.bias = floats(bias);
  return { ...parts, ...LAYERS[layer](parts) };
}

async function readModel(text) {
  const { classes, transforms, layers } = JSON.parse(text);
  const decoded = (arrays) => Object.fromEntries(Object.entries(arrays).map(([name, array]) => [name, floats(array)]));
  return { classes, transforms: transforms.map(decoded), layers: await Promise.all(layers.map(readLayer)) };
}

// The 784 bytes of a prepared digit as the inputs of a network.
function preprocessed(digit, transforms) {
  const pick = (values, i) => values[values.length === 1 ? 0 : i];
  let x = Float32Array.from(digit);
  for (const { subtract, divide } of transforms) {
    if (subtract) x = x.map((value, i) => value - pick(subtract, i));
    if (divide) x = x.map((value, i) => value / pick(divide, i));
  }
  return x;
}

// The outputs of every layer for a prepared digit, the probabilities last: of logits the softmax, of
// sigmoids what pipelines/training/tasks.py makes of them.
function activations(model, digit) {
  const outputs = [preprocessed(digit, model.transforms)];
  for (const layer of model.layers) outputs.push(layer.forward(outputs.at(-1), 1));
  const last = model.layers.at(-1).layer;
  if (last !== "Softmax") outputs.push((last === "Sigmoid" ? scaledToOne : softmax)(outputs.at(-1)));
  return outputs;
}

// The probabilities of the classes for a prepared digit.
const probabilities = (model, digit) => activations(model, digit).at(-1);
