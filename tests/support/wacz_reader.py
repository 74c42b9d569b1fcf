#!/usr/bin/env python3
"""Reads a WACZ as the world's tools do, without a line of ours: python3 wacz_reader.py FILE.wacz

Python's zipfile opens it; WARC records are read by the rules of warcio (ArchiveIterator, ArcWarcRecordLoader, 1.7: one
record a gzip member, digests of block and payload, HTTP heads parsed, brackets around URIs taken off); the package is
checked as `wacz validate` does (py-wacz 0.5: required files, profile, version, hashes, pages, index compared with a
new one); URLs are looked up in the index by bisection as pywb and wabac.js do. Prints one line of counts; exit status 1
and the reason where a tool would complain.
"""
import base64
import bisect
import hashlib
import json
import sys
import zipfile
import zlib
from urllib.parse import urlsplit

VERSIONS = ("WARC/1.1", "WARC/1.0", "WARC/0.17", "WARC/0.18")
TYPES = ("warcinfo", "response", "request", "metadata", "resource", "revisit", "conversion", "continuation")


def complain(what):
    print("wacz_reader: %s" % what)
    sys.exit(1)


def headers_of(lines):
    """As StatusAndHeadersParser: "Name: value", continued by lines that begin with white space."""
    out = []
    for line in lines:
        if line[:1] in (" ", "\t") and out:
            out[-1] = (out[-1][0], out[-1][1] + line)
            continue
        name, colon, value = line.partition(":")
        if not colon:
            complain("a header line without a colon: %r" % line)
        out.append((name, value.strip()))
    return out


def value_of(headers, name):
    for key, value in headers:
        if key.lower() == name.lower():
            return value
    return None


def digest_fits(field, data):
    algorithm, _, value = field.partition(":")
    digest = hashlib.new(algorithm, data).digest()
    return value in (digest.hex(), base64.b32encode(digest).decode().rstrip("="), base64.b32encode(digest).decode())


def records(data):
    """(offset, length, headers, block) of each member."""
    at = 0
    while at < len(data):
        unpacker = zlib.decompressobj(16 + zlib.MAX_WBITS)
        plain = unpacker.decompress(data[at:])
        if not unpacker.eof:
            complain("the archive ends inside a gzip member")
        length = len(data) - at - len(unpacker.unused_data)
        head, empty, rest = plain.partition(b"\r\n\r\n")
        lines = head.decode("utf-8").split("\r\n")
        if not empty or lines[0] not in VERSIONS:
            complain("byte %d: unknown archive format, first line %r" % (at, lines[0]))
        headers = headers_of(lines[1:])
        size = int(value_of(headers, "Content-Length"))
        block, end = rest[:size], rest[size:]
        if len(block) != size or end != b"\r\n\r\n":
            complain("byte %d: not one record a gzip member" % at)
        yield at, length, headers, block
        at += length


def check_record(at, headers, block):
    kind = value_of(headers, "WARC-Type")
    if kind not in TYPES:
        complain("byte %d: type %r" % (at, kind))
    for name in ("WARC-Record-ID", "WARC-Date", "Content-Length"):
        if value_of(headers, name) is None:
            complain("byte %d: no %s" % (at, name))
    if not digest_fits(value_of(headers, "WARC-Block-Digest") or "", block):
        complain("byte %d: block digest failed" % at)
    status = None
    if kind in ("response", "request", "revisit") and value_of(headers, "Content-Type").startswith("application/http"):
        head, empty, body = block.partition(b"\r\n\r\n")
        lines = head.decode("latin-1").split("\r\n")
        first = lines[0].split(" ", 2)
        if kind == "request":
            if first[0] != "GET" or not first[-1].startswith("HTTP/"):
                complain("byte %d: request line %r" % (at, lines[0]))
        else:
            if not empty or not first[0].startswith("HTTP/") or not first[1].isdigit():
                complain("byte %d: status line %r" % (at, lines[0]))
            status = int(first[1])
        parsed = headers_of(lines[1:])
        payload = value_of(headers, "WARC-Payload-Digest")
        if kind == "response" and payload and not digest_fits(payload, body):
            complain("byte %d: payload digest failed" % at)
        # What a replay tool does with the body.
        coding = value_of(parsed, "Content-Encoding")
        if kind == "response" and coding in ("gzip", "x-gzip") and body:
            zlib.decompressobj(16 + zlib.MAX_WBITS).decompress(body)
        stated = value_of(parsed, "Content-Length")
        if kind == "response" and stated and not value_of(headers, "WARC-Truncated") and int(stated) != len(body):
            complain("byte %d: a body of %d bytes under Content-Length %s" % (at, len(body), stated))
    elif kind == "revisit":
        complain("byte %d: a revisit without a head" % at)
    return kind, status


def surt(url):
    parts = urlsplit(url)
    labels = parts.hostname.split(".")
    if labels[0].startswith("www") and (labels[0][3:] or "0").isdigit():
        labels = labels[1:]
    host = parts.hostname if parts.hostname.replace(".", "").isdigit() else ",".join(reversed(labels))
    if parts.port and parts.port != {"http": 80, "https": 443}.get(parts.scheme):
        host += ":%d" % parts.port
    query = "&".join(sorted(parts.query.lower().split("&"))) if parts.query else ""
    path = (parts.path or "/").lower()
    path = path.rstrip("/") or "/"
    return host + ")" + path + ("?" + query if query else "")


def main():
    wacz = zipfile.ZipFile(sys.argv[1])
    if wacz.testzip() is not None:
        complain("a member with a wrong checksum")
    names = wacz.namelist()
    for folder in ("archive/", "indexes/", "pages/"):
        if not any(name.startswith(folder) for name in names):
            complain("nothing in %s" % folder)
    package = json.loads(wacz.read("datapackage.json"))
    if package.get("profile") != "data-package" or package.get("wacz_version") != "1.1.1":
        complain("not a data-package of WACZ 1.1.1")
    listed = {resource["path"]: resource for resource in package["resources"]}
    for name in names:
        if not name.startswith("datapackage") and name not in listed:
            complain("%s is not listed" % name)
    for path, resource in listed.items():
        data = wacz.read(path)
        if resource["name"] != path.rsplit("/", 1)[-1] or resource["bytes"] != len(data):
            complain("%s is listed wrongly" % path)
        if not digest_fits(resource["hash"], data):
            complain("%s has another hash" % path)
    digest = json.loads(wacz.read("datapackage-digest.json"))
    if digest["path"] != "datapackage.json" or not digest_fits(digest["hash"], wacz.read("datapackage.json")):
        complain("datapackage-digest.json is of another file")
    signed = digest["signedData"]
    if signed["hash"] != digest["hash"] or not all(k in signed for k in ("created", "software", "signature", "publicKey")):
        complain("signedData lacks what wacz-auth asks for")
    pages = wacz.read("pages/pages.jsonl").decode().splitlines()
    if json.loads(pages[0]).get("format") != "json-pages-1.0":
        complain("pages.jsonl has no head")

    found, counts = {}, {}
    for name in names:
        if not name.startswith("archive/"):
            continue
        if wacz.getinfo(name).compress_type != zipfile.ZIP_STORED:
            complain("%s is packed twice" % name)
        data = wacz.read(name)
        for at, length, headers, block in records(data):
            kind, status = check_record(at, headers, block)
            counts[kind] = counts.get(kind, 0) + 1
            if kind in ("response", "revisit"):
                uri = value_of(headers, "WARC-Target-URI").strip("<>")
                found[(name.split("/", 1)[1], at, length)] = (uri, value_of(headers, "WARC-Date"), status, kind)

    # The index, made anew from the records, line for line.
    lines = wacz.read("indexes/index.cdxj").decode().splitlines()
    if lines != sorted(lines):
        complain("the index is not sorted")
    if len(lines) != len(found):
        complain("%d lines of index for %d records" % (len(lines), len(found)))
    for line in lines:
        key, stamp, item = line.split(" ", 2)
        item = json.loads(item)
        target = found.get((item["filename"], int(item["offset"]), int(item["length"])))
        if target is None or target[0] != item["url"] or int(item["status"]) != target[2]:
            complain("a line of the index fits no record: %s" % line)
        if stamp != "".join(c for c in target[1].split(".")[0] if c.isdigit()) or key != surt(target[0]):
            complain("a line of the index has another key: %s" % line)
        if (item["mime"] == "warc/revisit") != (target[3] == "revisit"):
            complain("a line of the index has another type: %s" % line)
    # And every page looked up in it, by bisection.
    for page in pages[1:]:
        page = json.loads(page)
        key = surt(page["url"]) + " "
        at = bisect.bisect_left(lines, key)
        hits = []
        while at < len(lines) and lines[at].startswith(key):
            hits.append(json.loads(lines[at].split(" ", 2)[2])["url"])
            at += 1
        if page["url"] not in hits:
            complain("%s cannot be looked up" % page["url"])
    print("%d files, %s, %d pages looked up"
          % (len(names), ", ".join("%d %s" % (n, k) for k, n in sorted(counts.items())), len(pages) - 1))


main()
