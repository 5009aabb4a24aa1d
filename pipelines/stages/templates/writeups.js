// The write-up whose published and corrected networks answer the drawing.

// Let the choices "published" and "corrected" stand for the networks of the chosen write-up, show what
// there is to see in them, and call `changed`, now and at every change.
function startWriteups(choices, changed) {
  const pairs = [...document.querySelectorAll(".writeups input")], texts = document.querySelectorAll(".see");
  const choose = () => {
    const { value, dataset } = pairs.find(({ checked }) => checked);
    for (const choice of choices) choice.dataset.network = dataset[choice.value] ?? choice.dataset.network;
    for (const text of texts) text.hidden = text.dataset.pair !== value;
    changed();
  };
  for (const pair of pairs) pair.addEventListener("change", choose);
  if (pairs.length) choose();
  else changed();
}
