"""HTTP in: one file per page or action, over a small foundation.

`desk` what a handler works with · `respond` answers · `page_cache` rendered pages, outside of
everything · `middleware` the checks on the way in · `templating`, `views`, `templates`, `static` the
faces · `routes` the table of addresses · `pages` for readers · `federation` for servers · `admin`
for the author.
"""
