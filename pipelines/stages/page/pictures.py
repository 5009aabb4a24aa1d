"""Collect the pictures of mistakes in one image, so that each is embedded once."""

import base64
import io
from typing import Any

import numpy as np
from PIL import Image

COLUMNS = 32  # pictures in a row of the sheet
SIDE = 28


class Sheet:
    """Pictures of 28 x 28 pixels, numbered in the order in which they were added."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}

    def add(self, item: dict[str, Any]) -> dict[str, Any]:
        """Return an entry of ``mistakes.json`` with the number of its picture for its pixels."""
        number = self._numbers.setdefault(item["pixels"], len(self._numbers))
        return {key: value for key, value in item.items() if key != "pixels"} | {"picture": number}

    def data_url(self) -> str:
        """Return all pictures as one PNG, 32 in a row."""
        rows = max(1, -(-len(self._numbers) // COLUMNS))
        sheet = np.zeros((rows, SIDE, COLUMNS, SIDE), np.uint8)
        for pixels, number in self._numbers.items():
            picture = np.frombuffer(base64.b64decode(pixels), np.uint8).reshape(SIDE, SIDE)
            sheet[number // COLUMNS, :, number % COLUMNS] = picture
        content = io.BytesIO()
        Image.fromarray(sheet.reshape(rows * SIDE, -1)).save(content, "PNG", optimize=True)
        return "data:image/png;base64," + base64.b64encode(content.getvalue()).decode("ascii")
