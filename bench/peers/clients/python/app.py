# Copyright 2026 the Toukon Lambda authors. MIT license.


def handler(event, context):
    return {"message": f"Hello, {event['name']}"}
