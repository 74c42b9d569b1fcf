"""What Scrapy's users do with a page: parsel, all links and all text. Prints pages, MB and MB/s (best of 3 rounds a page)."""
import pathlib
import sys
import time

from parsel import Selector

pages = [p.read_bytes().decode("utf-8", "replace") for p in sorted(pathlib.Path(sys.argv[1]).rglob("*.html"))]
size = sum(len(p.encode()) for p in pages)
total = 0.0
for page in pages:
    best = 1e9
    for _ in range(3):
        start = time.perf_counter()
        selector = Selector(text=page)
        selector.css("a::attr(href)").getall()
        " ".join(selector.xpath("//body//text()[not(ancestor::script or ancestor::style)]").getall())
        best = min(best, time.perf_counter() - start)
    total += best
print(f"{len(pages)} {size / 1e6:.2f} {size / 1e6 / total:.1f}")
