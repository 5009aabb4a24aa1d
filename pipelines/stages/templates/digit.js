// Prepare a drawn digit as MNIST has its digits, step by step as pipelines/photographs/handwriting.py;
// tests/browser compares both. An image is {height, width, data}: row after row, 0 without ink to 1.
"use strict";

const SIDE = 28, BOX = 20, CENTRE = 14, WORK = 100, THIN = 1.9, THICK = 4.0, FAINT = 0.2;

const image = (height, width) => ({ height, width, data: new Float64Array(height * width) });
const rounded = (value) => Math.floor(value + 0.5);
const within = (value, low, high) => Math.min(Math.max(value, low), high);

function transposed(source) {
  const result = image(source.width, source.height);
  for (let y = 0; y < source.height; y++)
    for (let x = 0; x < source.width; x++)
      result.data[x * source.height + y] = source.data[y * source.width + x];
  return result;
}

// Each new pixel is the mean of the area that it covers: a difference of the integral's values.
function resampledRows(source, size) {
  const { height, width } = source;
  const integral = image(height + 1, width);
  for (let i = 0; i < height * width; i++) integral.data[i + width] = integral.data[i] + source.data[i];
  const at = (edge, x) => {
    const below = Math.min(Math.floor(edge), height - 1);
    const value = integral.data[below * width + x];
    return value + (edge - below) * (integral.data[(below + 1) * width + x] - value);
  };
  const result = image(size, width);
  for (let y = 0; y < size; y++)
    for (let x = 0; x < width; x++)
      result.data[y * width + x] =
        ((at(((y + 1) * height) / size, x) - at((y * height) / size, x)) * size) / height;
  return result;
}

function fitted(ink, side) {
  const longer = Math.max(ink.height, ink.width);
  const [height, width] = [ink.height, ink.width].map((n) => Math.max(1, rounded((n * side) / longer)));
  return transposed(resampledRows(transposed(resampledRows(ink, height)), width));
}

// Twice the area of the strokes over the length of their outline, the sum of |gradient|.
function strokeWidth(ink) {
  const at = (y, x) =>
    y < 0 || x < 0 || y >= ink.height || x >= ink.width ? 0 : ink.data[y * ink.width + x];
  let area = 0, outline = 0;
  for (let y = -1; y < ink.height; y++)
    for (let x = -1; x < ink.width; x++) {
      area += at(y, x);
      outline += Math.hypot(at(y + 1, x) - at(y, x), at(y, x + 1) - at(y, x));
    }
  return (2 * area) / outline;
}

// The largest ink within `radius` pixels; with a negative radius the smallest.
function widen(ink, radius) {
  const size = Math.abs(radius), grow = Math.max(radius, 0);
  const pick = radius > 0 ? Math.max : Math.min;
  const result = image(ink.height + 2 * grow, ink.width + 2 * grow);
  for (let y = 0; y < result.height; y++)
    for (let x = 0; x < result.width; x++) {
      let found = radius > 0 ? 0 : 1;
      for (let down = -size; down <= size; down++)
        for (let right = -size; right <= size; right++) {
          if (down * down + right * right > size * size) continue;
          const v = y - grow + down, u = x - grow + right;
          const outside = v < 0 || u < 0 || v >= ink.height || u >= ink.width;
          found = pick(found, outside ? 0 : ink.data[v * ink.width + u]);
        }
      result.data[y * result.width + x] = found;
    }
  return result;
}

// The part that holds all ink but the faintest, or null where there is none.
function cropped(ink) {
  const limit = FAINT * ink.data.reduce((most, value) => Math.max(most, value), 0);
  let top = ink.height, bottom = -1, left = ink.width, right = -1;
  for (let y = 0; y < ink.height; y++)
    for (let x = 0; x < ink.width; x++)
      if (ink.data[y * ink.width + x] > limit) {
        [top, bottom] = [Math.min(top, y), Math.max(bottom, y)];
        [left, right] = [Math.min(left, x), Math.max(right, x)];
      }
  if (bottom < 0) return null;
  const part = image(bottom - top + 1, right - left + 1);
  for (let y = 0; y < part.height; y++)
    for (let x = 0; x < part.width; x++)
      part.data[y * part.width + x] = ink.data[(top + y) * ink.width + left + x];
  return part;
}

// The digit as MNIST would have it: 784 bytes, bright on black; null where nothing is drawn.
function prepareDigit(drawn) {
  const part = cropped(drawn);
  if (part === null) return null;
  let ink = fitted(part, WORK);
  const most = ink.data.reduce((found, value) => Math.max(found, value), 0);
  const strong = ink.data.filter((value) => value > most / 2);
  const level = strong.reduce((sum, value) => sum + value, 0) / strong.length;
  ink.data = ink.data.map((value) => Math.min(1, value / level));
  const width = (strokeWidth(ink) * BOX) / WORK;
  const wanted = within(width, THIN, THICK);
  const radius = rounded(((wanted - width) * WORK) / (2 * (BOX - wanted)));
  if (radius) ink = cropped(widen(ink, radius));
  const small = fitted(ink, BOX);
  let mass = 0, down = 0, right = 0;
  small.data.forEach((value, i) => {
    mass += value;
    down += value * Math.floor(i / small.width);
    right += value * (i % small.width);
  });
  const top = within(Math.trunc(CENTRE - down / mass + 0.5), 0, SIDE - small.height);
  const left = within(Math.trunc(CENTRE - right / mass + 0.5), 0, SIDE - small.width);
  const digit = new Uint8Array(SIDE * SIDE);
  small.data.forEach((value, i) => {
    const y = top + Math.floor(i / small.width), x = left + (i % small.width);
    digit[y * SIDE + x] = Math.floor(value * 255 + 0.5);
  });
  return digit;
}
