// Copyright 2026 the Toukon Lambda authors. MIT license.
