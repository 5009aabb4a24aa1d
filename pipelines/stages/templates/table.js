// The table of all recipes: sorted by a column, filtered, with its state in the address.

function startTable() {
  const table = byId("results"), body = table.tBodies[0], form = byId("filters");
  const rows = [...body.rows], heads = [...table.tHead.rows[0].cells];
  const order = ["fails", "far", "near", "holds", "corrected", "unprinted"];
  const state = new URLSearchParams(location.search);
  let [key, direction] = (state.get("sort") ?? "").split(".");
  for (const field of form.elements) if (field.name && state.has(field.name)) field.value = state.get(field.name);

  const valueOf = (row) => {
    if (key === "title") return row.cells[0].querySelector(`a > [lang="${document.documentElement.lang}"]`).textContent;
    if (key === "outcome") return row.dataset.aim ? Number(row.dataset.aim) : order.indexOf(row.dataset.outcome);
    return row.dataset[key] === "" ? NaN : Number(row.dataset[key]);
  };
  const compare = (a, b) => {
    const [first, second] = [valueOf(a), valueOf(b)];
    if (typeof first === "string") return first.localeCompare(second, undefined, { numeric: true });
    return first - second;
  };
  const missing = (row) => Number.isNaN(valueOf(row));
  const show = () => {
    const query = form.q.value.trim().toLowerCase();
    const { writeup, outcome } = Object.fromEntries(new FormData(form));
    let shown = 0;
    for (const row of rows) {
      row.hidden = !(row.textContent.toLowerCase().includes(query)
        && (!writeup || row.dataset.writeup === writeup) && (!outcome || row.dataset.outcome === outcome));
      shown += !row.hidden;
    }
    const sorted = [...rows];
    // Rows without a value come last in both directions.
    if (key) sorted.sort((a, b) => missing(a) - missing(b) || (direction === "down" ? -1 : 1) * compare(a, b) || 0);
    body.append(...sorted);
    for (const head of heads) {
      const own = head.dataset.key === key;
      if (own) head.setAttribute("aria-sort", direction === "down" ? "descending" : "ascending");
      else head.removeAttribute("aria-sort");
    }
    byId("count").textContent = word(`${shown} of ${rows.length}`, `${rows.length}개 중 ${shown}개`);
  };
  const keep = () => {
    const now = new URLSearchParams(location.search);
    for (const field of form.elements) if (field.name) now[field.value ? "set" : "delete"](field.name, field.value);
    now[key ? "set" : "delete"]("sort", `${key}.${direction}`);
    setAddress(now);
  };
  for (const head of heads)
    head.querySelector("button").addEventListener("click", ({ currentTarget }) => {
      const next = currentTarget.dataset.sort;
      if (key !== next) [key, direction] = [next, next === "title" || next === "outcome" ? "up" : "down"];
      else if (direction === (next === "title" || next === "outcome" ? "up" : "down")) direction = direction === "up" ? "down" : "up";
      else key = "";
      show();
      keep();
    });
  form.addEventListener("input", () => { show(); keep(); });
  form.addEventListener("submit", (event) => event.preventDefault());
  onChange(show);
  show();
}
