// Copyright 2026 the Toukon Lambda authors. MIT license.

import type { BundledModule } from "./source.ts";

/** How errors speak of code that is not JavaScript. */
const NATIVE =
  /\.node\b|native|node-gyp|node-pre-gyp|prebuil|dlopen|Could not load the "sharp" module/i;

/** Added to an error text: the page that says what to do instead. */
const POINTER =
  `A bundle cannot hold native add-ons: see "What a bundle cannot hold" in docs/build.md`;

/** Packages that look for the native add-ons of others. */
const LOADERS =
  /(?:node_modules\/|npm:\/)(?:@mapbox\/)?(?:node-gyp-build|node-gyp-build-optional-packages|node-pre-gyp|bindings)[@/]/;

/** The file of an add-on, in a module that loads others by `require()`. */
const LOADED =
  /\brequire\([^]*[\w}]\.node["'`]|[\w}]\.node["'`][^]*\brequire\(/;

/** Adds to the text of an error what there is to know of native add-ons. */
export function withPointer(text: string): string {
  return NATIVE.test(text) ? `${text}\n${POINTER}` : text;
}

/** Says which modules look for native add-ons. */
export function nativeWarning(sources: BundledModule[]): string[] {
  const found = sources.find(({ path, text }) =>
    LOADERS.test(path) || LOADED.test(text)
  );
  return found === undefined
    ? []
    : [`Warning: "${found.path}" looks for a native add-on. ${POINTER}`];
}
