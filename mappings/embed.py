#!/usr/bin/env python3
"""Writes src/imports/shipped.cc from the mappings beside this file. A test fails when they differ."""
import pathlib

HERE = pathlib.Path(__file__).resolve().parent
TARGET = HERE.parent / "src" / "imports" / "shipped.cc"


def main() -> None:
    parts = [
        "// Written by mappings/embed.py; edit the files there.\n"
        '#include "imports/shipped.h"\n\n'
        "namespace viaggio::imports {\n\n"
        "const std::vector<ShippedMapping>& shipped_mappings() {\n"
        "  static const std::vector<ShippedMapping> kMappings = {\n"
    ]
    for path in sorted(HERE.glob("*.toml")):
        parts.append(f'      {{"{path.stem}", R"toml({path.read_text(encoding="utf-8")})toml"}},\n')
    parts.append("  };\n  return kMappings;\n}\n\n}  // namespace viaggio::imports\n")
    TARGET.write_text("".join(parts), encoding="utf-8")


if __name__ == "__main__":
    main()
