// A trained network computes in the page what np_layers computes at inference.
// pipelines/stages/canvas.py writes the models and knows the same layers.

function floats(base64) {
  const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
  const view = new DataView(bytes.buffer);
  return Float32Array.from({ length: bytes.length / 4 }, (_, i) => view.getFloat32(4 * i, true));
}

function softmax(x) {
  const largest = Math.max(...x);
  const powers = x.map((value) => Math.exp(value - largest));
  const sum = powers.reduce((total, value) => total + value, 0);
  return powers.map((value) => value / sum);
}

const LAYERS = {
  Flatten: (x) => x,
  Dropout: (x) => x,
  Dense(x, { weight, bias }) {
    const units = weight.length / x.length;
    const y = new Float64Array(units);
    if (bias) y.set(bias);
    for (let i = 0; i < x.length; i++)
      if (x[i] !== 0) for (let j = 0; j < units; j++) y[j] += x[i] * weight[i * units + j];
    return y;
  },
  // Stride 1 and no padding: y[f, i, j] = b[f] + sum of w[f, c, u, v] x[c, i + u, j + v].
  Conv2D(x, { weight, bias, shape }) {
    const [channels, height, width, filters, , down, across] = shape;
    const rows = height - down + 1, columns = width - across + 1;
    const y = new Float64Array(filters * rows * columns);
    for (let f = 0; f < filters; f++) {
      const place = f * rows * columns;
      if (bias) y.fill(bias[f], place, place + rows * columns);
      for (let c = 0; c < channels; c++)
        for (let u = 0; u < down; u++)
          for (let v = 0; v < across; v++) {
            const w = weight[((f * channels + c) * down + u) * across + v];
            for (let i = 0; i < rows; i++) {
              const from = (c * height + i + u) * width + v;
              for (let j = 0; j < columns; j++) y[place + i * columns + j] += w * x[from + j];
            }
          }
    }
    return y;
  },
  BatchNorm: (x, { weight, bias, running_mean, running_var, eps }) =>
    x.map((value, i) =>
      (weight[i] * (value - running_mean[i])) / Math.sqrt(running_var[i] + eps) + bias[i]),
  ReLU: (x) => x.map((value) => Math.max(value, 0)),
  LeakyReLU: (x, { slope }) => x.map((value) => (value > 0 ? value : slope * value)),
  Softmax: softmax,
};

function readModel(text) {
  const model = JSON.parse(text);
  for (const layer of [model.transform, ...model.layers])
    for (const [name, array] of Object.entries(layer.arrays)) layer[name] = floats(array);
  return model;
}

// The outputs of every layer for a prepared digit, the probabilities last.
function activations(model, digit) {
  const { factor, offset } = model.transform;
  const pick = (values, i) => values[values.length === 1 ? 0 : i];
  const outputs = [Float64Array.from(digit, (value, i) => value * pick(factor, i) + pick(offset, i))];
  for (const layer of model.layers) outputs.push(LAYERS[layer.layer](outputs.at(-1), layer));
  if (model.layers.at(-1).layer !== "Softmax") outputs.push(softmax(outputs.at(-1)));
  return outputs;
}

// The probabilities of the classes for a prepared digit.
const probabilities = (model, digit) => activations(model, digit).at(-1);
