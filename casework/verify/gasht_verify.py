#!/usr/bin/env python3
"""Checks a gasht bundle (a .wacz file) completely, without gasht.

    python3 gasht_verify.py [--key sha256:HEX] [--log-key NAME+ID+KEY] [--witness NAME+ID+KEY]...
                            [--authority FILE.pem] [--openings FILE.jsonl] [--json] BUNDLE.wacz

Needs Python 3.9 or later and the program "openssl" (3.0 or later); no network, no other file. It shares no
code with gasht: it was written a second time, from the description of the format (docs/bundle.md), so that a
mistake in one program does not hide in the other.

Exit status: 0 everything that can be checked is right; 1 something is wrong; 2 it could not be started so.

How to read it: every line is one thing that was checked. "passed" means it holds. "FAILED" is followed by the
reasons. "not checked" says why. What no bundle can prove stands at the end.
"""
import argparse
import base64
import binascii
import hashlib
import json
import os
import struct
import subprocess
import sys
import tempfile
import zlib
from datetime import datetime, timedelta, timezone
from urllib.parse import urlsplit

PIECE = 1 << 18
MOST_LINE = 4 << 20
MOST_SMALL_FILE = 64 << 20
MOST_BLOCK = 64 << 20
TILE = 256
SEE64 = 0xFFFFFFFF  # in a field of the old size: the value stands in ZIP64's


class Wrong(Exception):
    """Something is wrong with the bundle: a reason (one of the words of docs/bundle.md) and what it is."""

    def __init__(self, reason, detail):
        super().__init__(detail)
        self.reason = reason
        self.detail = detail


# ---- The ZIP file, read by hand: Python's own reader is too forgiving ----

class Entry:
    __slots__ = ("name", "method", "crc", "packed", "size", "header", "large", "data")


class Zip:
    PLAIN = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_/")

    def __init__(self, path):
        self.file = open(path, "rb")
        self.entries = []
        self.by_name = {}
        size = os.fstat(self.file.fileno()).st_size
        if size < 22:
            raise Wrong("zip-structure", "it is too short to be such an archive")
        end = self._at(size - 22, 22)
        magic, disk, disk2, here, total, length, begin, comment = struct.unpack("<IHHHHIIH", end)
        if magic != 0x06054B50 or disk or disk2 or here != total or comment:
            raise Wrong("zip-structure", "no end record in its last 22 bytes")
        tail, see64 = 22, (total == 0xFFFF) + (length == SEE64) + (begin == SEE64)
        if see64 == 3:  # ZIP64: its end record, its locator, then the old one
            tail += 76
            if size < tail:
                raise Wrong("zip-structure", "it is too short for the end record that it names")
            (magic, rest, _, _, disk, disk2, here, total, length, begin, magic2, disk3, place,
             disks) = struct.unpack("<IQHHIIQQQQIIQI", self._at(size - tail, 76))
            if (magic != 0x06064B50 or rest != 44 or disk or disk2 or here != total or magic2 != 0x07064B50
                    or disk3 or place != size - tail or disks != 1):
                raise Wrong("zip-structure", "its ZIP64 end record is not what it should be")
        elif see64:
            raise Wrong("zip-structure", "its end record refers to ZIP64 in part")
        if begin + length + tail != size:
            raise Wrong("zip-structure", "its directory is not where its end record says")
        if total > 200000:
            raise Wrong("zip-bomb", "%d entries" % total)
        if length > total * (46 + 512 + 28):
            raise Wrong("zip-structure", "its directory is too long")
        self._directory(self._at(begin, length), total)
        self._local_headers(begin)

    def _at(self, offset, count):
        self.file.seek(offset)
        data = self.file.read(count)
        if len(data) != count:
            raise Wrong("zip-structure", "it ends in the middle")
        return data

    def _directory(self, data, count):
        at = 0
        unpacked = 0
        names = set()
        for number in range(count):
            if len(data) - at < 46:
                raise Wrong("zip-structure", "its directory is damaged")
            fields = struct.unpack("<IHHHHHHIIIHHHHHII", data[at:at + 46])
            magic, flags, method = fields[0], fields[3], fields[4]
            crc, packed, size, name_len, extra, comment, disk = fields[7:14]
            attributes, offset = fields[15], fields[16]
            if magic != 0x02014B50 or comment or disk:
                raise Wrong("zip-structure", "entry %d of its directory is damaged" % number)
            raw = data[at + 46:at + 46 + name_len]
            more = data[at + 46 + name_len:at + 46 + name_len + extra]
            if len(raw) != name_len or len(more) != extra:
                raise Wrong("zip-structure", "its directory ends in a name")
            name = raw.decode("latin-1")
            parts = name.split("/")
            if not name or name_len > 512 or not set(name) <= self.PLAIN or any(p in ("", ".", "..") for p in parts):
                raise Wrong("zip-name", "entry %d has a name that could leave the folder" % number)
            if name.lower() in names:
                raise Wrong("zip-name", "%s is in it twice" % name)
            names.add(name.lower())
            if flags & ~0x800 or method not in (0, 8):
                raise Wrong("zip-structure", "%s is encrypted or packed in an unknown way" % name)
            if (attributes >> 16) & 0o170000 not in (0, 0o100000):
                raise Wrong("zip-structure", "%s is not a regular file" % name)
            large, far = size == SEE64, offset == SEE64
            count64 = 2 * large + far
            if (large != (packed == SEE64) or extra != (4 + 8 * count64 if count64 else 0)
                    or (count64 and struct.unpack("<HH", more[:4]) != (1, 8 * count64))):
                raise Wrong("zip-structure", "%s has other extra fields than ZIP64 asks for" % name)
            if large:
                size, packed = struct.unpack("<QQ", more[4:20])
            if far:
                offset = struct.unpack("<Q", more[-8:])[0]
            if method == 0 and packed != size:
                raise Wrong("zip-structure", "%s is stored in another size than its own" % name)
            unpacked += size
            if size > 1100 * (packed + 1) or unpacked > 256 << 30:
                raise Wrong("zip-bomb", "%s claims to unpack to %d bytes" % (name, size))
            entry = Entry()
            entry.name, entry.method, entry.crc, entry.packed, entry.size = name, method, crc, packed, size
            entry.header, entry.large = offset, large
            self.entries.append(entry)
            self.by_name[name] = entry
            at += 46 + name_len + extra
        if at != len(data):
            raise Wrong("zip-structure", "its directory has more than its entries")

    def _local_headers(self, directory):
        expected = 0
        for entry in self.entries:
            if entry.header != expected:
                raise Wrong("zip-structure", "%s does not follow the entry before it" % entry.name)
            head = self._at(expected, 30)
            magic, _, flags, method, _, crc, packed, size, name_len, extra = struct.unpack("<IHHHIIIIHH", head)
            name = self._at(expected + 30, name_len).decode("latin-1")
            want = 20 if entry.large else 0
            if entry.large and extra == want and packed == size == SEE64:
                number, length, size, packed = struct.unpack("<HHQQ", self._at(expected + 30 + name_len, 20))
                if (number, length) != (1, 16):
                    size = -1
            if (magic != 0x04034B50 or flags & ~0x800 or method != entry.method or crc != entry.crc
                    or packed != entry.packed or size != entry.size or extra != want or name != entry.name):
                raise Wrong("zip-structure", "%s has two headers that disagree" % entry.name)
            entry.data = expected + 30 + name_len + want
            expected = entry.data + entry.packed
            if expected > directory:
                raise Wrong("zip-structure", "%s reaches into the directory" % entry.name)
        if expected != directory:
            raise Wrong("zip-structure", "there are bytes that belong to no entry")

    def pieces(self, entry):
        """The unpacked bytes, in pieces; size and checksum are checked at the end."""
        crc, total, at = 0, 0, 0
        unpacker = zlib.decompressobj(-15) if entry.method == 8 else None
        while at < entry.packed:
            data = self._at(entry.data + at, min(PIECE, entry.packed - at))
            at += len(data)
            while data:
                if unpacker is None:
                    out, data = data, b""
                else:
                    if unpacker.eof:
                        raise Wrong("zip-structure", "%s has bytes behind its end" % entry.name)
                    try:
                        out = unpacker.decompress(data, PIECE)
                    except zlib.error as error:
                        raise Wrong("zip-structure", "%s: %s" % (entry.name, error)) from None
                    data = unpacker.unconsumed_tail or (unpacker.unused_data if unpacker.eof else b"")
                crc = zlib.crc32(out, crc)
                total += len(out)
                if total > entry.size:
                    raise Wrong("zip-bomb", "%s is longer than it says" % entry.name)
                if out:
                    yield out
        if unpacker is not None:
            rest = unpacker.flush()
            crc = zlib.crc32(rest, crc)
            total += len(rest)
            if rest:
                yield rest
        if total != entry.size or crc != entry.crc:
            raise Wrong("zip-structure", "%s is not what its checksum says" % entry.name)

    def read(self, name, reason):
        entry = self.by_name.get(name)
        if entry is None:
            raise Wrong(reason, "%s is missing" % name)
        if entry.size > MOST_SMALL_FILE:
            raise Wrong(reason, "%s is too large" % name)
        return b"".join(self.pieces(entry))

    def lines(self, name, reason):
        entry = self.by_name.get(name)
        if entry is None:
            raise Wrong(reason, "%s is missing" % name)
        rest = b""
        for piece in self.pieces(entry):
            parts = (rest + piece).split(b"\n")
            rest = parts.pop()
            yield from parts
            if len(rest) > MOST_LINE:
                raise Wrong(reason, "%s: a line is longer than 4 MiB" % name)
        if rest:
            raise Wrong(reason, "%s: the last line has no end" % name)

    def json_lines(self, name, reason):
        for number, line in enumerate(self.lines(name, reason), 1):
            yield parse_json(line, reason, "%s, line %d" % (name, number))


def no_doubles(pairs):
    out = {}
    for key, value in pairs:
        if key in out:
            raise ValueError("the key %r is there twice" % key)
        out[key] = value
    return out


def parse_json(data, reason, name):
    try:
        value = json.loads(data.decode("utf-8"), object_pairs_hook=no_doubles)
    except (ValueError, RecursionError) as error:
        raise Wrong(reason, "%s cannot be read: %s" % (name, error)) from None
    if not isinstance(value, dict):
        raise Wrong(reason, "%s is not a JSON object" % name)
    return value


def number_of(obj, key, default=-1):
    value = obj.get(key, default)
    return value if isinstance(value, int) and not isinstance(value, bool) else default


def text_of(obj, key):
    value = obj.get(key, "")
    return value if isinstance(value, str) else ""


def list_of(obj, key):
    value = obj.get(key)
    return value if isinstance(value, list) else []


# ---- Digests, trees, signatures ----

def counted(number, noun, plural=""):
    """A number and what it counts: 1 finding, 2 findings."""
    return "%d %s" % (number, noun if number == 1 else plural or noun + "s")


def sha256(data):
    return hashlib.sha256(data).digest()


def hash_parts(domain, *parts):
    h = hashlib.sha256()
    for part in (domain.encode(),) + parts:
        h.update(struct.pack(">Q", len(part)))
        h.update(part)
    return h.digest()


def node(left, right):
    return sha256(b"\x01" + left + right)


def inclusion_holds(leaf_hash, index, size, proof, root):
    """RFC 9162, section 2.1.3.2."""
    if index < 0 or index >= size:
        return False
    fn, sn, r = index, size - 1, leaf_hash
    for p in proof:
        if sn == 0:
            return False
        if fn & 1 or fn == sn:
            r = node(p, r)
            while fn and not fn & 1:
                fn >>= 1
                sn >>= 1
        else:
            r = node(r, p)
        fn >>= 1
        sn >>= 1
    return sn == 0 and r == root


def consistency_holds(old, old_root, size, root, proof):
    """RFC 9162, section 2.1.4.2."""
    if old > size:
        return False
    if old == size:
        return not proof and old_root == root
    if old == 0:
        return not proof
    proof = list(proof)
    if old & (old - 1) == 0:
        proof.insert(0, old_root)
    if not proof:
        return False
    fn, sn = old - 1, size - 1
    while fn & 1:
        fn >>= 1
        sn >>= 1
    fr = sr = proof[0]
    for p in proof[1:]:
        if sn == 0:
            return False
        if fn & 1 or fn == sn:
            fr, sr = node(p, fr), node(p, sr)
            while fn and not fn & 1:
                fn >>= 1
                sn >>= 1
        else:
            sr = node(sr, p)
        fn >>= 1
        sn >>= 1
    return sn == 0 and fr == old_root and sr == root


def tree_root(hashes):
    """RFC 6962, section 2.1, level by level: an odd one at the end goes up as it is."""
    if not hashes:
        return sha256(b"")
    level = hashes
    while len(level) > 1:
        above = [node(level[i], level[i + 1]) for i in range(0, len(level) - 1, 2)]
        if len(level) % 2:
            above.append(level[-1])
        level = above
    return level[0]


def hashes_of(values):
    if not isinstance(values, list) or len(values) > 64:
        return None
    try:
        out = [bytes.fromhex(v) for v in values]
    except (TypeError, ValueError):
        return None
    return out if all(len(h) == 32 for h in out) else None


def base64_of(text):
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError, TypeError):
        return None


def pem(der):
    text = base64.b64encode(der).decode()
    lines = [text[i:i + 64] for i in range(0, len(text), 64)]
    return "-----BEGIN PUBLIC KEY-----\n" + "\n".join(lines) + "\n-----END PUBLIC KEY-----\n"


def openssl(arguments, files):
    """Runs openssl over files with these contents; true when it says that a signature is right."""
    with tempfile.TemporaryDirectory() as folder:
        paths = {}
        for name, data in files.items():
            paths[name] = os.path.join(folder, name)
            with open(paths[name], "wb") as out:
                out.write(data)
        command = ["openssl"] + [paths.get(a[1:], a) if a.startswith("@") else a for a in arguments]
        return subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode == 0


P256_PREFIX = bytes.fromhex("3059301306072a8648ce3d020106082a8648ce3d030107034200")
ED25519_PREFIX = bytes.fromhex("302a300506032b6570032100")


def p256_signed(key, message, raw):
    if key is None or raw is None or len(raw) != 64 or len(key) != 91 or not key.startswith(P256_PREFIX):
        return False

    def integer(data):
        data = data.lstrip(b"\0") or b"\0"
        if data[0] & 0x80:
            data = b"\0" + data
        return b"\x02" + bytes([len(data)]) + data

    body = integer(raw[:32]) + integer(raw[32:])
    der = b"\x30" + bytes([len(body)]) + body
    return openssl(["dgst", "-sha256", "-verify", "@key", "-signature", "@sig", "@message"],
                   {"key": pem(key).encode(), "sig": der, "message": message})


def ed25519_signed(key, message, signature):
    return openssl(["pkeyutl", "-verify", "-pubin", "-inkey", "@key", "-rawin", "-in", "@message", "-sigfile", "@sig"],
                   {"key": pem(ED25519_PREFIX + key).encode(), "sig": signature, "message": message})


class NoteKey:
    """NAME+KEYID+BASE64 of https://c2sp.org/signed-note; kind 1 signs a log, kind 4 cosigns as a witness."""

    def __init__(self, text, kind, reason, whose):
        self.text = text
        parts = text.split("+", 2)
        raw = base64_of(parts[2]) if len(parts) == 3 else None
        if raw is None or len(raw) != 33 or raw[0] != kind or not parts[0] or any(c.isspace() for c in parts[0]):
            raise Wrong(reason, "%s key cannot be read" % whose)
        self.name, self.key = parts[0], raw[1:]
        self.id = sha256(self.name.encode() + b"\n" + raw)[:4]
        if self.id.hex() != parts[1]:
            raise Wrong(reason, "%s key has another id than it says" % whose)


class Note:
    def __init__(self, text):
        cut = text.rfind("\n\n")
        if cut < 0 or not text.endswith("\n"):
            raise Wrong("checkpoint", "a checkpoint is not a signed note")
        self.text = text[:cut + 1]
        self.signatures = []
        for line in text[cut + 2:].splitlines():
            parts = line.split(" ")
            raw = base64_of(parts[2]) if len(parts) == 3 else None
            if parts[0] != "\u2014" or raw is None or len(raw) < 5:
                raise Wrong("checkpoint", "a signature line cannot be read")
            self.signatures.append((parts[1], raw[:4], raw[4:]))
        lines = self.text.split("\n")
        root = base64_of(lines[2]) if len(lines) > 3 else None
        if root is None or len(root) != 32 or not lines[1].isdigit() or (lines[1] != "0" and lines[1][0] == "0"):
            raise Wrong("checkpoint", "a checkpoint is not origin, size and root")
        self.origin, self.size, self.root = lines[0], int(lines[1]), root

    def signed_by(self, key):
        own = [s for s in self.signatures if s[0] == key.name and s[1] == key.id]
        return bool(own) and all(len(s[2]) == 64 and ed25519_signed(key.key, self.text.encode(), s[2]) for s in own)

    def cosigned_by(self, key):
        """Seconds at which a witness says it signed (https://c2sp.org/tlog-cosignature); None when it did not."""
        latest = None
        for name, number, signature in self.signatures:
            if name != key.name or number != key.id:
                continue
            if len(signature) != 72:
                return None
            seconds = struct.unpack(">Q", signature[:8])[0]
            if not ed25519_signed(key.key, b"cosignature/v1\ntime %d\n" % seconds + self.text.encode(), signature[8:]):
                return None
            latest = seconds if latest is None else max(latest, seconds)
        return latest


# ---- RFC 3161 tokens: DER, read by hand as far as needed; openssl judges the signature ----

def der(data, at=0):
    """(tag, content, where the next value begins)."""
    tag, length = data[at], data[at + 1]
    at += 2
    if length & 0x80:
        count = length & 0x7F
        if not 1 <= count <= 4:
            raise ValueError("a length")
        length = int.from_bytes(data[at:at + count], "big")
        at += count
    if at + length > len(data):
        raise ValueError("it ends early")
    return tag, data[at:at + length], at + length


def der_list(data):
    out, at = [], 0
    while at < len(data):
        tag, content, at = der(data, at)
        out.append((tag, content))
    return out


SHA256_OID = bytes.fromhex("608648016503040201")


def token_says(response):
    """(digest, time in microseconds) of a TimeStampResp (RFC 3161, 2.4.2)."""
    tag, content, end = der(response)
    if tag != 0x30 or end != len(response):
        raise ValueError("this is no time-stamp response")
    parts = der_list(content)
    if len(parts) < 2 or der_list(parts[0][1])[0][1] not in (b"\0", b"\1"):
        raise ValueError("the authority refused, or gave no time stamp")
    signed = der_list(der_list(der_list(parts[1][1])[1][1])[0][1])  # ContentInfo, [0], SignedData
    octets = der(der_list(signed[2][1])[1][1])[1]                   # encapContentInfo, [0], OCTET STRING
    info = der_list(der(octets)[1])                                 # TSTInfo
    imprint = der_list(info[2][1])
    if der_list(imprint[0][1])[0][1] != SHA256_OID:
        raise ValueError("the time stamp is for something else")
    text = info[4][1].decode("ascii")
    moment = datetime.strptime(text.split(".")[0].rstrip("Z"), "%Y%m%d%H%M%S").replace(tzinfo=timezone.utc)
    return imprint[1][1], int(moment.timestamp()) * 1000000


# ---- Records: protobuf, read by hand (https://protobuf.dev/programming-guides/encoding/) ----

def wire(data):
    """(number, value) for each field; value is an int or bytes."""
    at = 0

    def varint():
        nonlocal at
        value = shift = 0
        while True:
            if at >= len(data) or shift > 63:
                raise Wrong("manifest", "a record is damaged")
            byte = data[at]
            at += 1
            value |= (byte & 0x7F) << shift
            if not byte & 0x80:
                return value & 0xFFFFFFFFFFFFFFFF
            shift += 7

    before = 0
    while at < len(data):
        tag = varint()
        number, kind = tag >> 3, tag & 7
        if number < before:
            raise Wrong("manifest", "a record is not in its canonical form")
        before = number
        if kind == 0:
            value = varint()
        elif kind == 2:
            length = varint()
            value = data[at:at + length]
            if len(value) != length:
                raise Wrong("manifest", "a record is damaged")
            at += length
        elif kind in (1, 5):
            length = 8 if kind == 1 else 4
            value = data[at:at + length]
            at += length
        else:
            raise Wrong("manifest", "a record is damaged")
        yield number, value


class Capture:
    """The fields of message Capture (model/gasht.proto) that a checker needs."""

    def __init__(self, record):
        fields = {}
        for number, value in wire(record):
            fields[number] = value
        self.id = fields.get(1, 0)
        final = fields.get(5, b"") or fields.get(4, b"")
        self.url = final.decode("utf-8", "replace")
        self.request_head = fields.get(12, b"")
        self.response_head = fields.get(13, b"")
        self.wire_bytes = fields.get(15, 0)
        self.truncation = {2: "length", 3: "time", 4: "disconnect", 5: "unspecified"}.get(fields.get(17, 1), "")
        self.has_body = bool(fields.get(19, 0))
        self.body_sha256 = fields.get(20, b"")
        self.body_bytes = fields.get(21, 0)
        started = fields.get(23, 0)
        self.started = started - (1 << 64) if started >> 63 else started
        self.rules = fields.get(29, b"")
        # ClockState: what the kernel knew of the clock (1: a reference kept it).
        self.clock_kept = dict(wire(fields.get(35, b""))).get(1, 0) == 1
        # Where the body came packed: the coding, and the body as received, which is the one in the archive.
        self.coding = fields.get(31, b"").decode("latin-1")
        self.stored_sha256 = fields.get(32, b"") if self.coding else self.body_sha256
        self.stored_bytes = fields.get(33, 0) if self.coding else self.body_bytes

    def unpacked(self, body):
        """The body as its codings unpack, the last one applied first; as many bytes as were captured."""
        for coding in reversed(self.coding.split(", ") if self.coding else []):
            if coding not in ("gzip", "deflate"):
                raise ValueError("the coding %s" % coding)
            # "deflate" is a zlib stream (RFC 9110, 8.4.1.2), or what some servers send: a bare one.
            for wrap in (31,) if coding == "gzip" else (15, -15):
                try:
                    out = zlib.decompressobj(wrap).decompress(body, MOST_BLOCK)
                    break
                except zlib.error:
                    out = None
            if out is None:
                raise ValueError("it does not unpack")
            body = out
        return body[:self.body_bytes]

    def undone(self, name):
        return name == b"transfer-encoding" or (name == b"content-encoding" and not self.coding)

    def head_names(self):
        for line in self.response_head.split(b"\n"):
            if b":" in line:
                yield line.split(b":", 1)[0].rstrip(b" \t").lower()

    def as_received(self):
        coded = any(self.undone(n) for n in self.head_names())
        return not coded and self.wire_bytes == len(self.response_head) + self.stored_bytes

    def block_head(self):
        if self.as_received():
            return self.response_head
        length = b"Content-Length: %d\r\n" % self.stored_bytes
        out, ended = b"", False
        for line in split_keep(self.response_head):
            if not ended:
                if line in (b"\r\n", b"\n"):
                    ended = True
                    out += length
                elif b":" in line:
                    name = line.split(b":", 1)[0].rstrip(b" \t").lower()
                    if self.undone(name) or name == b"content-length":
                        out += b"X-Gasht-Received-"
            out += line
        return out if ended else out + length + b"\r\n"


def split_keep(data):
    out = []
    while data:
        cut = data.find(b"\n") + 1 or len(data)
        out.append(data[:cut])
        data = data[cut:]
    return out


def rfc3339(micros):
    moment = datetime(1970, 1, 1, tzinfo=timezone.utc) + timedelta(microseconds=micros)
    text = moment.strftime("%Y-%m-%dT%H:%M:%S")
    return text + (".%06dZ" % moment.microsecond if moment.microsecond else "Z")


# ---- WARC ----

class Member:
    __slots__ = ("offset", "length", "version", "fields", "block")

    def field(self, name):
        for key, value in self.fields:
            if key.lower() == name.lower():
                return value
        return ""


def warc_members(archive, entry):
    """Each gzip member of a stored entry as one record."""
    def pieces():
        at = 0
        while at < entry.packed:
            data = archive._at(entry.data + at, min(PIECE, entry.packed - at))
            at += len(data)
            yield data

    source = pieces()
    buffer, offset = b"", 0
    while True:
        if not buffer:
            buffer = next(source, b"")
            if not buffer:
                return
        unpacker = zlib.decompressobj(31)
        parts, total, used = [], 0, 0
        while not unpacker.eof:
            if not buffer:
                buffer = next(source, b"")
                if not buffer:
                    raise Wrong("warc", "%s ends inside a gzip member" % entry.name)
            try:
                out = unpacker.decompress(buffer)
            except zlib.error as error:
                raise Wrong("warc", "%s, the record at byte %d: %s" % (entry.name, offset, error)) from None
            used += len(buffer) - len(unpacker.unused_data)
            buffer = unpacker.unused_data
            parts.append(out)
            total += len(out)
            if total > MOST_BLOCK + (1 << 16):
                raise Wrong("warc", "%s, the record at byte %d is too large" % (entry.name, offset))
        yield parse_record(b"".join(parts), entry.name, offset, used)
        offset += used


def parse_record(data, name, offset, length):
    place = "%s, the record at byte %d" % (name, offset)
    cut = data.find(b"\r\n\r\n")
    if cut < 0 or cut > 1 << 16:
        raise Wrong("warc", "%s has no header" % place)
    lines = data[:cut].split(b"\r\n")
    record = Member()
    record.offset, record.length = offset, length
    record.version = lines[0].decode("latin-1")
    record.fields = []
    for line in lines[1:]:
        if b":" not in line:
            raise Wrong("warc", "%s: a header line has no colon" % place)
        key, value = line.split(b":", 1)
        record.fields.append((key.strip().decode("latin-1"), value.strip().decode("utf-8", "replace")))
    size = record.field("Content-Length")
    if not size.isdigit() or len(data) != cut + 4 + int(size) + 4 or not data.endswith(b"\r\n\r\n"):
        raise Wrong("warc", "%s: its block is not as long as its Content-Length says" % place)
    if not all(record.field(f) for f in ("WARC-Type", "WARC-Record-ID", "WARC-Date")):
        raise Wrong("warc", "%s lacks a mandatory field" % place)
    record.block = memoryview(data)[cut + 4:-4]
    return record


def surt_host(url):
    """com,example for http://www.example.com/; nothing when the URL cannot be read."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return ""
    labels = host.split(".")
    if not host.replace(".", "").isdigit() and ":" not in host:
        if len(labels) > 2 and labels[0].startswith("www") and (labels[0][3:] or "0").isdigit():
            labels = labels[1:]
        host = ",".join(reversed(labels))
    if port and port != (443 if parts.scheme == "https" else 80):
        host += ":%d" % port
    return host + ")"


# ---- The checks ----

class Check:
    def __init__(self, what):
        self.what, self.result, self.failures, self.note = what, "passed", [], ""


class Verifier:
    def __init__(self, path, key="", log_key="", witnesses=(), authority=b"", openings=b""):
        self.path, self.key, self.log_key = path, key, log_key
        self.published_witnesses, self.authority = list(witnesses), authority
        self.witnesses, self.checkpoints, self.has_tokens = [], {}, False
        self.openings = openings
        self.checks = []
        self.bundle = self.made = self.actor = self.contents_hash = ""
        self.signing_key = self.seen_log_key = ""
        self.hashes, self.exhibits, self.finding_ids = {}, {}, []
        self.sealed, self.leaf_hashes, self.log_keys = None, [], []
        self.payloads, self.index_targets, self.quotes = set(), {}, {}
        self.quote_failures, self.quotes_checked, self.quotes_total = [], 0, 0

    def fail(self, reason, detail):
        check = self.checks[-1]
        check.result = "failed"
        if len(check.failures) < 20:
            check.failures.append((reason, detail))

    def note(self, text):
        self.checks[-1].note = text

    def not_checked(self, why):
        self.checks[-1].result = "not checked"
        self.checks[-1].note = why

    def step(self, what, function):
        self.checks.append(Check(what))
        try:
            function()
        except Wrong as wrong:
            self.fail(wrong.reason, wrong.detail)
        except (ValueError, TypeError, KeyError, IndexError, AttributeError, OverflowError, struct.error) as error:
            self.fail("contents", "something in it has a form that cannot be: %r" % (error,))

    def run(self):
        self.step("The file is one plain ZIP archive: no hidden, doubled, escaping or exploding entries", self.open)
        if self.checks[-1].failures:
            return
        self.step("It has the parts of a WACZ and of a gasht bundle, each in its place", self.layout)
        self.step("The list of files (datapackage.json) is the one that was signed", self.package)
        self.step("Every file is there, unchanged, and none was added", self.files)
        if "evidence/contents.json" not in self.zip.by_name:
            return
        self.step("The list of exhibits and findings is well formed, and its files are these files", self.contents)
        self.step("The custody log was sealed: a checkpoint signed by the log's key", self.log)
        self.step("The log only grew: each checkpoint's tree begins with the tree of the one before", self.consistency)
        self.step("Witnesses outside the house saw the log and cosigned it", self.cosignatures)
        self.step("Time-stamp authorities (RFC 3161) say that the log existed by then", self.tokens)
        self.step("The log is whole: all its hashes together give the sealed root", self.tiles)
        self.step("Every exhibit is in the sealed log, exactly as it was recorded when it was captured", self.leaves)
        self.step("The export itself is in the log, and names exactly these contents", self.export)
        if len(self.log_keys) > 1:
            self.step("Each earlier key of the log was replaced by an act in the log, which names the next one",
                      self.rotations)
        self.load_quotes()
        self.step("Each exhibit's bytes in the archive are those whose hashes were recorded", self.archive)
        self.step("The index is sorted and points to the records that are there", self.index)
        self.step("Each finding is one of the export, and its words stand in the captured bytes where it says",
                  self.findings)
        if self.openings:
            self.step("Each redaction that was opened is the one that was committed to", self.opened)
        self.step("The text of the rules is the text whose digest every capture names", self.rules)
        if any(e["destroyed"] for e in self.exhibits.values()):
            self.step("Each exhibit that was lawfully destroyed has its tombstone in the log", self.tombstones)
        self.step("The keys are those that the agency published", self.keys)

    def open(self):
        self.zip = Zip(self.path)

    def layout(self):
        archives = 0
        for entry in self.zip.entries:
            name = entry.name
            archive = name.startswith("archive/") and name.endswith(".warc.gz")
            known = archive or name.startswith("evidence/") or name in (
                "indexes/index.cdxj", "pages/pages.jsonl", "datapackage.json", "datapackage-digest.json")
            if not known:
                self.fail("package-files", "%s does not belong into a bundle" % name)
            if archive and entry.method != 0:
                self.fail("package-files", "%s must be stored as it is, and is packed again" % name)
            archives += archive
        if not archives:
            self.fail("package-files", "there is no archive/*.warc.gz")
        self.note(counted(len(self.zip.entries), "file"))

    def package(self):
        digest = parse_json(self.zip.read("datapackage-digest.json", "package-files"), "package-files",
                            "datapackage-digest.json")
        data = self.zip.read("datapackage.json", "package-files")
        if digest.get("path") != "datapackage.json" or digest.get("hash") != "sha256:" + sha256(data).hex():
            self.fail("package-hash", "datapackage.json is not the file whose hash was signed")
        signed = digest.get("signedData")
        if not isinstance(signed, dict):
            raise Wrong("package-signature", "there is no signature")
        if signed.get("hash") != digest.get("hash"):
            self.fail("package-signature", "the signature is over another hash")
        key, signature = base64_of(signed.get("publicKey")), base64_of(signed.get("signature"))
        if not p256_signed(key, text_of(signed, "hash").encode(), signature):
            raise Wrong("package-signature", "the signature is not true")
        self.signing_key = "sha256:" + sha256(key).hex()
        self.note("signed with the key " + self.signing_key)

    def files(self):
        package = parse_json(self.zip.read("datapackage.json", "package-files"), "package-files", "datapackage.json")
        if package.get("wacz_version") != "1.1.1":
            self.fail("package-files", "datapackage.json is not of WACZ 1.1.1")
        listed = {"datapackage.json", "datapackage-digest.json"}
        for resource in list_of(package, "resources"):
            path = text_of(resource, "path")
            if path in listed:
                self.fail("package-files", "%s is listed twice" % path)
            listed.add(path)
            entry = self.zip.by_name.get(path)
            if entry is None:
                self.fail("package-files", "%s is listed and missing" % path)
                continue
            h = hashlib.sha256()
            try:
                for piece in self.zip.pieces(entry):
                    h.update(piece)
            except Wrong as wrong:
                self.fail(wrong.reason, wrong.detail)
                continue
            self.hashes[path] = "sha256:" + h.hexdigest()
            if self.hashes[path] != resource.get("hash") or entry.size != resource.get("bytes"):
                self.fail("package-hash", "%s is not the file that was signed for" % path)
        for entry in self.zip.entries:
            if entry.name not in listed:
                self.fail("package-files", "%s is in no list" % entry.name)
        self.note(counted(len(listed), "file"))

    def contents(self):
        data = self.zip.read("evidence/contents.json", "contents")
        contents = parse_json(data, "contents", "evidence/contents.json")
        if contents.get("format") != "gasht-bundle-1":
            raise Wrong("contents", "evidence/contents.json is not of a bundle that this program knows")
        self.contents_hash = "sha256:" + sha256(data).hex()
        self.bundle, self.made, self.actor = (text_of(contents, k) for k in ("bundle", "made", "actor"))
        if self.signing_key and contents.get("signing_key") != self.signing_key:
            self.fail("package-key", "the export names the key %s, and the bundle is signed with another"
                      % contents.get("signing_key"))
        for item in list_of(contents, "exhibits"):
            capture, number = number_of(item, "capture", 0), number_of(item, "exhibit", 0)
            if capture <= 0 or number != len(self.exhibits) + 1 or capture in self.exhibits:
                self.fail("contents", "exhibit %r is numbered wrongly or listed twice" % number)
                continue
            self.exhibits[capture] = {"number": number, "leaf": number_of(item, "leaf"), "capture": None,
                                      "destroyed": item.get("destroyed") is True, "manifest": "", "have": set()}
        self.finding_ids = list_of(contents, "findings")
        committed = set()
        for item in list_of(contents, "files"):
            path = text_of(item, "path")
            committed.add(path)
            if self.hashes.get(path) != item.get("hash"):
                self.fail("contents", "%s is not the file that was exported" % path)
        for path in self.hashes:
            if path.startswith(("archive/", "indexes/", "pages/")) or path in ("evidence/findings.jsonl",
                                                                              "evidence/rules.jsonl"):
                if path not in committed:
                    self.fail("contents", "%s was not part of the export" % path)
        self.note(counted(len(self.exhibits), "exhibit") + ", " + counted(len(self.finding_ids), "finding"))

    def log(self):
        keys = parse_json(self.zip.read("evidence/keys.json", "checkpoint"), "checkpoint", "evidence/keys.json")
        names = list_of(keys, "log")
        if not names or not isinstance(names[0], str):
            raise Wrong("checkpoint", "evidence/keys.json names no log key")
        # The present one first; a key that was replaced signs no more.
        self.log_keys = [NoteKey(n if isinstance(n, str) else "", 1, "checkpoint", "the log's") for n in names]
        self.seen_log_key = names[0]
        note = Note(self.zip.read("evidence/checkpoint", "checkpoint").decode("utf-8"))
        self.last_text = note.text
        if not note.signed_by(self.log_keys[0]):
            raise Wrong("checkpoint-signature", "the log did not sign this checkpoint")
        self.sealed = note
        self.note("%s: %s" % (note.origin, counted(note.size, "leaf", "leaves")))

    def consistency(self):
        before, count, last, earlier = None, 0, None, 0
        if not self.sealed:
            return self.not_checked("there is no seal to begin from")
        in_use = len(self.log_keys) - 1
        for line in self.zip.json_lines("evidence/checkpoints.jsonl", "consistency"):
            note = Note(text_of(line, "note"))
            signer = in_use
            while signer >= 0 and not note.signed_by(self.log_keys[signer]):
                signer -= 1
            if signer < 0:
                self.fail("checkpoint-signature", "the log did not sign the checkpoint of %d leaves, or not with the "
                          "key of then" % note.size)
                continue
            in_use = signer
            earlier += signer > 0
            if before is not None:
                proof = hashes_of(line.get("proof"))
                if (proof is None or note.origin != before.origin
                        or not consistency_holds(before.size, before.root, note.size, note.root, proof)):
                    self.fail("consistency", "the log of %d leaves does not begin with the log of %d leaves"
                              % (note.size, before.size))
            before, count, last = note, count + 1, note.text
            self.checkpoints[note.size] = note.text
        if last != self.last_text:
            self.fail("consistency", "the last of the checkpoints is not the one that seals")
        self.note(counted(count, "checkpoint") + (", %d by earlier keys of the log" % earlier if earlier else ""))

    def cosignatures(self):
        keys = parse_json(self.zip.read("evidence/keys.json", "cosignature"), "cosignature", "evidence/keys.json")
        for text in list_of(keys, "witnesses"):
            self.witnesses.append(NoteKey(text if isinstance(text, str) else "", 4, "cosignature", "a witness's"))
        count = covered = latest = 0
        for line in self.zip.json_lines("evidence/cosignatures.jsonl", "cosignature"):
            try:
                note = Note(text_of(line, "note"))
            except Wrong:
                self.fail("cosignature", "a cosigned checkpoint cannot be read")
                continue
            if self.checkpoints.get(note.size) != note.text:
                self.fail("cosignature", "the cosigned checkpoint of %d leaves is not one of this log" % note.size)
                continue
            times = [t for t in (note.cosigned_by(key) for key in self.witnesses) if t is not None]
            if not times:
                self.fail("cosignature", "no witness cosigned the checkpoint of %d leaves as it stands" % note.size)
                continue
            count, covered, latest = count + len(times), max(covered, note.size), max([latest] + times)
        if self.checks[-1].failures:
            return None
        if not count:
            return self.not_checked("no witness's cosignature is in this bundle")
        self.note("%s: %s by %s" % (counted(count, "cosignature"), counted(covered, "leaf", "leaves"),
                                    rfc3339(latest * 1000000)))
        return None

    def tokens(self):
        authority = self.authority
        if not authority and "evidence/tokens/authority.pem" in self.zip.by_name:
            authority = self.zip.read("evidence/tokens/authority.pem", "token")
        count = covered = latest = 0
        for entry in self.zip.entries:
            name = entry.name
            if not name.startswith("evidence/tokens/") or not name.endswith(".tsr"):
                continue
            token, digits = self.zip.read(name, "token"), name[16:-4]
            size = int(digits) if digits.isdigit() and len(digits) < 19 else -1
            text = self.checkpoints.get(size)
            if text is None or str(size) != digits:
                self.fail("token", "%s is of a checkpoint that is not in this bundle" % name)
                continue
            try:
                digest, micros = token_says(token)
                if digest != sha256(text.encode()):
                    raise ValueError("the time stamp is for something else")
            except (ValueError, IndexError) as error:
                self.fail("token", "%s: %s" % (name, error))
                continue
            # Judged at the time that it states: certificates expire, what they signed does not become untrue.
            if not authority or not openssl(
                    ["ts", "-verify", "-in", "@token", "-data", "@text", "-CAfile", "@authority",
                     "-attime", str(micros // 1000000)],
                    {"token": token, "text": text.encode(), "authority": authority}):
                self.fail("token-authority", "%s is not signed by the authority" % name)
                continue
            count, covered, latest = count + 1, max(covered, size), max(latest, micros)
        if self.checks[-1].failures:
            return None
        if not count:
            return self.not_checked("no authority's time stamp is in this bundle")
        self.has_tokens = True
        self.note("%s: %s by %s" % (counted(count, "time stamp"), counted(covered, "leaf", "leaves"), rfc3339(latest)))
        return None

    def tiles(self):
        present = [e.name for e in self.zip.entries if e.name.startswith("evidence/tile/")]
        if not present or not self.sealed:
            return self.not_checked("the log's hashes are not in this bundle; each exhibit has its own proof")
        size = self.sealed.size
        if size > 4000000:
            raise Wrong("tiles", "the log has more leaves than a bundle holds")
        hashes = []
        for tile in range((size + TILE - 1) // TILE):
            width = min(TILE, size - tile * TILE)
            path, rest = "%03d" % (tile % 1000), tile // 1000
            while rest:
                path, rest = "x%03d/%s" % (rest % 1000, path), rest // 1000
            path = "evidence/tile/0/" + path + (".p/%d" % width if width < TILE else "")
            data = self.zip.read(path, "tiles")
            if len(data) != 32 * width:
                raise Wrong("tiles", "%s has the wrong size" % path)
            hashes += [data[i:i + 32] for i in range(0, len(data), 32)]
        self.leaf_hashes = hashes
        if tree_root(hashes) != self.sealed.root:
            self.fail("tiles", "the log's hashes do not give the sealed root")
        self.note(counted(size, "leaf", "leaves"))

    def leaves(self):
        count, before, latest, back = 0, -1, 0, 0
        self.export_seen, self.buried, self.rotated = False, set(), set()
        for line in self.zip.json_lines("evidence/leaves.jsonl", "inclusion"):
            count += 1
            index, at = number_of(line, "index"), number_of(line, "at", 0)
            if index <= before:
                self.fail("inclusion", "leaf %d is out of order" % index)
            before = index
            back += at < latest
            latest = max(latest, at)
            self.leaf(line, index, at)
        for capture, exhibit in self.exhibits.items():
            if exhibit["capture"] is None and not exhibit["destroyed"]:
                self.fail("exhibit-missing", "exhibit %d (capture %d) has no record in the log's leaves"
                          % (exhibit["number"], capture))
        kept = sum(e["capture"] is not None and e["capture"].clock_kept for e in self.exhibits.values())
        self.note("%s; a reference kept the clock at %d of %s" % (counted(count, "leaf", "leaves"), kept,
                                                                  counted(len(self.exhibits), "exhibit"))
                  + ("; the clock was set back %s between them" % counted(back, "time") if back else ""))

    def rotations(self):
        for new, old in zip(self.log_keys, self.log_keys[1:]):
            if "from %s to %s" % (old.text, new.text) not in self.rotated:
                self.fail("log-key", "no leaf says that %s was replaced by %s" % (old.text, new.text))
        earlier = len(self.log_keys) - 1
        self.note(counted(earlier, "earlier key"))

    def leaf(self, line, index, at):
        name = "leaf %d" % index
        kind, actor, detail = (text_of(line, k) for k in ("kind", "actor", "detail"))
        capture = number_of(line, "capture", 0)
        commitment = hashes_of([line.get("commitment")])
        proof = hashes_of(line.get("proof"))
        if commitment is None or proof is None or index < 0 or capture < 0:
            return self.fail("inclusion", "%s cannot be read" % name)
        entry = hash_parts("gasht-leaf-1", struct.pack(">Q", index), kind.encode(), struct.pack(">q", at),
                           actor.encode(), commitment[0], struct.pack(">Q", capture), detail.encode())
        digest = sha256(b"\0" + entry)
        if not self.sealed or not inclusion_holds(digest, index, self.sealed.size, proof, self.sealed.root):
            self.fail("inclusion", "%s is not in the sealed log as it stands here" % name)
        if index < len(self.leaf_hashes) and self.leaf_hashes[index] != digest:
            self.fail("tiles", "%s is another one in the log's hashes" % name)
        if kind == "export" and detail == self.bundle + " " + self.contents_hash:
            self.export_seen = True
        if kind == "deletion":
            self.buried.add(capture)
        if kind == "key_rotation":
            self.rotated.add(detail)
        opened = "salt" in line
        record = base64_of(line.get("record", ""))
        try:
            salt = bytes.fromhex(line.get("salt", ""))
        except (TypeError, ValueError):
            salt = None
        if record is None or salt is None:
            return self.fail("manifest", "%s cannot be read" % name)
        if kind != "capture":
            if opened and hash_parts("gasht-commitment-1", salt, record, b"") != commitment[0]:
                self.fail("manifest", "%s: its record is not the one that was committed to" % name)
            return None
        exhibit = self.exhibits.get(capture)
        if exhibit is None:
            return self.fail("exhibit-extra", "%s is of capture %d, which is no exhibit" % (name, capture))
        name = "exhibit %d (capture %d)" % (exhibit["number"], capture)
        if exhibit["leaf"] != index:
            return self.fail("manifest", "%s is said to be another leaf" % name)
        if not opened:
            if not exhibit["destroyed"]:
                self.fail("manifest", "%s has no record" % name)
            return None
        try:
            parsed = Capture(record)
        except (Wrong, AttributeError, TypeError):
            return self.fail("manifest", "%s: its record cannot be read" % name)
        body = parsed.body_sha256 if parsed.has_body else b""
        if hash_parts("gasht-commitment-1", salt, record, body) != commitment[0]:
            return self.fail("manifest", "%s: its record is not the one that was committed to" % name)
        if parsed.id != capture:
            return self.fail("manifest", "%s: its record is another capture's" % name)
        exhibit["capture"], exhibit["manifest"] = parsed, "sha256:" + sha256(record).hex()
        return None

    def export(self):
        if not getattr(self, "export_seen", False):
            raise Wrong("export-leaf", "the log has no leaf of this export")

    def load_quotes(self):
        try:
            for finding in self.zip.json_lines("evidence/findings.jsonl", "finding"):
                for quote in list_of(finding, "quotes"):
                    self.quotes_total += 1
                    self.quotes.setdefault(number_of(quote, "capture", 0), []).append(
                        (text_of(quote, "text").encode(), number_of(quote, "offset"), text_of(finding, "id")))
        except (Wrong, AttributeError):
            pass  # said by findings()

    def archive(self):
        ids, count = set(), 0
        for entry in self.zip.entries:
            if not entry.name.startswith("archive/") or entry.method != 0:
                continue
            for record in warc_members(self.zip, entry):
                count += 1
                identity = record.field("WARC-Record-ID")
                if identity in ids:
                    self.fail("warc", "record %s is there twice" % identity)
                ids.add(identity)
                self.record(entry, record, identity)
        for capture, exhibit in self.exhibits.items():
            parsed = exhibit["capture"]
            if parsed is None:
                continue
            want = {"metadata"} | ({"request"} if parsed.request_head else set()) | (
                {"response"} if parsed.response_head else set())
            if exhibit["have"] != want:
                self.fail("exhibit-missing", "exhibit %d (capture %d) is not whole in the archive"
                          % (exhibit["number"], capture))
        self.note(counted(count, "record"))

    def record(self, entry, record, identity):
        place = "record %s" % identity
        if record.version != "WARC/1.1":
            self.fail("warc", "%s is not WARC/1.1" % place)
        if record.field("WARC-Block-Digest") != "sha256:" + hashlib.sha256(record.block).hexdigest():
            self.fail("warc-digest", "%s is not the block it was written with" % place)
        kind = record.field("WARC-Type")
        if kind == "warcinfo":
            return
        number = record.field("WARC-Gasht-Capture")
        exhibit = self.exhibits.get(int(number) if number.isdigit() and len(number) < 19 else 0)
        if exhibit is None:
            return self.fail("exhibit-extra", "%s is of capture %s, which is no exhibit" % (place, number))
        parsed = exhibit["capture"]
        if parsed is None:
            return None
        name = "the %s of exhibit %d (capture %s)" % (kind, exhibit["number"], number)
        for field, value in (("WARC-Target-URI", parsed.url), ("WARC-Date", rfc3339(parsed.started))):
            if record.field(field) != value:
                self.fail("warc-manifest", "%s: %s is not what was recorded" % (name, field))
        slot = "response" if kind == "revisit" else kind
        if slot not in ("request", "response", "metadata"):
            return self.fail("warc", "%s does not belong there" % name)
        if slot in exhibit["have"]:
            self.fail("warc", "%s is there twice" % name)
        exhibit["have"].add(slot)
        if kind == "request":
            if record.block != parsed.request_head:
                self.fail("warc-manifest", "%s is not what was sent" % name)
        elif kind == "metadata":
            if b"\r\ngasht-manifest: " + exhibit["manifest"].encode() + b"\r\n" not in bytes(record.block):
                self.fail("warc-manifest", "%s names another record" % name)
        else:
            self.index_targets[(record.offset, record.length)] = (entry.name[8:], parsed.url, parsed.started)
            self.response(record, kind, parsed, name, int(number))
        return None

    def response(self, record, kind, parsed, name, number):
        if record.field("WARC-Gasht-Block") != ("as-received" if parsed.as_received() else "decoded"):
            self.fail("warc-manifest", "%s says wrongly whether it is as received" % name)
        if record.field("WARC-Truncated") != parsed.truncation:
            self.fail("warc-manifest", "%s says wrongly whether it was cut" % name)
        head = parsed.block_head()
        if record.block[:len(head)] != head:
            return self.fail("warc-manifest", "%s: its headers are not what was received" % name)
        if parsed.has_body and record.field("WARC-Payload-Digest") != "sha256:" + parsed.stored_sha256.hex():
            self.fail("warc-manifest", "%s: its payload digest is not what was recorded" % name)
        body = record.block[len(head):]
        if kind == "revisit":
            if len(body):
                self.fail("warc-manifest", "%s is a revisit with a body" % name)
            if parsed.stored_sha256 not in self.payloads:
                self.fail("exhibit-missing", "%s refers to bytes that are not in the archive" % name)
            return None
        if parsed.has_body:
            if hashlib.sha256(body).digest() != parsed.stored_sha256:
                return self.fail("warc-manifest", "%s: its body is not what was captured" % name)
            self.payloads.add(parsed.stored_sha256)
            if parsed.coding:
                try:
                    body = parsed.unpacked(bytes(body))
                except (ValueError, zlib.error) as error:
                    return self.fail("warc-manifest", "%s: its body is packed in an unknown way: %s" % (name, error))
                if sha256(body) != parsed.body_sha256:
                    return self.fail("warc-manifest", "%s: its body does not unpack to what was captured" % name)
        elif len(body):
            return self.fail("warc-manifest", "%s: its body is not what was captured" % name)
        for text, offset, finding in self.quotes.get(number, ()):
            self.quotes_checked += 1
            if offset < 0 or body[offset:offset + len(text)] != text:
                self.quote_failures.append("finding %s: its words do not stand at byte %d of capture %d"
                                           % (finding, offset, number))
        return None

    def index(self):
        data = self.zip.read("indexes/index.cdxj", "index")
        lines = data.split(b"\n")
        if lines and not lines[-1]:
            lines.pop()
        for number, line in enumerate(lines, 1):
            if number > 1 and line < lines[number - 2]:
                self.fail("index", "line %d is out of order" % number)
            parts = line.split(b" ", 2)
            if len(parts) != 3:
                self.fail("index", "line %d cannot be read" % number)
                continue
            item = parse_json(parts[2], "index", "line %d" % number)
            target = self.index_targets.get((number_of(item, "offset"), number_of(item, "length")))
            right = target is not None and target[0] == item.get("filename") and target[1] == item.get("url")
            if right:
                stamp = "".join(c for c in rfc3339(target[2] // 1000000 * 1000000) if c.isdigit())
                right = parts[1].decode("latin-1") == stamp and parts[0].decode("latin-1").startswith(
                    surt_host(target[1]).lower())
            if not right:
                self.fail("index", "line %d points to no such record" % number)
        if len(lines) != len(self.index_targets):
            self.fail("index", "it has %d lines for %d records" % (len(lines), len(self.index_targets)))
        self.note(counted(len(lines), "line"))

    def findings(self):
        ids = []
        for finding in self.zip.json_lines("evidence/findings.jsonl", "finding"):
            identity = text_of(finding, "id")
            ids.append(identity)
            if number_of(finding, "last_capture", 0) not in self.exhibits:
                self.fail("finding", "finding %s: its capture %r is no exhibit" % (identity, finding.get("last_capture")))
            for match in list_of(finding, "matches"):
                if "start" not in match:
                    continue
                name = text_of(match, "field").rsplit("/", 1)[-1]
                listing = finding.get("listing")
                text = text_of(finding, name) or text_of(listing if isinstance(listing, dict) else {}, name)
                start, end = number_of(match, "start"), number_of(match, "end")
                if start < 0 or end < start or end > len(text) or text[start:end] != match.get("text"):
                    self.fail("finding", "finding %s: %r does not stand where it says" % (identity, match.get("text")))
            listing = finding.get("listing")
            for identifier in list_of(listing if isinstance(listing, dict) else {}, "identifiers"):
                masked = "masked" in identifier
                commitment = text_of(identifier, "commitment")
                good = commitment.startswith("sha256:") and hashes_of([commitment[7:]]) is not None
                if masked == (identifier.get("role") == "seller") or (masked and not good):
                    self.fail("redaction", "finding %s: an identifier is masked wrongly" % identity)
        if ids != self.finding_ids:
            self.fail("finding", "these are not the findings of the export")
        for failure in self.quote_failures:
            self.fail("quote", failure)
        if self.quotes_checked < self.quotes_total:
            self.fail("quote", "%d quotations are of no captured body" % (self.quotes_total - self.quotes_checked))
        self.note("%s, %s found literally in the captured bytes" % (counted(len(ids), "finding"),
                                                                     counted(self.quotes_checked, "quotation")))

    def opened(self):
        commitments, count = {}, 0
        for finding in self.zip.json_lines("evidence/findings.jsonl", "redaction"):
            listing = finding.get("listing")
            for i, identifier in enumerate(list_of(listing if isinstance(listing, dict) else {}, "identifiers")):
                commitments["%s/identifiers/%d" % (text_of(finding, "id"), i)] = text_of(identifier, "commitment")
        for line in self.openings.splitlines():
            count += 1
            try:
                opening = parse_json(line, "redaction", "opening %d" % count)
                salt = bytes.fromhex(text_of(opening, "salt"))
            except (Wrong, ValueError):
                self.fail("redaction", "opening %d cannot be read" % count)
                continue
            digest = hash_parts("gasht-redaction-1", salt, text_of(opening, "kind").encode(),
                                text_of(opening, "value").encode())
            if commitments.get(text_of(opening, "place")) != "sha256:" + digest.hex():
                self.fail("redaction", "opening %d (%s) is not what was masked there" % (count, text_of(opening, "place")))
        self.note("%d opened" % count)

    def rules(self):
        known, enclosed, missing, everything = set(), 0, 0, []
        for line in self.zip.json_lines("evidence/rules.jsonl", "rules"):
            known.add(text_of(line, "digest"))
            if not isinstance(line.get("packs"), list):
                missing += 1
                continue
            enclosed += 1
            h = hashlib.sha256()
            for pack in line["packs"]:
                name, text = text_of(pack, "name").encode(), text_of(pack, "text").encode()
                h.update(b"%d:%s%d:%s" % (len(name), name, len(text), text))
                everything.append(text_of(pack, "text"))
            if "sha256:" + h.hexdigest() != line.get("digest"):
                self.fail("rules", "the text of the rules is not the text that judged")
        for capture, exhibit in self.exhibits.items():
            parsed = exhibit["capture"]
            if parsed is not None and parsed.rules.strip(b"\0") and "sha256:" + parsed.rules.hex() not in known:
                self.fail("rules", "capture %d was judged by rules that are not listed" % capture)
        if enclosed:
            everything = "\n".join(everything)
            for finding in self.zip.json_lines("evidence/findings.jsonl", "finding"):
                for rule in list_of(finding, "rule_texts"):
                    if text_of(rule, "text") not in everything:
                        self.fail("rules", "finding %s: rule %s reads otherwise in its pack"
                                  % (text_of(finding, "id"), text_of(rule, "id")))
        elif missing and not self.checks[-1].failures:
            return self.not_checked("the rules that judged are no longer in force and not enclosed; "
                                    "only their digests are known")
        self.note("%s enclosed, %d known by digest only" % (counted(enclosed, "rule set"), missing))
        return None

    def tombstones(self):
        gone = {c: e for c, e in self.exhibits.items() if e["destroyed"]}
        for capture, exhibit in gone.items():
            if capture not in getattr(self, "buried", ()):
                self.fail("tombstone", "exhibit %d (capture %d) is missing without a tombstone"
                          % (exhibit["number"], capture))
        self.note("%d destroyed" % len(gone))

    def keys(self):
        if not self.key and not self.log_key and not self.published_witnesses:
            return self.not_checked("no published key was given (--key, --log-key): compare the fingerprints above "
                                    "with what the agency published")
        if self.key and self.key != self.signing_key:
            self.fail("package-key", "the bundle is signed with %s and not with the published key" % self.signing_key)
        if self.log_key and self.log_key != self.seen_log_key:
            self.fail("log-key", "the log's key is %s and not the published one" % self.seen_log_key)
        for witness in self.witnesses:
            if self.published_witnesses and witness.text not in self.published_witnesses:
                self.fail("witness-key", "the witness %s is none whose key was published" % witness.name)
        left = [what for missing, what in (
            (not self.key, "the bundle's key"), (not self.log_key, "the log's key"),
            (self.witnesses and not self.published_witnesses, "the witnesses' keys"),
            (self.has_tokens and not self.authority, "the time-stamp authority's certificate")) if missing]
        self.note("not compared: " + ", ".join(left) if left else "")
        return None


NEVER = (
    "that what the site said is true;",
    "who wrote it: an account or an address is not a person;",
    "that a page fetched over plain HTTP was not changed on its way (the channel of each exhibit is stated);",
    "that nothing was changed on the capturing machine between the capture and the next signed checkpoint;",
    "that everything on the site was seen: only what is enclosed was captured.",
)


def shown(text):
    return "".join(c if c.isprintable() else "\\u{%x}" % ord(c) for c in text)


def main():
    parser = argparse.ArgumentParser(description="Checks a gasht bundle without gasht.")
    parser.add_argument("bundle", metavar="BUNDLE")
    parser.add_argument("--key", default="", help="the agency's published key: sha256:HEX")
    parser.add_argument("--log-key", default="", help="the custody log's published key: NAME+ID+KEY")
    parser.add_argument("--witness", action="append", default=[],
                        help="a published key of one of the log's witnesses: NAME+ID+KEY; may be repeated")
    parser.add_argument("--authority", default="",
                        help="a file (PEM) with the certificates of time-stamp authorities to trust")
    parser.add_argument("--openings", default="",
                        help="a file of opened redactions that the agency handed over: each is compared with its mask")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    arguments = parser.parse_args()
    try:
        authority = openings = b""
        if arguments.authority:
            with open(arguments.authority, "rb") as file:
                authority = file.read(MOST_LINE)
        if arguments.openings:
            with open(arguments.openings, "rb") as file:
                openings = file.read(MOST_SMALL_FILE)
        verifier = Verifier(arguments.bundle, arguments.key, arguments.log_key, arguments.witness, authority, openings)
        verifier.run()
    except OSError as error:
        print("gasht_verify: %s" % error, file=sys.stderr)
        return 2
    good = all(check.result != "failed" for check in verifier.checks)
    if arguments.json:
        checks = [{"what": c.what, "result": c.result, "note": c.note,
                   "failures": [{"reason": r, "detail": d} for r, d in c.failures]} for c in verifier.checks]
        print(json.dumps({"bundle": verifier.bundle, "ok": good, "checks": checks}, ensure_ascii=False))
        return 0 if good else 1
    print(shown(verifier.path))
    if verifier.bundle:
        print(shown("Bundle %s, made %s by %s" % (verifier.bundle, verifier.made, verifier.actor)))
    for check in verifier.checks:
        word = {"passed": "passed     ", "failed": "FAILED     ", "not checked": "not checked"}[check.result]
        print("  %s  %s%s" % (word, check.what, " (%s)" % shown(check.note) if check.note else ""))
        for reason, detail in check.failures:
            print("                 %s: %s" % (reason, shown(detail)))
    print("\nRESULT: %s" % ("everything that was checked is right." if good else "SOMETHING IS WRONG. See above."))
    print("\nNo bundle can prove:")
    for sentence in NEVER:
        print("  - " + sentence)
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
