// Copyright 2026 the Toukon Lambda authors. MIT license.

import "@toukon/lambda/log";
