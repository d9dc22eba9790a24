// Light, dark or as the system does: buttons with data-theme-choice set it, a cookie keeps it,
// so that the server can write it into <html> before the first paint.
const root = document.documentElement;
const YEAR_S = 31536000;

function choose(theme) {
  if (theme === "system") delete root.dataset.theme;
  else root.dataset.theme = theme;
  const secure = location.protocol === "https:" ? "; secure" : "";
  document.cookie = `theme=${theme}; path=/; max-age=${YEAR_S}; samesite=lax${secure}`;
  show();
}

function show() {
  const now = root.dataset.theme || "system";
  document.querySelectorAll("[data-theme-choice]").forEach((button) => {
    button.setAttribute("aria-pressed", String(button.dataset.themeChoice === now));
  });
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-theme-choice]");
  if (button) choose(button.dataset.themeChoice);
});

show();
