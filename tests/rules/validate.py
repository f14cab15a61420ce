"""validate.py SCHEMA FILE...: one line a file, `valid <file>` or `invalid <file>`, by JSON Schema."""

import json
import sys

from jsonschema import Draft202012Validator

with open(sys.argv[1], encoding="utf-8") as source:
    schema = json.load(source)
Draft202012Validator.check_schema(schema)
validator = Draft202012Validator(schema)

for name in sys.argv[2:]:
    with open(name, encoding="utf-8") as source:
        print("valid" if validator.is_valid(json.load(source)) else "invalid", name)
