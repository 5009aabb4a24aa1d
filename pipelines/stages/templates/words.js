// Texts of the scripts in the language of the page, and small helpers to build elements.

const korean = () => document.documentElement.lang === "ko";
const word = (english, inKorean) => (korean() ? inKorean : english);
const byId = (id) => document.getElementById(id);
const readJson = (id) => JSON.parse(byId(id).textContent);
const percentText = (share, digits = 1) => `${(100 * share).toFixed(digits)} %`;

// An element with attributes and children; a text is a child as well.
function make(name, attributes = {}, ...children) {
  const svg = ["svg", "path", "line", "text", "g", "circle", "rect"].includes(name);
  const element = svg ? document.createElementNS("http://www.w3.org/2000/svg", name) : document.createElement(name);
  for (const [key, value] of Object.entries(attributes))
    if (typeof value === "function") element.addEventListener(key, value);
    else if (value !== undefined) element.setAttribute(key, value);
  element.append(...children);
  return element;
}

// A table of CSV text as columns of numbers; an empty cell is NaN.
function readCsv(text) {
  const [names, ...rows] = text.trim().split(/\r?\n/).map((line) => line.split(","));
  const number = (cell) => (cell ? Number(cell) : NaN);
  return Object.fromEntries(names.map((name, i) => [name, rows.map((row) => number(row[i]))]));
}

// Draw again what depends on the language or the theme.
const onChange = (draw) => document.addEventListener("appearance", draw);
