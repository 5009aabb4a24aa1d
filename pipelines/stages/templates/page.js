// Start the parts of the page; language, theme, copies, downloads, and sections that open.

function setAddress(search) {
  const text = String(search);
  try { history.replaceState(null, "", `${location.pathname}${text && `?${text}`}${location.hash}`); } catch { /* some browsers refuse for files */ }
}

let page; // what the stage report embeds, see startPage
setPicture.sheet = new Image();

function applyLanguage() {
  const { lang } = document.documentElement;
  document.title = document.body.getAttribute(`data-title-${lang}`);
  for (const element of document.querySelectorAll("[data-label-en]")) {
    const text = element.getAttribute(`data-label-${lang}`);
    if (element.tagName === "TD") element.dataset.label = text;
    else element.setAttribute("aria-label", text);
  }
  for (const option of document.querySelectorAll("option[data-en]")) option.textContent = option.dataset[lang];
  byId("language").textContent = word("한국어", "English");
}

// Curves and mistakes of a section are drawn when it is opened first.
function fillSection(section) {
  if (section.dataset.filled) return;
  section.dataset.filled = "yes";
  const recipe = page.recipes[section.id];
  const curves = section.querySelector("[data-curves]"), mistakes = section.querySelector("[data-mistakes]");
  curves.replaceChildren();
  mistakes.replaceChildren();
  if (recipe["history.csv"]) drawHistory(curves, recipe);
  const digits = Boolean(byId("draw")) && recipe.classes.length === 10 && recipe.classes[3] === "3";
  drawMistakes(mistakes, section.id, { mistakes: [], ...recipe }, digits);
}

function openTarget() {
  const target = location.hash && byId(decodeURIComponent(location.hash.slice(1)));
  const section = target && target.closest("details.recipe");
  if (!section) return;
  section.open = true;
  fillSection(section);
  section.scrollIntoView();
}

function drawGroups() {
  const place = byId("groups");
  if (!place) return;
  place.replaceChildren();
  for (const { title, column, members } of page.groups) {
    const lines = members.filter(({ name }) => page.recipes[name]["history.csv"]).map(({ label, name }) => {
      const history = readCsv(page.recipes[name]["history.csv"]);
      return { name: label, x: history.step, y: history[column] };
    });
    drawCurves(place, { title: title[document.documentElement.lang], xTitle: word("updates", "갱신"), lines, percent: true });
  }
}

// The canvas starts with a seven, so that the three answers are seen before anything is drawn.
function showSamples(models) {
  const load = (picture, demo) => document.dispatchEvent(new CustomEvent("sample", { detail: { digit: pixelsOf(picture), demo } }));
  const examples = Object.values(page.recipes).find((recipe) => recipe.examples?.length === 10)?.examples ?? [];
  for (const { picture, truth } of [...examples].sort((a, b) => a.truth - b.truth)) {
    const square = make("span", { class: "picture" });
    setPicture(square, picture);
    const name = Object.values(models)[0].classes[truth];
    byId("samples").append(make("button", { type: "button", "aria-label": `${word("Sample", "예시")} ${name}`, click: () => load(picture, false) }, square));
    if (truth === 7) load(picture, true);
  }
}

// The networks of the page by their names.
async function readModels() {
  const read = async ({ dataset, textContent }) => [dataset.model, await readModel(textContent)];
  return Object.fromEntries(await Promise.all([...document.querySelectorAll("script[data-model]")].map(read)));
}

async function startPage() {
  applyLanguage();
  startTable();
  page = await unpackedJson(byId("page-data").textContent);
  const models = await readModels();
  if (byId("units")) startUnits(models[byId("units").dataset.network]);
  if (byId("draw")) startDrawing(models);
  if (byId("train")) startTrainer(readJson("trainings"));
  drawGroups();
  onChange(drawGroups);
  const stepper = byId("stepper");
  if (stepper) startStepper(stepper, page.recipes[stepper.dataset.recipe]);

  setPicture.sheet.src = page.sheet;
  document.documentElement.style.setProperty("--sheet", `url(${page.sheet})`);
  await setPicture.sheet.decode();
  if (byId("samples")) showSamples(models);
  const sections = [...document.querySelectorAll("details.recipe")];
  for (const section of sections) section.addEventListener("toggle", () => section.open && fillSection(section));
  openTarget();
  addEventListener("hashchange", openTarget);
  onChange(() => {
    for (const section of sections) {
      delete section.dataset.filled;
      if (section.open) fillSection(section);
    }
  });
  addEventListener("beforeprint", () => sections.filter(({ open }) => open).forEach(fillSection));
  byId("open-all").addEventListener("click", ({ currentTarget }) => {
    const open = currentTarget.getAttribute("aria-pressed") !== "true";
    currentTarget.setAttribute("aria-pressed", open);
    for (const section of sections) section.open = open;
  });
  document.documentElement.dataset.ready = "yes";
}

byId("theme").addEventListener("click", () => {
  const theme = document.documentElement.dataset.theme === "dark" ? "light" : "dark";
  kept.set("theme", theme);
  setTheme(theme);
  document.dispatchEvent(new Event("appearance"));
});
byId("language").addEventListener("click", () => {
  document.documentElement.lang = word("ko", "en");
  kept.set("language", document.documentElement.lang);
  const address = new URLSearchParams(location.search);
  if (address.has("lang")) address.set("lang", document.documentElement.lang);
  setAddress(address);
  applyLanguage();
  document.dispatchEvent(new Event("appearance"));
});
systemIsDark.addEventListener("change", () => document.dispatchEvent(new Event("appearance")));
document.addEventListener("click", async ({ target }) => {
  const button = target.closest("button");
  if (button?.dataset.copy) {
    try { await navigator.clipboard.writeText(button.dataset.copy); } catch { return; }
    const before = button.innerHTML;
    button.textContent = word("Copied", "복사됨");
    setTimeout(() => { button.innerHTML = before; }, 1200);
  }
  if (button?.dataset.download) {
    const { download: name, file } = button.dataset;
    const url = URL.createObjectURL(new Blob([page.recipes[name][file]], { type: "text/plain" }));
    make("a", { href: url, download: `${name}-${file}` }).click();
    URL.revokeObjectURL(url);
  }
  // A link to a section that is in the address already opens it again.
  const link = target.closest('a[href^="#"]');
  if (link && link.hash === location.hash) openTarget();
});

startPage();
