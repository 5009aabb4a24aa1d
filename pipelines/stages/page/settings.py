"""The settings of a recipe in words, and what differs between two recipes."""

from typing import Any

from pipelines.recipes.schema import Recipe

# The keys that the page shows, with their names in English and Korean.
NAMES = {
    "plugins": ("plugins", "플러그인"),
    "dataset": ("data", "데이터"),
    "train_rows": ("training rows", "학습 데이터 수"),
    "val_rows": ("validation rows", "검증 데이터 수"),
    "val_fraction": ("validation share", "검증 데이터 비율"),
    "preprocess": ("preprocessing", "전처리"),
    "augment": ("augmentation", "증강"),
    "layers": ("layers", "층"),
    "weight_init": ("initial weights", "초기 가중치"),
    "l1": ("L1", "L1"),
    "l2": ("L2", "L2"),
    "loss": ("loss", "손실 함수"),
    "reduction": ("gradient over the batch", "배치 기울기"),
    "optimizer": ("optimizer", "옵티마이저"),
    "lr": ("learning rate", "학습률"),
    "schedule": ("schedule", "학습률 스케줄"),
    "clip_norm": ("gradient clipping", "기울기 클리핑"),
    "ema": ("weight averaging", "가중치 이동 평균"),
    "batch_size": ("batch size", "배치 크기"),
    "order": ("order of rows", "데이터 순서"),
    "last": ("last short batch", "남는 배치"),
    "epochs": ("epochs", "에폭"),
    "iterations": ("updates", "갱신 횟수"),
    "keep": ("kept weights", "남기는 가중치"),
    "seed": ("seed", "시드"),
    "seeds": ("seeds", "시드"),
}


def words(value: Any) -> str:
    """Return a value as a reader would write it: ``SGD (momentum 0.9, nesterov)``."""
    if isinstance(value, float):
        return f"{value:g}"
    if isinstance(value, list):
        return ", ".join(words(item) for item in value)
    if isinstance(value, dict):
        pairs = [(str(key).replace("_", " "), item) for key, item in value.items()]
        return ", ".join(key if item is True else f"{key} {words(item)}" for key, item in pairs)
    if isinstance(value, tuple):
        kind, options = value
        name = str(kind).replace("_", " ")
        return f"{name} ({words(options)})" if options else name
    return str(value).replace("_", " ")


def layer_words(choice: tuple[str, dict[str, Any]]) -> str:
    """Return a layer in a few words, such as ``Dense 128`` or ``Conv2D 32 @ 3×3``."""
    kind, options = choice
    rest = dict(options)
    text = kind
    if "filters" in rest:
        size = rest.pop("kernel_size")
        text += f" {rest.pop('filters')} @ {size}×{size}"
    for key in ("units", "rate", "slope", "kernel_size"):
        if key in rest:
            text += f" {words(rest.pop(key))}"
    return ", ".join(filter(None, [text, words(rest)]))


def settings(recipe: Recipe) -> dict[str, str]:
    """Return the settings of a recipe that are not the default, by key, in words."""
    found = {}
    for key in NAMES:
        value = getattr(recipe, key)
        default = type(recipe).model_fields[key].default
        if value is None or value == default:
            continue
        if key == "layers":
            found[key] = " → ".join(layer_words(layer) for layer in value)
        elif key == "plugins":
            found[key] = ", ".join(value)
        elif key == "iterations":
            found[key] = str(value.count)
        elif key == "keep":
            found[key] = words(value.model_dump(exclude_none=True))
        else:
            found[key] = words(value)
    return found


def differences(recipe: Recipe, other: Recipe) -> list[tuple[str, str, str]]:
    """Return what differs between two recipes: key, the one's words, the other's words."""
    first, second = settings(recipe), settings(other)
    shown = {"reduction": "mean", "schedule": "constant", "last": "keep", "order": "shuffle"}
    return [
        (key, first.get(key, shown.get(key, "–")), second.get(key, shown.get(key, "–")))
        for key in NAMES
        if key not in ("seed", "seeds") and first.get(key) != second.get(key)
    ]
