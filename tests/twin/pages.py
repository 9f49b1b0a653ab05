"""Whether a page of HTML is sound: well formed, read aloud as it is seen, and in need of nothing beside itself."""

from __future__ import annotations

import re
from html.parser import HTMLParser

VOID = {"meta", "br", "img", "link", "input", "hr", "wbr"}


class Reader(HTMLParser):
    """Reads a page strictly: every tag closed in its order; keeps what it met."""

    def __init__(self, text):
        super().__init__()
        self.open, self.met, self.words, self.said = [], [], [], {}
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        assert len(attrs) == len(dict(attrs)), f"{tag} has an attribute twice"
        self.met.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.met.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag, f"{tag} was not open"

    def handle_data(self, data):
        self.said.setdefault(tuple(self.open[-1:]), []).append(data)
        if self.open and self.open[-1] != "style":
            self.words.append(data)

    @property
    def text(self):
        return " ".join(" ".join(self.words).split())


def sound(page: str) -> Reader:
    """The page as it was read; AssertionError where it is not sound."""
    reader = Reader(page)
    assert page.startswith("<!DOCTYPE html>") and '<html lang="en">' in page
    titles = [t for t, _ in reader.met if t == "title"]
    assert len(titles) == 1 and "".join(reader.said["title",]).strip()
    _alone(page, reader)
    _heads(reader)
    _pictures(page, reader)
    return reader


def _alone(page, reader):
    """No script, and no address outside the page."""
    assert not re.search(r"://|@import|url\((?!#)|<script|<link|<img|<iframe|<object|<base|javascript:", page)
    ids = [attrs["id"] for _, attrs in reader.met if "id" in attrs]
    assert len(ids) == len(set(ids))
    for tag, attrs in reader.met:
        assert not [a for a in attrs if a.startswith("on") or a in ("src", "srcset", "action")], tag
        for name in ("href", "xlink:href"):
            assert attrs.get(name, "#").startswith("#")
            assert name not in attrs or attrs[name][1:] in ids
        assert attrs.get("aria-labelledby", ids[0]) in ids
    assert set(re.findall(r"url\(#([^)]+)\)", page)) <= set(ids)


def _heads(reader):
    heads = [t for t, _ in reader.met if re.fullmatch("h[1-6]", t)]
    assert heads[0] == "h1" and heads.count("h1") == 1 and set(heads) <= {"h1", "h2"}
    assert all("scope" in attrs for tag, attrs in reader.met if tag == "th")


def _pictures(page, reader):
    """Each picture has a text in its place and a caption; what is an ornament is left out when it is read aloud."""
    for tag, attrs in reader.met:
        named = attrs.get("role") == "img" and len(attrs.get("aria-label") or "") > 20
        assert tag != "svg" or named or attrs.get("aria-hidden") == "true"
    figures = re.findall(r"<figure>.*?</figure>", page, re.DOTALL)
    assert len(figures) == sum(t == "figure" for t, _ in reader.met)
    assert all(f.count("<figcaption>") == 1 and "<figcaption></figcaption>" not in f for f in figures)
