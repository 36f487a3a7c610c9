// What the theme leaves out for those who use a keyboard or a screen reader.
function reach() {
  document.querySelector(".md-search")?.setAttribute("aria-label", "Search");
  // A screen reader lists these among the page's parts, which need names of their own.
  document.querySelectorAll(".md-code__nav").forEach((buttons, number) => {
    buttons.setAttribute("aria-label", `Buttons of code ${number + 1}`);
  });
  // What scrolls by itself is scrolled by the arrow keys when it has the focus.
  for (const part of document.querySelectorAll(".md-typeset__scrollwrap, .md-typeset pre > code")) {
    if (part.scrollWidth > part.clientWidth) {
      part.tabIndex = 0;
    }
  }
}
document.addEventListener("DOMContentLoaded", () => {
  reach();
  // The theme adds its buttons, and wraps tables, a little later.
  new MutationObserver(reach).observe(document.body, { childList: true, subtree: true });
  window.addEventListener("resize", reach);
});
