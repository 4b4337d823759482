"""Reads the part of YAML that docs/api/openapi.yaml keeps to, with the standard library alone.

Known: block mappings and sequences, flow {..} and [..] on one line, plain and double-quoted
scalars, comments on lines of their own. Anything else is an error that names the line.
"""
import json
import re
import sys

_NUMBER = re.compile(r"-?\d+(\.\d+)?$")


class YamlError(ValueError):
    pass


def _scalar(text):
    if text in ("true", "false"):
        return text == "true"
    if text in ("null", "~", ""):
        return None
    if _NUMBER.match(text) and text.count(".") < 2:
        return float(text) if "." in text else int(text)
    if text[0] in "&*!|>'%@`":
        raise YamlError(f"not in the known part of YAML: {text}")
    return text


class _Flow:
    """One-line values: {a: 1}, [a, b], "text", plain."""

    def __init__(self, text):
        self.text, self.at = text, 0

    def whole(self):
        value = self.value("")
        self.skip()
        if self.at != len(self.text):
            raise YamlError(f"unexpected {self.text[self.at:]!r}")
        return value

    def skip(self):
        while self.at < len(self.text) and self.text[self.at] == " ":
            self.at += 1

    def peek(self):
        self.skip()
        return self.text[self.at] if self.at < len(self.text) else ""

    def value(self, ends):
        first = self.peek()
        if first == "{":
            return self.mapping()
        if first == "[":
            return self.sequence()
        if first == '"':
            return self.quoted()
        return _scalar(self.plain(ends))

    def quoted(self):
        value, end = json.JSONDecoder().raw_decode(self.text, self.at)
        self.at = end
        return value

    def plain(self, ends):
        start = self.at
        while self.at < len(self.text):
            here = self.text[self.at]
            if here in ends:
                break
            if here == ":" and ":" in ends and self.text[self.at + 1 : self.at + 2] in (" ", ""):
                break
            self.at += 1
        return self.text[start : self.at].strip()

    def mapping(self):
        out = {}
        self.at += 1
        while self.peek() != "}":
            if not self.peek():
                raise YamlError("a { is not closed")
            key = self.quoted() if self.peek() == '"' else self.key()
            if self.peek() != ":":
                raise YamlError(f"no value for {key!r}")
            self.at += 1
            if key in out:
                raise YamlError(f"{key!r} is given twice")
            out[key] = self.value(",}")
            if self.peek() == ",":
                self.at += 1
        self.at += 1
        return out

    def key(self):
        start = self.at
        while self.at < len(self.text) and not (
            self.text[self.at] == ":" and self.text[self.at + 1 : self.at + 2] in (" ", "")
        ):
            self.at += 1
        return self.text[start : self.at].strip()

    def sequence(self):
        out = []
        self.at += 1
        while self.peek() != "]":
            if not self.peek():
                raise YamlError("a [ is not closed")
            out.append(self.value(",]"))
            if self.peek() == ",":
                self.at += 1
        self.at += 1
        return out


def _lines(text):
    for number, line in enumerate(text.splitlines(), 1):
        content = line.strip()
        if content and not content.startswith("#"):
            if "\t" in line:
                raise YamlError(f"line {number}: a tab")
            yield number, len(line) - len(line.lstrip()), content


def _split_key(content):
    if content.startswith('"'):
        key, end = json.JSONDecoder().raw_decode(content)
        rest = content[end:]
    else:
        found = re.match(r"[^:]+(?=:( |$))", content)
        if not found:
            raise YamlError(f"neither a key nor an item: {content!r}")
        key, rest = found.group(0), content[found.end() :]
    return key, rest[1:].strip()


def _block(lines, at, indent):
    """The block that begins at lines[at]; gives (value, next line)."""
    if lines[at][2].startswith("- "):
        return _sequence(lines, at, indent)
    out = {}
    while at < len(lines) and lines[at][1] == indent:
        number, _, content = lines[at]
        try:
            key, rest = _split_key(content)
            if key in out:
                raise YamlError(f"{key!r} is given twice")
            at += 1
            if rest:
                out[key] = _Flow(rest).whole()
            elif at < len(lines) and lines[at][1] > indent:
                out[key], at = _block(lines, at, lines[at][1])
            else:
                out[key] = None
        except YamlError as error:
            raise error if str(error).startswith("line ") else YamlError(f"line {number}: {error}") from error
    if at < len(lines) and lines[at][1] > indent:
        raise YamlError(f"line {lines[at][0]}: unexpected indentation")
    return out, at


def _sequence(lines, at, indent):
    out = []
    while at < len(lines) and lines[at][1] == indent and lines[at][2].startswith("- "):
        number, _, content = lines[at]
        item = content[2:].strip()
        at += 1
        if item[0] in '{["' or not re.match(r"[^:]+:( |$)", item):
            out.append(_Flow(item).whole())
            continue
        inner = indent + 2
        nested = [(number, inner, item)]
        while at < len(lines) and lines[at][1] >= inner:
            nested.append(lines[at])
            at += 1
        value, used = _block(nested, 0, inner)
        if used != len(nested):
            raise YamlError(f"line {nested[used][0]}: unexpected indentation")
        out.append(value)
    return out, at


def load(text):
    lines = list(_lines(text))
    if not lines:
        return None
    value, at = _block(lines, 0, lines[0][1])
    if at != len(lines):
        raise YamlError(f"line {lines[at][0]}: unexpected indentation")
    return value


if __name__ == "__main__":
    with open(sys.argv[1], encoding="utf-8") as source:
        json.dump(load(source.read()), sys.stdout, ensure_ascii=False, separators=(",", ":"))
