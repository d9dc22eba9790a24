// A list of rows in a form: [data-rows] holds rows [data-row], a <template> of an empty one, and a button that adds it.
// Fields of a row are named LIST.NUMBER.FIELD; in the template the number is ROW.
document.querySelectorAll("[data-rows]").forEach((list) => {
  const template = list.querySelector("template");
  let next = list.querySelectorAll("[data-row]").length;
  const add = () => {
    const row = template.content.cloneNode(true);
    row.querySelectorAll("*").forEach((part) => {
      for (const { name, value } of [...part.attributes]) {
        if (value.includes(".ROW.")) part.setAttribute(name, value.replace(".ROW.", `.${next}.`));
      }
    });
    next += 1;
    const first = row.querySelector("input:not([type=hidden]), select, textarea");
    list.insertBefore(row, template);
    first?.focus();
  };
  list.addEventListener("click", (event) => {
    if (event.target.closest("[data-add-row]")) add();
    event.target.closest("[data-remove-row]")?.closest("[data-row]").remove();
  });
});
