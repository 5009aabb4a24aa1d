// Step through a training that fails: the gradient vanishes after the first update.

function startStepper(place, recipe) {
  const history = readCsv(recipe["history.csv"]), layers = readCsv(recipe["layers.csv"]);
  const slider = byId("update"), chartPlace = byId("stepper-chart"), count = history.step.length;
  const outputs = Object.keys(layers).filter((name) => /^mean:.*Sigmoid$/.test(name)).at(-1);
  let chart, timer = null;
  slider.max = count - 1;

  const drawChart = () => {
    chartPlace.replaceChildren();
    chart = drawCurves(chartPlace, {
      title: word("Gradient norm and mean output", "기울기 크기와 평균 출력"), xTitle: word("updates", "갱신"), log: true,
      lines: [
        { name: word("gradient norm", "기울기 크기"), x: history.step, y: history.gradient_norm },
        { name: word("mean output", "평균 출력"), x: history.step, y: layers[outputs] },
      ],
    });
  };
  const story = (i) => {
    if (i === 0) return word("The first update still has a gradient. Times 500 it moves every weight far, and all outputs fall close to 0.", "첫 갱신에는 아직 기울기가 있습니다. 여기에 500을 곱해 모든 가중치가 멀리 움직이고, 출력은 모두 0에 가까워집니다.");
    const factor = history.gradient_norm[0] / history.gradient_norm[i];
    const times = factor.toLocaleString("en", { maximumSignificantDigits: 2 });
    if (factor > 100) return word(`The sigmoids are saturated: the gradient is ${times} times smaller than at the first update.`, `시그모이드가 포화되었습니다. 기울기가 첫 갱신의 ${times}분의 1입니다.`);
    return word("Some gradient is back. Times 500 it moves every weight far once more.", "기울기가 조금 돌아왔습니다. 여기에 500을 곱해 모든 가중치가 다시 멀리 움직입니다.");
  };
  const show = () => {
    const i = Number(slider.value);
    slider.setAttribute("aria-valuetext", `${word("update", "갱신")} ${history.step[i]}`);
    byId("said").textContent = story(i);
    byId("readings").replaceChildren(...[
      [word("update", "갱신"), `${history.step[i]} / ${count}`],
      [word("gradient norm", "기울기 크기"), numberText(history.gradient_norm[i])],
      [word("mean output", "평균 출력"), numberText(layers[outputs][i])],
      [word("training accuracy", "학습 정확도"), percentText(history.train_accuracy[i], 2)],
    ].map(([name, value]) => make("div", {}, make("dt", {}, name), make("dd", {}, value))));
    byId("earlier").disabled = i === 0;
    byId("later").disabled = i === count - 1;
    chart.mark(history.step[i]);
  };
  const stop = () => {
    clearInterval(timer);
    timer = null;
    byId("play").textContent = word("Play", "재생");
  };
  const move = (by) => { slider.value = Number(slider.value) + by; show(); };
  slider.addEventListener("input", show);
  byId("earlier").addEventListener("click", () => move(-1));
  byId("later").addEventListener("click", () => move(1));
  byId("play").addEventListener("click", () => {
    if (timer) return stop();
    if (Number(slider.value) === count - 1) slider.value = 0;
    show();
    byId("play").textContent = word("Stop", "멈춤");
    timer = setInterval(() => {
      move(1);
      if (Number(slider.value) === count - 1) stop();
    }, 600);
  });
  onChange(() => { stop(); drawChart(); show(); });
  drawChart();
  show();
}
