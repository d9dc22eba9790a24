// Sentences in the reader's language: the page brings those that scripts say, without them they are English.
const brought = document.getElementById("sentences");
const translated = brought ? JSON.parse(brought.textContent) : {};

export function _(sentence, values = {}) {
  return (translated[sentence] || sentence).replace(/%\((\w+)\)s/g, (all, name) => values[name] ?? all);
}
