// Train a recipe when asked to, in short slices so that the page stays responsive, and compare the
// bytes that come out with those of Python.

const SLICE = 12; // milliseconds of computing before the page is painted again

const nextFrame = () => new Promise((resolve) => {
  requestAnimationFrame(resolve);
  setTimeout(resolve, 100); // a hidden page has no frames
});

function startTrainer(recipes) {
  const choices = [...document.querySelectorAll("#train input")], start = byId("train-start");
  const progress = byId("train-progress"), chartPlace = byId("train-chart"), resultPlace = byId("train-result");
  let name, running = false, update = 0, x = [], y = [], result = null, chart;

  const showTexts = () => {
    const { updates } = recipes[name];
    start.textContent = running ? word("Stop", "멈춤") : word("Train it here", "여기서 학습하기");
    const loss = y.length ? `, ${word("loss", "손실")} ${numberText(y.at(-1))}` : "";
    const place = word(`Update ${update} of ${updates}${loss}`, `갱신 ${updates}번 중 ${update}번${loss}`);
    byId("train-said").textContent = !update ? word("Not started yet.", "아직 시작하지 않았습니다.")
      : running ? place
        : update < updates ? `${place}. ${word("Stopped.", "멈췄습니다.")}`
          : result ? word(`Done in ${result.seconds} s.`, `${result.seconds}초 만에 끝났습니다.`) : place;
    byId("train-file").disabled = !result;
    progress.value = update / updates;
  };
  const showChart = () => {
    const history = readCsv(page.recipes[name]["history.csv"]);
    chartPlace.replaceChildren();
    chart = drawCurves(chartPlace, {
      title: word("Training loss", "학습 손실"), xTitle: word("updates", "갱신"), log: true,
      lines: [
        { name: word("Python", "파이썬"), x: history.step, y: history.train_loss, wide: true },
        { name: word("your browser", "이 브라우저"), x, y },
      ],
    });
  };
  const showResult = () => {
    resultPlace.replaceChildren();
    if (!result) return;
    const rows = [[word("SHA-256 of model.npz", "model.npz의 SHA-256"), result.sha256, recipes[name].sha256]];
    if (recipes[name].folder) rows.push([word(`models/${name} in dvc.lock`, `dvc.lock의 models/${name}`), result.folder, recipes[name].folder]);
    const equal = rows.every(([, here, python]) => here === python);
    const size = result.bytes.length.toLocaleString("en");
    resultPlace.append(
      make("p", { class: equal ? "verdict equal" : "verdict" }, equal
        ? word(`Equal: your browser wrote the same ${size} bytes as Python.`, `같음: 브라우저가 파이썬과 똑같은 ${size}바이트를 썼습니다.`)
        : word("Different: this browser computed other bits than Python.", "다름: 이 브라우저의 비트가 파이썬과 다릅니다.")),
      make("dl", {}, ...rows.map(([what, here, python]) => make("div", {}, make("dt", {}, what),
        make("dd", {}, make("span", {}, word("your browser", "이 브라우저")), make("code", {}, here)),
        make("dd", {}, make("span", {}, word("Python", "파이썬")), make("code", {}, python))))));
  };
  const show = () => { showTexts(); showChart(); showResult(); };

  const choose = () => {
    name = choices.find((choice) => choice.checked).value;
    [running, update, x, y, result] = [false, 0, [], [], null];
    show();
  };
  const run = async () => {
    choose();
    const own = running = {}; // another run, or Stop, changes `running`
    showTexts();
    const recipe = await readRecipe(recipes[name]), begun = performance.now();
    let painted = begun, layers;
    for (const { step, measured, ...state } of train(recipe)) {
      [update, layers] = [step, state.layers];
      if (measured !== null) {
        x.push(step);
        y.push(measured);
      }
      if (measured === null && performance.now() - painted < SLICE) continue;
      if (measured !== null) chart.draw();
      showTexts();
      await nextFrame();
      if (running !== own) return;
      painted = performance.now();
    }
    const bytes = await modelFile(recipe.document, layers);
    const found = {
      bytes, sha256: await sha256(bytes), seconds: ((performance.now() - begun) / 1000).toFixed(1),
      folder: folderHash({ "model.json": latin1(recipe.transforms), "model.npz": bytes }),
    };
    if (running !== own) return;
    [running, result] = [false, found];
    showTexts();
    showResult();
  };

  for (const choice of choices) choice.addEventListener("change", choose);
  start.addEventListener("click", () => {
    if (!running) return run();
    running = false;
    showTexts();
  });
  byId("train-file").addEventListener("click", () => {
    const url = URL.createObjectURL(new Blob([result.bytes]));
    make("a", { href: url, download: "model.npz" }).click();
    URL.revokeObjectURL(url);
  });
  onChange(show);
  choose();
}
