// Set theme and language before the page is painted: from the address, the last visit, or the system.
"use strict";

const kept = {
  get(key) { try { return localStorage.getItem(key); } catch { return null; } },
  set(key, value) { try { localStorage.setItem(key, value); } catch { /* private window */ } },
};
const systemIsDark = matchMedia("(prefers-color-scheme: dark)");
const asked = new URLSearchParams(location.search);

function setTheme(theme) {
  document.documentElement.dataset.theme = theme ?? (systemIsDark.matches ? "dark" : "light");
}
setTheme(kept.get("theme"));
systemIsDark.addEventListener("change", () => kept.get("theme") ?? setTheme(null));
document.documentElement.lang = ["en", "ko"].find((code) => code === (asked.get("lang") ?? kept.get("language")))
  ?? (navigator.language.startsWith("ko") ? "ko" : "en");
