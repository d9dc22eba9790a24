// Keys: "/" goes to the search, "?" shows the keys, any element with data-key="x" is pressed by x.
const typing = (element) =>
  element.isContentEditable || /^(input|textarea|select)$/i.test(element.tagName);

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
  if (event.key === "Escape") {
    closeMenus();
    if (typing(event.target) && event.target.type === "search") event.target.blur();
    return;
  }
  if (typing(event.target)) return;
  if (event.key === "/") {
    const search = document.querySelector("[data-search]");
    if (search) {
      event.preventDefault();
      search.focus();
      search.select();
    }
    return;
  }
  if (event.key === "?") {
    const help = document.getElementById("keys-help");
    if (help && !help.open) help.showModal();
    return;
  }
  if (document.querySelector("dialog[open]")) return;
  const target = document.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
  if (target) {
    event.preventDefault();
    target.click();
  }
});

// A menu (details.drop-menu) closes when something else is clicked or focused.
function closeMenus(except) {
  document.querySelectorAll("details.drop-menu[open]").forEach((menu) => {
    if (menu !== except) menu.open = false;
  });
}

document.addEventListener("click", (event) => closeMenus(event.target.closest("details.drop-menu")));
document.addEventListener("focusin", (event) => closeMenus(event.target.closest("details.drop-menu")));
