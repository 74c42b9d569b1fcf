"""What an analyst's team would write instead of gasht: follow every link, take every listing's fields.

Run by scripts/bench patrol as: scrapy runspider listing_spider.py -a start=URL -o items.jsonl
"""

import scrapy


class ListingSpider(scrapy.Spider):
    name = "listings"
    custom_settings = {
        "CONCURRENT_REQUESTS": 16,
        "CONCURRENT_REQUESTS_PER_DOMAIN": 16,
        "LOG_LEVEL": "ERROR",
        "ROBOTSTXT_OBEY": False,
        "TELNETCONSOLE_ENABLED": False,
    }

    def __init__(self, start, item, title, price, vendor, **kwargs):
        super().__init__(**kwargs)
        self.start_urls = [start]
        self.selectors = {"title": title, "price": price, "vendor": vendor}
        self.item = item

    def parse(self, response):
        for item in response.css(self.item):
            yield {
                name: " ".join(item.css(selector + " *::text, " + selector + "::text").getall()).strip()
                for name, selector in self.selectors.items()
            }
        for link in response.css("a::attr(href)").getall():
            yield response.follow(link, self.parse)
