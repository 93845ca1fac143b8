/* Runs before the first paint: follow the system's light or dark unless this browser was told otherwise. */
(() => {
  const root = document.documentElement;
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const apply = () => {
    const chosen = localStorage.getItem("fq:theme");
    root.dataset.bsTheme = chosen || (dark.matches ? "dark" : "light");
  };
  apply();
  dark.addEventListener("change", apply);
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-theme-choice]");
    if (!button) return;
    if (button.dataset.themeChoice) localStorage.setItem("fq:theme", button.dataset.themeChoice);
    else localStorage.removeItem("fq:theme");
    apply();
  });
})();
