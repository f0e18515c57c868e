"""One colour a method, the same in figures, on the site and in the docs.

Every colour has a contrast of 3:1 or better on white and on the site's dark ground (WCAG 2.2,
1.4.11). The three-step method, which the benchmark is about, has the strongest one.
"""

from collections.abc import Iterable

OWN = {
    "three_step": "#d81e3a",
    "on_device": "#3a76b8",
    "image_codec": "#2e8b57",
    "bottlenet_plus_plus": "#8667c0",
    "two_step_pruning": "#b8741a",
    "original": "#7b8087",
    "png": "#94694a",
}
OTHERS = ("#1c8a94", "#c0589a", "#7d8428")
"""Colours of methods that are not the project's, taken in turn."""


def colours(methods: Iterable[str]) -> dict[str, str]:
    """The colour of each method, as `#rrggbb`, in alphabetical order of their names."""
    names = sorted(set(methods))
    strangers = [name for name in names if name not in OWN]
    lent = {name: OTHERS[k % len(OTHERS)] for k, name in enumerate(strangers)}
    return {name: OWN.get(name) or lent[name] for name in names}
