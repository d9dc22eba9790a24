// On a low screen the sidebar scrolls: the page one is on is brought into view.
const here = document.querySelector(".sidebar [aria-current]");
if (here && here.offsetParent) {
  const bar = here.closest(".sidebar");
  const below = here.offsetTop + here.offsetHeight - bar.clientHeight;
  if (below > bar.scrollTop) bar.scrollTop = below + here.offsetHeight;
}
