// The shop's side of an upload, in JSON. Every refusal is an Error with the sentence to show
// (`detail` of the problem).
import { _ } from "./sentences.js";

export class Refusal extends Error {
  constructor(status, detail) {
    super(detail || words(status));
    this.status = status;
    // worth another try: the shop is being started anew, or asks to slow down
    this.passes = status === 429 || status >= 500;
  }
}

function words(status) {
  return status >= 500
    ? _("The shop is not answering. We are trying again.")
    : _("We could not accept this file. Reload the page and choose it again.");
}

export class Server {
  constructor(start, token) {
    this.start = start;
    this.token = token;
  }

  async ask(method, path = "", body = undefined) {
    const headers = { Accept: "application/json", "X-CSRFToken": this.token };
    if (body) headers["Content-Type"] = "application/json";
    const answer = await fetch(`${this.start}${path}`, {
      method,
      headers,
      body: body && JSON.stringify(body),
      credentials: "same-origin",
    });
    if (answer.status === 204) return null;
    const said = await answer.json().catch(() => ({}));
    if (!answer.ok) throw new Refusal(answer.status, said.detail);
    return said;
  }

  begin(file, accept) {
    return this.ask("POST", "", { file_name: file.name, size_bytes: file.size, accept });
  }

  state(id, asked = "") {
    return this.ask("GET", `/${id}${asked}`);
  }

  parts(id) {
    return this.ask("GET", `/${id}/parts`);
  }

  // part number → { url, headers }; `md5s` says which bytes each address takes
  async sign(id, md5s) {
    const numbers = Object.keys(md5s).map(Number);
    const { urls, headers } = await this.ask("POST", `/${id}/parts`, { part_numbers: numbers, md5s });
    return Object.entries(urls).map(([number, url]) => [Number(number), { url, headers: headers[number] }]);
  }

  complete(id, sha256) {
    return this.ask("POST", `/${id}/complete`, { sha256 });
  }

  remove(id) {
    return this.ask("DELETE", `/${id}`);
  }
}
