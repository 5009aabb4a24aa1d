"""Pack bytes as text for the page: compressed with zlib, then written in base 85.

The text may stand in a script element. stages/templates/packed.js unpacks it.
"""

import base64
import zlib


def pack(content: bytes, *, noise: bool = False) -> str:
    """Return bytes as text.

    ``noise`` is for numbers whose digits do not repeat: zlib then does not search for
    repetitions, which makes such numbers 3 % smaller.
    """
    strategy = zlib.Z_HUFFMAN_ONLY if noise else zlib.Z_DEFAULT_STRATEGY
    packer = zlib.compressobj(9, strategy=strategy)
    packed = packer.compress(content) + packer.flush()
    # "<" could end the element.
    return base64.b85encode(packed).decode("ascii").replace("<", ",")
