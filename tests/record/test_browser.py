"""The site in a real browser: sorting, filtering, hover, quiet console, no outside request."""

import json
import os
import shutil

import pytest

from cosplit.record.site import write_site

webdriver = pytest.importorskip("selenium.webdriver", reason="selenium is not installed")
pytestmark = pytest.mark.browser
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
CHROMEDRIVER = shutil.which("chromedriver")


@pytest.fixture(scope="module")
def driver():
    if not CHROMIUM or not CHROMEDRIVER:
        pytest.skip("needs chromium and chromium-driver: apt-get install chromium chromium-driver")
    options = webdriver.ChromeOptions()
    options.binary_location = CHROMIUM
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    arguments = ["--headless=new", "--disable-gpu", "--window-size=1280,1600"]
    for argument in arguments + ["--no-sandbox"] * (os.geteuid() == 0):
        options.add_argument(argument)
    service = webdriver.ChromeService(CHROMEDRIVER)
    driver = webdriver.Chrome(options=options, service=service)
    yield driver
    driver.quit()
    service.stop()


@pytest.fixture(scope="module")
def site(tmp_path_factory, task, make_row, make_entry):
    """Three methods; `coarse` reaches 0.91 only, `rough` failed once, `noisy` met two channels."""
    noisy = [make_row("noisy", 9_000_000, 300.0, 9_400)] + [
        make_row(
            "noisy", 9_000_000, 300.0, 9_400, channel=f"awgn{snr}", channel_uses=900.0 / (snr + 1)
        )
        for snr in (0, 10)
    ]
    failed = {"outcome": "oom", "qualifies": {}, "accuracy": None}
    rough = [make_row("rough", 0, 18_000.0, 9_400), make_row("rough", 1, 9.0, 9_400, **failed)]
    entries = [
        make_entry("noisy", rows=noisy),
        make_entry("rough", rows=rough),
        make_entry("coarse", [(2_000_000, 100.0, 9_150)]),
    ]
    return write_site(tmp_path_factory.mktemp("site"), entries, {task.name: task})


@pytest.fixture
def page(driver, site):
    driver.get_log("performance")
    driver.get(site.as_uri())
    return driver


def text(page, selector):
    return [each.text for each in page.find_elements("css selector", selector)]


def methods(page):
    return text(page, "#board tbody td:nth-child(2) a")


def choose(page, name, value):
    page.find_element("css selector", f"select[name={name}] option[value='{value}']").click()


def test_the_board_is_ranked_and_sorts_both_ways(page):
    assert methods(page) == ["noisy", "rough", "coarse"]
    head = page.find_element("css selector", "#board th:nth-child(2) button")
    head.click()
    assert methods(page) == ["coarse", "noisy", "rough"]
    head.click()
    assert methods(page) == ["rough", "noisy", "coarse"]
    assert text(page, "#board th[aria-sort=descending]")[0].startswith("method")


def test_what_has_no_value_stays_last_either_way(page):
    head = page.find_element("css selector", "#board th:nth-child(3) button")
    head.click()
    assert methods(page) == ["noisy", "rough", "coarse"]
    head.click()
    assert methods(page) == ["rough", "noisy", "coarse"]


def test_filters_choose_the_board(page):
    choose(page, "threshold", "0.91")
    assert methods(page) == ["coarse", "noisy", "rough"]
    page.find_element("name", "search").send_keys("ROU")
    assert methods(page) == ["rough"]
    page.find_element("name", "search").send_keys("zzz")
    assert text(page, "#summary") == ["No method matches."]


def test_an_unranked_task_says_so_once(driver, tmp_path, task, make_entry):
    unranked = {task.name: task.model_copy(update={"ranked": False})}
    driver.get(write_site(tmp_path, [make_entry("ours")], unranked).as_uri())
    assert text(driver, "#summary")[0].endswith("This task is not ranked.")
    assert text(driver, "#board tbody td:first-child") == ["-"]
    assert text(driver, "td .why") == []


def test_failures_are_visible(page):
    assert text(page, ".badge.failure") == ["1 oom"]
    assert text(page, "td .why") == ["no point reaches 0.93"]


@pytest.mark.parametrize(
    ("figure", "says"),
    [
        ("tradeoff", ["noisy", "9 M MACs, 300 bits", "accuracy 94.00 %", "on the Pareto front"]),
        ("latency", ["noisy", "100 bytes per second", "ms, modelled"]),
        ("noise", ["noisy", "awgn0", "900 channel uses"]),
    ],
)
def test_values_show_on_hover_and_on_focus(page, figure, says):
    marks = page.find_elements("css selector", f"#{figure} .mark[aria-label^=noisy]")
    page.execute_script("arguments[0].scrollIntoView({block: 'center'})", marks[0])
    tip = page.find_element("id", "tip")
    assert not tip.is_displayed()
    webdriver.ActionChains(page).move_to_element(marks[0]).perform()
    assert tip.is_displayed()
    assert all(part in tip.text for part in says), tip.text
    webdriver.ActionChains(page).move_to_element(
        page.find_element("css selector", "footer")
    ).perform()
    assert not tip.is_displayed()
    page.execute_script("arguments[0].focus()", marks[0])
    assert says[0] in tip.text


def test_the_pareto_front_holds_what_qualifies(page):
    best = page.find_elements("css selector", "#tradeoff .mark.best")
    assert {mark.get_attribute("aria-label").split(",")[0] for mark in best} == {"noisy", "rough"}
    assert len(page.find_elements("css selector", "#tradeoff .mark.hollow")) == 1
    choose(page, "threshold", "0.91")
    assert len(page.find_elements("css selector", "#tradeoff .mark.best")) == 2
    assert len(page.find_elements("css selector", "#tradeoff .mark.hollow")) == 0


def test_the_noise_figure_changes_its_quantity(page):
    page.find_element("css selector", "#quantity option[value=accuracy]").click()
    assert "accuracy" in text(page, "#noise text.axis")


def test_nothing_is_asked_of_any_network_and_the_console_is_quiet(page, site):
    page.get((site.parent / "entries/cifar10/rough.html").as_uri())
    assert "outcome" in page.find_element("tag name", "table").text
    assert page.get_log("browser") == []
    events = [json.loads(each["message"])["message"] for each in page.get_log("performance")]
    urls = [
        e["params"]["request"]["url"] for e in events if e["method"] == "Network.requestWillBeSent"
    ]
    assert len(urls) > 5
    assert all(url.startswith(("file:", "data:")) for url in urls), urls


def test_a_strangers_text_stays_text(driver, tmp_path, task, make_entry):
    script = "</script><script>window.hacked=1</script><img src=x onerror='window.hacked=1'>"
    entry = make_entry("hostile")
    method = entry.method.model_copy(update={"title": script, "authors": (script,)})
    index = write_site(tmp_path, [entry.model_copy(update={"method": method})], {task.name: task})
    for path in (index, tmp_path / "entries" / "cifar10" / "hostile.html"):
        driver.get(path.as_uri())
        assert driver.execute_script("return window.hacked") is None
        assert script in driver.find_element("tag name", "body").text
        assert driver.find_elements("css selector", "img") == []
        assert driver.get_log("browser") == []


@pytest.mark.parametrize("name", ["index.html", "entries/cifar10/noisy.html"])
def test_a_phone_does_not_scroll_sideways(page, site, name):
    metrics = {"width": 360, "height": 800, "deviceScaleFactor": 2, "mobile": True}
    page.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
    try:
        page.get((site.parent / name).as_uri())
        assert page.execute_script("return document.documentElement.scrollWidth") <= 360
    finally:
        page.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_is_readable_by_day_and_night(page, site, scheme):
    feature = {"name": "prefers-color-scheme", "value": scheme}
    page.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [feature]})
    page.get(site.as_uri())
    colours = "const s = getComputedStyle(arguments[0]); return [s.color, "
    colours += "getComputedStyle(document.querySelector('.scroll')).backgroundColor]"
    for selector in ("#board td b", "#board small", "#board a", ".badge.failure", ".why"):
        found = page.find_elements("css selector", selector)[-1]
        ink, paper = page.execute_script(colours, found)
        assert contrast(ink, paper) >= 4.5, selector


def contrast(first, second):
    """WCAG 2.2's contrast ratio of two CSS colours."""

    def luminance(colour):
        parts = [int(part) / 255 for part in colour[colour.index("(") + 1 : -1].split(",")[:3]]
        linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
        return sum(w * p for w, p in zip((0.2126, 0.7152, 0.0722), linear, strict=True))

    low, high = sorted((luminance(first), luminance(second)))
    return (high + 0.05) / (low + 0.05)


def test_a_thousand_methods_sort_in_a_blink(driver, tmp_path, task, make_entry):
    entry = make_entry("ours")
    entries = [
        entry.model_copy(update={"method": entry.method.model_copy(update={"name": f"m{k}"})})
        for k in range(1_000)
    ]
    driver.get(write_site(tmp_path, entries, {task.name: task}).as_uri())
    script = """const head = document.querySelector("#board th button"), start = performance.now();
        head.click(); document.body.getBoundingClientRect(); return performance.now() - start"""
    took = min(driver.execute_script(script) for _ in range(3))
    assert took < 1_000, "the aim is 200 ms of an idle core; here 5 x that"
    assert len(driver.find_elements("css selector", "#board tbody tr")) == 1_000
