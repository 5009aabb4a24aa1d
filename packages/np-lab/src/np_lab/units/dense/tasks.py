"""Unit 2: the dense layer, forward and backward."""

from __future__ import annotations

from typing import Any

import numpy as np

from np_lab.task import Arrays, Mutant, Task, Text

Array = np.ndarray[Any, Any]


def dense_forward(x: Array, W: Array, b: Array) -> Array:
    """Return y_nj = Σ_i x_ni W_ij + b_j, by the definition."""
    y = np.zeros((len(x), W.shape[1]))
    for n in range(len(x)):
        for j in range(W.shape[1]):
            y[n, j] = sum(x[n, i] * W[i, j] for i in range(W.shape[0])) + b[j]
    return y


def dense_backward(x: Array, W: Array, b: Array, G: Array) -> tuple[Array, Array, Array]:
    """Return dx_ni = Σ_j G_nj W_ij, dW_ij = Σ_n x_ni G_nj, db_j = Σ_n G_nj."""
    dx = np.einsum("nj,ij->ni", G, W)
    dW = np.einsum("ni,nj->ij", x, G)
    db = np.einsum("nj->j", G)
    return dx, dW, db


def forward_cases() -> list[Arrays]:
    """Return a small square case, where a missing transpose still runs, then other shapes."""
    rng = np.random.default_rng(2)
    shapes = [(1, 1, 1), (3, 3, 3), (2, 3, 4), (5, 4, 2)]
    return [
        {"x": rng.normal(size=(n, i)), "W": rng.normal(size=(i, j)), "b": rng.normal(size=j)}
        for n, i, j in shapes
    ]


def backward_cases() -> list[Arrays]:
    """Return the forward cases with a random gradient of the output."""
    rng = np.random.default_rng(3)
    return [
        {**case, "G": rng.normal(size=(len(case["x"]), len(case["b"])))} for case in forward_cases()
    ]


def _accumulating() -> Any:
    """Return a backward that adds to the gradients of its earlier calls."""
    sums: dict[tuple[int, ...], Array] = {}

    def backward(x: Array, W: Array, b: Array, G: Array) -> tuple[Array, Array, Array]:
        dx, dW, db = dense_backward(x, W, b, G)
        sums[W.shape] = sums.get(W.shape, 0) + dW
        return dx, sums[W.shape].copy(), db

    return backward


TASKS = (
    Task(
        name="dense_forward",
        file="dense.py",
        title=Text("forward of a dense layer", "완전 연결 층의 순전파"),
        outputs=("y",),
        oracle=dense_forward,
        cases=forward_cases,
        hints=(
            Text(
                "x is (batch, inputs) and W is (inputs, outputs). Which product of the two is (batch, outputs)?",
                "x는 (배치, 입력), W는 (입력, 출력) 모양입니다. 둘을 어떻게 곱하면 (배치, 출력)이 될까요?",
            ),
            Text(
                "y = x W + b. NumPy adds b to every row by broadcasting.",
                "y = x W + b입니다. b는 NumPy의 브로드캐스팅으로 모든 행에 더해집니다.",
            ),
            Text("return x @ W + b", "return x @ W + b"),
        ),
        mutants=(
            Mutant(
                "no-bias",
                lambda x, W, b: x @ W,
                Text(
                    "the bias b is missing: a neuron with input zero must answer b, not 0.",
                    "편향 b가 빠졌습니다. 입력이 0이면 출력은 0이 아니라 b여야 합니다.",
                ),
            ),
            Mutant(
                "bias-subtracted",
                lambda x, W, b: x @ W - b,
                Text(
                    "the bias b is subtracted; the definition adds it.",
                    "편향 b를 빼고 있습니다. 정의에서는 더합니다.",
                ),
            ),
            Mutant(
                "weight-transposed",
                lambda x, W, b: x @ W.T + b,
                Text(
                    "W is transposed, though it already has the shape (inputs, outputs). Is your W (outputs, inputs), as in PyTorch?",
                    "W는 이미 (입력, 출력) 모양인데 전치해서 곱하고 있습니다. PyTorch처럼 (출력, 입력)이라고 생각하지 않았나요?",
                ),
            ),
            Mutant(
                "bias-summed",
                lambda x, W, b: x @ W + b.sum(),
                Text(
                    "every output gets the sum of all biases. Output j has its own bias b[j].",
                    "모든 출력에 편향의 합이 더해집니다. 출력 j에는 b[j]만 더해야 합니다.",
                ),
            ),
            Mutant(
                "bias-in-product",
                lambda x, W, b: x @ (W + b),
                Text(
                    "b is added to W before the product, so it is multiplied by the inputs. It is added after the product.",
                    "곱하기 전에 W에 b를 더해서 b가 입력과 곱해집니다. b는 곱한 다음에 더합니다.",
                ),
            ),
            Mutant(
                "elementwise",
                lambda x, W, b: x * W + b,
                Text(
                    "x * W multiplies element by element. A matrix product is x @ W.",
                    "x * W는 원소끼리 곱합니다. 행렬곱은 x @ W입니다.",
                ),
            ),
        ),
    ),
    Task(
        name="dense_backward",
        file="dense.py",
        title=Text("backward of a dense layer", "완전 연결 층의 역전파"),
        outputs=("dx", "dW", "db"),
        oracle=dense_backward,
        cases=backward_cases,
        hints=(
            Text(
                "A gradient has the shape of what it belongs to: dx (batch, inputs), dW (inputs, outputs), db (outputs,). "
                "Which products of x, W and G have these shapes?",
                "기울기는 원래 배열과 모양이 같습니다. dx는 (배치, 입력), dW는 (입력, 출력), db는 (출력,)입니다. x, W, G를 어떻게 곱하면 이 모양이 될까요?",
            ),
            Text(
                "y_nj = Σ_i x_ni W_ij + b_j. So dW_ij = Σ_n x_ni G_nj, db_j = Σ_n G_nj, dx_ni = Σ_j G_nj W_ij.",
                "y_nj = Σ_i x_ni W_ij + b_j이므로 dW_ij = Σ_n x_ni G_nj, db_j = Σ_n G_nj, dx_ni = Σ_j G_nj W_ij입니다.",
            ),
            Text(
                "return G @ W.T, x.T @ G, G.sum(axis=0)", "return G @ W.T, x.T @ G, G.sum(axis=0)"
            ),
        ),
        mutants=(
            Mutant(
                "bias-mean-of-all",
                lambda x, W, b, G: (G @ W.T, x.T @ G, G.mean()),
                Text(
                    "your bias gradient equals G.mean(), one number for all outputs. Each output has its own bias: sum over which axis?",
                    "편향의 기울기가 G.mean(), 곧 모든 출력에 같은 수 하나입니다. 출력마다 편향이 따로 있습니다. 어느 축으로 더해야 할까요?",
                ),
                outputs=("db",),
            ),
            Mutant(
                "bias-sum-of-all",
                lambda x, W, b, G: (G @ W.T, x.T @ G, G.sum()),
                Text(
                    "your bias gradient equals G.sum(), one number for all outputs. Each output has its own bias: sum over which axis?",
                    "편향의 기울기가 G.sum(), 곧 모든 출력에 같은 수 하나입니다. 출력마다 편향이 따로 있습니다. 어느 축으로 더해야 할까요?",
                ),
                outputs=("db",),
            ),
            Mutant(
                "bias-wrong-axis",
                lambda x, W, b, G: (G @ W.T, x.T @ G, G.sum(axis=1)),
                Text(
                    "your bias gradient sums over the outputs (axis 1). b[j] is added in every row, so its gradient sums over the rows (axis 0).",
                    "편향의 기울기를 출력 축(axis 1)으로 더했습니다. b[j]는 모든 행에 더해지므로 행 축(axis 0)으로 더합니다.",
                ),
                outputs=("db",),
            ),
            Mutant(
                "bias-mean",
                lambda x, W, b, G: (G @ W.T, x.T @ G, G.mean(axis=0)),
                Text(
                    "your bias gradient is a mean over the rows. The loss has divided by the batch already; here the rows are summed.",
                    "편향의 기울기를 행 평균으로 구했습니다. 배치로 나누는 일은 손실에서 이미 했으므로 여기서는 더하기만 합니다.",
                ),
                outputs=("db",),
            ),
            Mutant(
                "weight-mean",
                lambda x, W, b, G: (G @ W.T, x.T @ G / len(x), G.sum(axis=0)),
                Text(
                    "your weight gradient is divided by the batch size. The loss has divided already: dW = xᵀ G.",
                    "가중치의 기울기를 배치 크기로 나누었습니다. 나누는 일은 손실에서 이미 했습니다. dW = xᵀ G입니다.",
                ),
                outputs=("dW",),
            ),
            Mutant(
                "weight-transposed-result",
                lambda x, W, b, G: (G @ W.T, G.T @ x, G.sum(axis=0)),
                Text(
                    "your weight gradient is transposed: it has the shape (outputs, inputs), and W is (inputs, outputs).",
                    "가중치의 기울기가 전치되어 (출력, 입력) 모양입니다. W는 (입력, 출력)입니다.",
                ),
                outputs=("dW",),
            ),
            Mutant(
                "weight-decayed",
                lambda x, W, b, G: (G @ W.T, x.T @ G + W, G.sum(axis=0)),
                Text(
                    "your weight gradient has W added to it. That is the gradient of a penalty ½‖W‖², which this loss does not have.",
                    "가중치의 기울기에 W가 더해져 있습니다. 그것은 벌점 ½‖W‖²의 기울기인데, 이 손실에는 벌점이 없습니다.",
                ),
                outputs=("dW",),
            ),
            Mutant(
                "accumulates",
                _accumulating(),
                Text(
                    "your weight gradient grows with every call: a new gradient is added (+=) to the old one. Each backward starts anew.",
                    "가중치의 기울기가 호출할 때마다 커집니다. 새 기울기를 앞의 기울기에 더하고(+=) 있습니다. backward는 매번 새로 시작합니다.",
                ),
                outputs=("dW",),
            ),
            Mutant(
                "input-not-transposed",
                lambda x, W, b, G: (G @ W, x.T @ G, G.sum(axis=0)),
                Text(
                    "dx uses W where Wᵀ belongs: W leads from inputs to outputs, and the gradient goes back.",
                    "dx에 Wᵀ 대신 W를 썼습니다. W는 입력에서 출력으로 가고, 기울기는 거꾸로 갑니다.",
                ),
                outputs=("dx",),
            ),
            Mutant(
                "input-is-output-gradient",
                lambda x, W, b, G: (G, x.T @ G, G.sum(axis=0)),
                Text(
                    "dx is G itself. The gradient has to go back through W.",
                    "dx가 G 그대로입니다. 기울기는 W를 거쳐 돌아가야 합니다.",
                ),
                outputs=("dx",),
            ),
            Mutant(
                "input-mean",
                lambda x, W, b, G: (G @ W.T / len(x), x.T @ G, G.sum(axis=0)),
                Text(
                    "dx is divided by the batch size. Each row has its own gradient; nothing is averaged over rows here.",
                    "dx를 배치 크기로 나누었습니다. 행마다 자기 기울기가 있으므로 여기서는 평균을 내지 않습니다.",
                ),
                outputs=("dx",),
            ),
        ),
    ),
)
