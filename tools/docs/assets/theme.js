// Before the first paint, so that a page does not flash.
document.documentElement.dataset.theme = localStorage.getItem("theme") ?? "";
