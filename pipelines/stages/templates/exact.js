// Exact arithmetic, operation by operation as in np_layers/arithmetic (grid.py, elementary.py), so that
// the page computes the bits of Python. Numbers of JavaScript are float64; a Float32Array rounds what
// is written into it, as NumPy does.

const LOG2_E = 1.4426950408889634, LN2_HIGH = 0.693147180369123816490, LN2_LOW = 1.90821492927058770002e-10;
const SHIFT = 1.5 * 2 ** 52; // x + SHIFT keeps no bit below 1
const SMALLEST = 2 ** -126; // the smallest normal number of float32
const SAMPLE_BITS = 20;

const bytesOf = new DataView(new ArrayBuffer(8));
const nearestInteger = (x) => x + SHIFT - SHIFT; // a half goes to the even one

// 2ᵏ for integers |k| < 1023.
function powerOfTwo(k) {
  bytesOf.setFloat64(0, 0);
  bytesOf.setInt32(0, (k + 1023) << 20);
  return bytesOf.getFloat64(0);
}

// x = m · 2ᵏ with m in [½, 1), for normal x > 0.
function mantissaAndExponent(x) {
  bytesOf.setFloat64(0, x);
  const k = (bytesOf.getInt32(0) >>> 20) - 1022;
  return [x * powerOfTwo(-k), k];
}

function polynomial(x, coefficients) {
  let y = coefficients.at(-1);
  for (let i = coefficients.length - 2; i >= 0; i--) y = y * x + coefficients[i];
  return y;
}

const EXP = [1];
for (let n = 2; n < 10; n++) EXP.push(EXP.at(-1) * n); // factorials
EXP.forEach((factorial, i) => { EXP[i] = 1 / factorial; });
const LOG = Array.from({ length: 10 }, (_, i) => 2 / (2 * i + 3));

// k and eʳ − 1, where x = k ln 2 + r.
function reduced(x) {
  const k = nearestInteger(Math.min(Math.max(x, -1100), 1100) * LOG2_E);
  const r = x - k * LN2_HIGH - k * LN2_LOW;
  return [k, polynomial(r, EXP) * r];
}

function scaled(y, k) {
  const half = nearestInteger(k * 0.5);
  return y * powerOfTwo(half) * powerOfTwo(k - half);
}

// For float32 x; the caller rounds the result to float32.
function exp(x) {
  const [k, s] = reduced(x), y = scaled(s + 1, k);
  return y < SMALLEST ? 0 : y;
}

function tanh(x) {
  const [k, s] = reduced(Math.abs(x) * -2);
  const e = Math.abs(x) > 400 ? -1 : scaled(s, k) + (scaled(1, k) - 1);
  const y = e / (e + 2);
  return x > 0 ? -y : y;
}

function sigmoid(x) {
  const e = exp(-Math.abs(x));
  return (x < 0 ? e : 1) / (1 + e);
}

// With 6 terms for float32 numbers, 10 for float64 ones.
function log(x, terms = 6) {
  let [m, k] = mantissaAndExponent(x);
  if (m < Math.sqrt(0.5)) [m, k] = [m * 2, k - 1];
  const f = (m - 1) / (m + 1), s = f * f;
  return polynomial(s, LOG.slice(0, terms)) * s * f + k * LN2_LOW + 2 * f + k * LN2_HIGH;
}

function log1p(x) {
  const u = 1 + x;
  return x < 2 ** -54 ? x : log(u) + (x - (u - 1)) / u;
}

// The least power of two above the largest |x| from one index up to another.
function powerAbove(values, from, to) {
  let largest = 2 ** -101;
  for (let i = from; i < to; i++) largest = Math.max(largest, Math.abs(values[i]));
  return powerOfTwo(mantissaAndExponent(largest)[1]);
}

const bitsOf = (count) => 32 - Math.clz32(Math.max(count, 1) - 1); // ⌈log₂ count⌉
const bitsBesideSamples = (terms) => Math.min(22, 53 - SAMPLE_BITS - bitsOf(terms));

// Round numbers to multiples of units: one unit, or one for each row.
function onGrid(values, units) {
  const result = new Float64Array(values.length), columns = values.length / units.length;
  for (let n = 0, i = 0; n < units.length; n++) {
    const shift = units[n] * SHIFT;
    for (const end = i + columns; i < end; i++) result[i] = values[i] + shift - shift;
  }
  return result;
}

// The rows of a batch with one scale for each, and their values on that grid.
function samples(values, rows) {
  const columns = values.length / rows;
  const scales = Float64Array.from({ length: rows }, (_, n) => powerAbove(values, n * columns, (n + 1) * columns));
  return { values, rows, columns, scales, grid: onGrid(values, scales.map((scale) => scale * 2 ** -SAMPLE_BITS)) };
}

// Weights on one grid, for products with samples in sums of so many terms.
function weights(values, terms) {
  return onGrid(values, [powerAbove(values, 0, values.length) * 2 ** -bitsBesideSamples(terms)]);
}

// The exact sum of float32 numbers.
function total(values, scale = powerAbove(values, 0, values.length)) {
  const bits = Math.min(51, 53 - bitsOf(values.length));
  const shift = Math.max(scale * 2 ** -bits, SMALLEST) * SHIFT;
  return values.reduce((sum, x) => sum + (x + shift - shift), 0);
}

// x W + b; W (x.columns, units) is on its grid.
function product(x, W, bias) {
  const units = W.length / x.columns, y = new Float32Array(x.rows * units), sums = new Float64Array(units);
  for (let n = 0; n < x.rows; n++) {
    sums.fill(0);
    for (let i = 0; i < x.columns; i++) {
      const value = x.grid[n * x.columns + i];
      if (value !== 0) for (let j = 0, w = i * units; j < units; j++) sums[j] += value * W[w + j];
    }
    for (let j = 0; j < units; j++) y[n * units + j] = sums[j] + (bias ? bias[j] : 0);
  }
  return y;
}

// G Wᵀ, the gradient of x.
function productTransposed(G, W) {
  const units = G.columns, inputs = W.length / units, y = new Float32Array(G.rows * inputs);
  for (let n = 0; n < G.rows; n++)
    for (let i = 0; i < inputs; i++) {
      let sum = 0;
      for (let j = 0; j < units; j++) sum += G.grid[n * units + j] * W[i * units + j];
      y[n * inputs + i] = sum;
    }
  return y;
}

// xᵀ G, a sum over the batch: the units of G take up the differences between the scales of x.
function sumOfProducts(x, G) {
  const units = G.columns, sums = new Float64Array(x.columns * units);
  const largest = x.scales.reduce((most, scale, n) => Math.max(most, scale * G.scales[n]), 0);
  const bits = bitsBesideSamples(x.rows);
  const grid = onGrid(G.values, x.scales.map((scale) => (largest / scale) * 2 ** -bits));
  for (let n = 0; n < x.rows; n++)
    for (let i = 0; i < x.columns; i++) {
      const value = x.grid[n * x.columns + i];
      if (value !== 0) for (let j = 0; j < units; j++) sums[i * units + j] += value * grid[n * units + j];
    }
  return Float32Array.from(sums);
}

// Σ_n G[n], the gradient of a bias.
function sumOfSamples(G) {
  const largest = Math.max(...G.scales);
  return Float32Array.from({ length: G.columns }, (_, j) => total(G.values.filter((__, i) => i % G.columns === j), largest));
}
