"""Checks a picture or a page: python3 check_page.py FILE...

SVG: well-formed XML. HTML: every tag closed, identifiers unique, links inside the page have
targets, nothing is loaded from elsewhere, scripts stand in the page itself. Prints what is wrong and exits 1.
"""
import sys
import xml.etree.ElementTree
from html.parser import HTMLParser

VOID = {"meta", "link", "br", "img", "hr", "input", "col"}


class Page(HTMLParser):
    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.open, self.faults, self.ids, self.targets = [], [], [], []

    def attributes(self, tag, attrs):
        for name, value in attrs:
            value = value or ""
            if name == "id":
                self.ids.append(value)
            if name in ("href", "src", "xlink:href", "data", "action"):
                if value.startswith("#"):
                    self.targets.append(value[1:])
                elif ":" in value.split("/")[0] and not value.startswith("data:"):
                    self.faults.append(f"<{tag}> refers elsewhere: {value[:60]}")
                elif value.startswith("//"):
                    self.faults.append(f"<{tag}> refers elsewhere: {value[:60]}")
            if name.startswith("on"):
                self.faults.append(f"<{tag}> has script in {name}")
            if "url(" in value and "url(#" not in value:
                self.faults.append(f"<{tag}> loads {value[:60]}")
        if tag == "script" and any(name == "src" for name, _ in attrs):
            self.faults.append("<script> is loaded from elsewhere")
        if tag in ("link", "iframe"):
            self.faults.append(f"<{tag}> does not belong here")

    def handle_starttag(self, tag, attrs):
        self.attributes(tag, attrs)
        if tag not in VOID:
            self.open.append((tag, self.getpos()))

    def handle_startendtag(self, tag, attrs):
        self.attributes(tag, attrs)

    def handle_endtag(self, tag):
        if not self.open or self.open[-1][0] != tag:
            self.faults.append(f"</{tag}> at {self.getpos()} closes {self.open[-1:]}")
        else:
            self.open.pop()


def faults_of(path):
    with open(path, encoding="utf-8") as file:
        text = file.read()
    if path.endswith(".svg"):
        try:
            xml.etree.ElementTree.fromstring(text)
        except xml.etree.ElementTree.ParseError as error:
            return [str(error)]
        return []
    page = Page()
    page.feed(text)
    page.close()
    faults = page.faults + [f"<{tag}> of {place} is not closed" for tag, place in page.open]
    faults += [f"id {i} stands twice" for i in sorted(set(page.ids)) if page.ids.count(i) > 1]
    faults += [f"no target for #{t}" for t in sorted(set(page.targets) - set(page.ids))]
    if "@import" in text:
        faults.append("@import")
    return faults


if __name__ == "__main__":
    bad = 0
    for argument in sys.argv[1:]:
        for fault in faults_of(argument):
            print(f"{argument}: {fault}")
            bad = 1
    sys.exit(bad)
