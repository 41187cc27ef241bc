// Copyright 2026 the Toukon Lambda authors. MIT license.

import { setUpSearch } from "./search.ts";

setUpSearch();
setUpTheme();
setUpMenu();
setUpLanguage();

/** Dark, light, and back; without a choice the system decides. */
function setUpTheme(): void {
  const { dataset } = document.documentElement;
  document.querySelector("#theme")?.addEventListener("click", () => {
    const isDark = dataset.theme === "dark" ||
      !dataset.theme && matchMedia("(prefers-color-scheme: dark)").matches;
    dataset.theme = isDark ? "light" : "dark";
    localStorage.setItem("theme", dataset.theme);
  });
}

/** On a narrow screen, the navigation is shown when it is asked for. */
function setUpMenu(): void {
  const menu = document.querySelector("#menu");
  menu?.addEventListener("click", () => {
    const isOpen = menu.getAttribute("aria-expanded") === "true";
    menu.setAttribute("aria-expanded", String(!isOpen));
  });
  document.querySelector('#pages [aria-current="page"]')
    ?.scrollIntoView({ block: "nearest" });
}

/** The other language of the very place, since both have the same anchors. */
function setUpLanguage(): void {
  const link = document.querySelector<HTMLAnchorElement>("#language");
  link?.addEventListener("click", () => {
    link.hash = location.hash;
  });
}
