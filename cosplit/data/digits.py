"""scikit-learn's handwritten digits: 1,797 real images of 8x8 that ship with the library.

E. Alpaydin and C. Kaynak, Optical Recognition of Handwritten Digits, UCI, 1998 (its test part).
Pixels count inked dots, 0 to 16; here they are scaled to 0..255 (rounded, 16 becomes 255) and the
grey is repeated on three channels. The last 540 in file order are the test part.
"""

from pathlib import Path

import numpy as np

from cosplit.data.source import Part, Raw, Source

N_TEST = 540
DOTS = 16


class Digits(Source):
    """Embedded data: no folder, no download."""

    title = "scikit-learn's digits"

    def layout(self, folder: Path) -> str | None:
        """Always `embedded`."""
        return "embedded"

    def read(self, part: Part, folder: Path) -> Raw:
        """The first 1,257 images or the last 540; `index` is the position in the file."""
        from sklearn.datasets import load_digits

        dots, labels = load_digits(return_X_y=True)
        index = np.arange(len(labels))
        keep = slice(-N_TEST, None) if part == "test" else slice(-N_TEST)
        grey = np.rint(dots[keep].reshape(-1, 8, 8, 1) * 255 / DOTS).astype(np.uint8)
        return Raw(grey.repeat(3, axis=3), labels[keep], index[keep])

    def fetch(self, folder: Path) -> None:
        """Nothing to download."""
