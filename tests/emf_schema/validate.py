# Copyright 2026 the Toukon Lambda authors. MIT license.

"""Validates documents, one a line of stdin, by the JSON schema of CloudWatch's
embedded metric format that AWS has published in Powertools for Python, whose
folder is the argument."""

import json
import pathlib
import sys

import fastjsonschema

schema = json.loads(
    (pathlib.Path(sys.argv[1]) / "aws_lambda_powertools/metrics/schema.json")
    .read_text()
)
validate = fastjsonschema.compile(schema)

# What is wrong must be found, or finding nothing says nothing.
try:
    validate({"_aws": {"Timestamp": 1, "CloudWatchMetrics": [{"Metrics": []}]}})
    sys.exit("the schema takes a document without namespace")
except fastjsonschema.JsonSchemaException:
    pass

count = 0
for line in sys.stdin:
    document = json.loads(line)
    validate(document)
    for directive in document["_aws"]["CloudWatchMetrics"]:
        names = [metric["Name"] for metric in directive["Metrics"]]
        for name in names + sum(directive["Dimensions"], []):
            assert name in document, f"{name} is no member of the root"
    count += 1
print(f"{count} documents are valid")
