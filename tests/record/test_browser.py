"""The site in a real browser: choices, figures, keys, phone, quiet console, no outside request."""

import json
import os
import shutil

import pytest

from cosplit.record.site import write_site

webdriver = pytest.importorskip("selenium.webdriver", reason="selenium is not installed")
keys = pytest.importorskip("selenium.webdriver.common.keys").Keys
pytestmark = pytest.mark.browser
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
CHROMEDRIVER = shutil.which("chromedriver")
MARK = ".mark-symbol [aria-label]"


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
    driver.implicitly_wait(5)
    yield driver
    driver.quit()
    service.stop()


@pytest.fixture(scope="module")
def site(tmp_path_factory, task, make_row, make_entry):
    """Four methods: `coarse` reaches 0.91 only, `rough` failed once, `noisy` met channels with a
    code that falls, `deep` fits by measured memory alone."""
    symbols = {
        "settings": {"uses": 9},
        "code": "symbols",
        "payload_bits_mean": None,
        "latency_modelled_ms": None,
        "channel_uses": 9.0,
    }
    noisy = [make_row("noisy", 9_000_000, 300.0, 9_400)] + [
        make_row("noisy", 9_000_000, 300.0, n, channel=channel, **symbols)
        for channel, n in (("awgn0", 8_000), ("awgn10", 9_450))
    ]
    failed = {"outcome": "oom", "qualifies": {}, "accuracy": None}
    rough = [make_row("rough", 0, 18_000.0, 9_400), make_row("rough", 1, 9.0, 9_400, **failed)]
    deep = make_row("deep", 9_000_000, 4.0, 9_500, deployable=False, peak_memory_bytes=1 << 20)
    entries = [
        make_entry("noisy", rows=noisy),
        make_entry("rough", rows=rough),
        make_entry("coarse", [(9_000_000, 300.0, 9_150)]),
        make_entry("deep", rows=[deep]),
    ]
    return write_site(tmp_path_factory.mktemp("site"), entries, {task.name: task})


@pytest.fixture
def page(driver, site):
    driver.get_log("performance")
    driver.get(site.as_uri())
    return driver


@pytest.fixture
def phone(driver):
    metrics = {"width": 390, "height": 844, "deviceScaleFactor": 2, "mobile": True}
    driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
    yield driver
    driver.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})


def text(page, selector):
    return [each.text for each in page.find_elements("css selector", selector)]


def methods(page):
    return text(page, "#board tbody td:nth-child(2) a")


def choose(page, name, value):
    page.find_element("css selector", f"select[name={name}] option[value='{value}']").click()


def marks(page, figure, start=""):
    begins = f"[aria-label^='{start}']" if start else ""
    return page.find_elements("css selector", f"#{figure} {MARK}{begins}")


def labels(page, figure, layer):
    found = page.find_elements("css selector", f"#{figure} .{layer}_marks [aria-label]")
    return [mark.get_attribute("aria-label") for mark in found]


def test_the_board_is_ranked_and_sorts_both_ways(page):
    assert methods(page) == ["noisy", "rough", "coarse", "deep"]
    head = page.find_element("css selector", "#board th:nth-child(2) button")
    head.click()
    assert methods(page) == ["coarse", "deep", "noisy", "rough"]
    head.click()
    assert methods(page) == ["rough", "noisy", "deep", "coarse"]
    assert text(page, "#board th[aria-sort=descending]")[0].startswith("method")


def test_what_has_no_value_stays_last_either_way(page):
    head = page.find_element("css selector", "#board th:nth-child(7) button")
    head.click()
    assert methods(page)[:2] == ["noisy", "rough"]
    head.click()
    assert methods(page)[:2] == ["rough", "noisy"]


def test_the_first_screen_says_who_wins_and_what_its_best_point_costs(page):
    (winner,) = text(page, "#winners tbody tr")
    for part in ("100 B/s to 1 MB/s", "noisy", "conv2_x-bits300", "94.00 %", "300", "ms"):
        assert part in winner
    line = text(page, "#board tbody tr")[0]
    for part in ("conv2_x-bits300", "94.00 %", "certain", "300", "9.00 M"):
        assert part in line
    at = "return document.querySelector('#board tbody tr').getBoundingClientRect().top"
    assert page.execute_script(at) < 800


@pytest.mark.parametrize(
    ("fit", "ranked"),
    [("share", ["noisy", "rough"]), ("memory", ["deep"]), ("none", ["deep", "noisy", "rough"])],
)
def test_what_fits_decides_the_ranking(page, fit, ranked):
    choose(page, "fit", fit)
    assert methods(page)[: len(ranked)] == ranked
    assert len([rank for rank in text(page, "#board td:first-child") if rank != "-"]) == len(ranked)
    assert text(page, "#winners b")[0] == ranked[0]


def test_filters_choose_the_board(page):
    choose(page, "threshold", "0.91")
    assert methods(page) == ["coarse", "noisy", "rough", "deep"]
    page.find_element("name", "search").send_keys("ROU")
    assert methods(page) == ["rough"]
    page.find_element("name", "search").send_keys("zzz")
    assert text(page, "#summary") == ["No method matches."]


def test_an_address_keeps_the_choices(page, site):
    choose(page, "threshold", "0.91")
    choose(page, "fit", "none")
    choose(page, "first", "noisy")
    choose(page, "second", "deep")
    page.find_element("css selector", "#legend [data-method=rough]").click()
    address = page.current_url
    assert "threshold=0.91" in address
    assert "compare=noisy%2Cdeep" in address
    page.get(site.as_uri())
    page.get(address)
    assert methods(page) == ["deep", "coarse", "noisy", "rough"]
    assert text(page, "#sides caption") == ["noisy: The method noisy", "deep: The method deep"]
    assert not marks(page, "latency", "rough")


@pytest.mark.parametrize("query", ["task=nope&threshold=7&fit=%3Cb%3E&compare=x,y", "fit", "&&&"])
def test_an_address_that_names_nothing_shows_the_usual_board(driver, site, query):
    driver.get(f"{site.as_uri()}?{query}")
    assert methods(driver) == ["noisy", "rough", "coarse", "deep"]
    assert driver.get_log("browser") == []


def test_two_methods_are_compared(page):
    choose(page, "first", "noisy")
    choose(page, "second", "rough")
    told = text(page, "#compared")[0]
    assert "only noisy conv2_x-bits300 is right on" in told
    assert "McNemar's p is" in told
    left, right = text(page, "#sides tbody")
    assert "conv2_x-uses9" in left
    assert "oom" in right


def test_an_unranked_task_says_so_once(driver, tmp_path, task, make_entry):
    unranked = {task.name: task.model_copy(update={"ranked": False})}
    driver.get(write_site(tmp_path, [make_entry("ours")], unranked).as_uri())
    assert text(driver, "#summary")[0].endswith("This task is not ranked.")
    assert text(driver, "#board tbody td:first-child") == ["-"]
    assert text(driver, "td .why") == []


def test_failures_are_visible(page):
    assert text(page, ".badge.failure") == ["1 oom"]
    assert text(page, "td .why")[0] == "no point reaches 0.93"


@pytest.mark.parametrize(
    ("figure", "says"),
    [
        ("tradeoff", ["noisy", "9.00 M MACs", "300 bits", "94.00 %", "no counted point has less"]),
        ("latency", ["noisy", "conv2_x-bits300", "100 B/s", "ms, modelled"]),
        ("noise-uses", ["noisy", "awgn0", "9 channel uses", "does not reach the accuracy"]),
    ],
)
def test_values_show_on_hover_and_on_focus(page, figure, says):
    mark = marks(page, figure, "noisy")[0]
    page.execute_script("arguments[0].scrollIntoView({block: 'center'})", mark)
    tip = page.find_element("id", "tip")
    assert not tip.is_displayed()
    webdriver.ActionChains(page).move_to_element(mark).perform()
    assert tip.is_displayed()
    assert all(part in tip.text.replace("\u00a0", " ") for part in says), tip.text
    webdriver.ActionChains(page).move_to_element(
        page.find_element("css selector", "footer")
    ).perform()
    assert not tip.is_displayed()
    page.execute_script("arguments[0].focus()", mark)
    assert says[0] in tip.text


def test_failures_lie_beneath_and_nothing_hides_another(page):
    """`noisy`, `coarse` and `deep` have equal computation; `noisy` and `coarse` equal bits too."""
    assert [label.split(";")[0] for label in labels(page, "tradeoff", "failed")] == ["coarse"]
    assert [label.split(";")[0] for label in labels(page, "tradeoff", "unfit")] == ["deep"]
    assert {label.split(";")[0] for label in labels(page, "tradeoff", "sound")} == {
        "noisy",
        "rough",
    }
    order = [mark.get_attribute("aria-label").split(";")[0] for mark in marks(page, "tradeoff")]
    assert order[0] == "coarse", "a failure is drawn first, so beneath"
    places = [mark.rect for mark in marks(page, "tradeoff")]
    centres = {(round(r["x"] + r["width"] / 2), round(r["y"] + r["height"] / 2)) for r in places}
    for x, y in centres:
        for u, v in centres - {(x, y)}:
            assert abs(x - u) > 7 or abs(y - v) > 7
    rings = page.find_elements("css selector", "#tradeoff .ring_marks path")
    assert len(rings) == 2


def test_noise_has_a_line_a_point_and_marks_its_fall(page):
    assert any("awgn0" in label for label in labels(page, "noise-accuracy", "failed"))
    assert any("awgn10" in label for label in labels(page, "noise-accuracy", "sound"))
    assert len(
        page.find_elements("css selector", "#noise-accuracy .pathgroup path[fill=none]")
    ) or len(page.find_elements("css selector", "#noise-accuracy .lines_pathgroup path"))


def test_the_legend_hides_and_shows_a_method(page):
    assert marks(page, "latency", "rough")
    page.find_element("css selector", "#legend [data-method=rough]").click()
    assert not page.execute_script(
        "return document.querySelectorAll(\"#latency [aria-label^='rough']\").length"
    )
    button = page.find_element("css selector", "#legend [data-method=rough]")
    assert button.get_attribute("aria-pressed") == "false"
    assert button == page.switch_to.active_element
    button.click()
    assert marks(page, "latency", "rough")


def test_keys_alone_reach_everything_in_few_stops(page):
    stops, body = [], page.find_element("tag name", "body")
    body.send_keys(keys.TAB)
    assert page.switch_to.active_element.get_attribute("class") == "skip"
    for _ in range(60):
        focused = page.switch_to.active_element
        if focused == body:
            break
        stops.append(focused.get_attribute("name") or focused.accessible_name)
        focused.send_keys(keys.TAB)
    assert len(stops) < 40, stops
    for wanted in ("threshold", "fit", "search", "rank", "noisy", "first", "second"):
        assert any(stop.startswith(wanted) for stop in stops), (wanted, stops)
    assert sum(";" in stop for stop in stops) == 4, "one stop a chart"


def test_arrows_go_through_a_chart_and_the_heads(page):
    first = marks(page, "latency")[0]
    page.execute_script("arguments[0].focus()", first)
    first.send_keys(keys.ARROW_RIGHT)
    assert page.switch_to.active_element == marks(page, "latency")[1]
    page.switch_to.active_element.send_keys(keys.END)
    assert page.switch_to.active_element == marks(page, "latency")[-1]
    assert page.find_element("id", "tip").is_displayed()
    page.switch_to.active_element.send_keys(keys.ESCAPE)
    assert not page.find_element("id", "tip").is_displayed()
    head = page.find_element("css selector", "#board th button")
    head.send_keys(keys.ARROW_RIGHT)
    page.switch_to.active_element.send_keys(keys.ENTER)
    assert methods(page) == ["coarse", "deep", "noisy", "rough"]


@pytest.mark.parametrize("name", ["index.html", "entries/cifar10/noisy.html", "rules.html"])
def test_nothing_is_asked_of_any_network_and_the_console_is_quiet(page, site, name):
    page.get((site.parent / name).as_uri())
    assert len(page.find_elements("tag name", "h1")) == 1
    assert page.get_log("browser") == []
    events = [json.loads(each["message"])["message"] for each in page.get_log("performance")]
    urls = [
        e["params"]["request"]["url"] for e in events if e["method"] == "Network.requestWillBeSent"
    ]
    assert len(urls) > 5
    assert all(url.startswith(("file:", "data:")) for url in urls), urls


def test_an_entrys_page_draws_its_points(page, site):
    page.get((site.parent / "entries/cifar10/noisy.html").as_uri())
    assert len(marks(page, "latency")) == 17
    assert len(marks(page, "tradeoff")) == 1
    page.get((site.parent / "entries/cifar10/rough.html").as_uri())
    assert "oom" in page.find_element("tag name", "table").text


def test_a_method_that_sends_nothing_does_not_stop_the_page(
    driver, tmp_path, task, make_row, make_entry
):
    over = make_row("silent", 1_000, 0.0, 9_400, channel="awgn0", channel_uses=0.0)
    rows = [make_row("silent", 1_000, 0.0, 9_400), over]
    driver.get(write_site(tmp_path, [make_entry("silent", rows=rows)], {task.name: task}).as_uri())
    assert text(driver, "#noise-uses .empty") == ["Nothing has been scored over noise here."]
    assert text(driver, "#compared") == ["Choose two methods; the address of the page keeps them."]
    assert driver.get_log("browser") == []


def test_a_strangers_text_stays_text(driver, tmp_path, task, make_entry):
    script = "</script><script>window.hacked=1</script><img src=x onerror='window.hacked=1'>"
    entry = make_entry("hostile")
    method = entry.method.model_copy(update={"title": script, "authors": (script,)})
    index = write_site(tmp_path, [entry.model_copy(update={"method": method})], {task.name: task})
    for path in (index, tmp_path / "entries" / "cifar10" / "hostile.html"):
        driver.get(path.as_uri())
        assert driver.execute_script("return window.hacked") is None
        assert script in driver.find_element("tag name", "body").text
        assert driver.execute_script("return document.images.length") == 0
        assert driver.get_log("browser") == []


@pytest.mark.parametrize("name", ["index.html", "entries/cifar10/noisy.html", "rules.html"])
def test_a_phone_does_not_scroll_sideways(phone, site, name):
    phone.get((site.parent / name).as_uri())
    assert phone.execute_script("return document.documentElement.scrollWidth") <= 390


def test_a_phone_shows_values_not_names_alone(phone, site):
    phone.get(site.as_uri())
    card = phone.find_element("css selector", "#board tbody tr")
    for part in ("conv2_x-bits300", "94.00 %", "300", "9.00 M"):
        assert part in card.text
    cells = card.find_elements("css selector", "td")
    assert all(cell.is_displayed() and cell.rect["x"] + cell.rect["width"] <= 390 for cell in cells)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_is_readable_by_day_and_night(page, site, scheme):
    feature = {"name": "prefers-color-scheme", "value": scheme}
    page.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [feature]})
    page.get(site.as_uri())
    colours = "const s = getComputedStyle(arguments[0]); return [s[arguments[1]], "
    colours += "getComputedStyle(document.querySelector('.scroll')).backgroundColor]"
    for selector in ("#board td b", "#board small", "#board a", ".badge.failure", ".why"):
        found = page.find_elements("css selector", selector)[-1]
        ink, paper = page.execute_script(colours, found, "color")
        assert contrast(ink, paper) >= 4.5, selector
    for selector, share in (("#latency text", 4.5), ("#latency .sound_marks path", 3)):
        found = page.find_elements("css selector", selector)[-1]
        ink, paper = page.execute_script(colours, found, "fill")
        assert contrast(ink, paper) >= share, selector
    page.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})


def contrast(first, second):
    """WCAG 2.2's contrast ratio of two CSS colours."""

    def luminance(colour):
        parts = [int(part) / 255 for part in colour[colour.index("(") + 1 : -1].split(",")[:3]]
        linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
        return sum(w * p for w, p in zip((0.2126, 0.7152, 0.0722), linear, strict=True))

    low, high = sorted((luminance(first), luminance(second)))
    return (high + 0.05) / (low + 0.05)


def test_print_keeps_the_choices_and_drops_the_controls(page):
    page.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
    try:
        assert page.find_element("name", "threshold").is_displayed()
        for selector in ("nav", ".search", ".pick"):
            assert not page.find_element("css selector", selector).is_displayed()
        row = page.find_element("css selector", "#board tbody tr")
        assert row.value_of_css_property("display") == "table-row"
    finally:
        page.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": ""})


def test_a_thousand_methods_sort_in_a_blink(driver, tmp_path, task, make_entry):
    entry = make_entry("ours")
    entries = [
        entry.model_copy(update={"method": entry.method.model_copy(update={"name": f"m{k}"})})
        for k in range(1_000)
    ]
    driver.execute_cdp_cmd("Performance.enable", {"timeDomain": "threadTicks"})
    driver.get(write_site(tmp_path, entries, {task.name: task}).as_uri())
    assert len(driver.find_elements("css selector", "#board tbody tr")) == 1_000
    script = "document.querySelector('#board th button').click(); document.body.offsetHeight"

    def seconds():
        told = driver.execute_cdp_cmd("Performance.getMetrics", {})["metrics"]
        return next(each["value"] for each in told if each["name"] == "ThreadTime")

    start = seconds()
    driver.execute_script(script)
    assert seconds() - start < 1, "the aim is 0.3 s of the page's own thread; here 3 x that"
