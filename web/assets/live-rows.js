// <live-rows src="..."> puts rows on top of the table within as they come. The page is complete without it; whoever reads can hold it still.
class LiveRows extends HTMLElement {
  connectedCallback() {
    this.body = this.querySelector("tbody");
    if (!this.body) return this.reloadWhenSomethingComes();
    this.heads = [...this.querySelectorAll("th")].map((head) => head.textContent);
    const follow = this.querySelector(".follow");
    follow.hidden = false;
    const box = follow.querySelector("input");
    box.addEventListener("change", () => (box.checked ? this.listen() : this.source.close()));
    this.listen();
  }

  disconnectedCallback() {
    this.source?.close();
  }

  listen() {
    this.source = new EventSource(this.getAttribute("src"));
    this.source.addEventListener("frame", (event) => this.add(JSON.parse(event.data).cells));
  }

  // An empty table is a sentence: with the first row the page becomes another.
  reloadWhenSomethingComes() {
    this.source = new EventSource(this.getAttribute("src"));
    this.source.addEventListener("frame", () => location.reload());
  }

  add(cells) {
    const row = document.createElement("tr");
    row.className = "new";
    row.append(...cells.map((cell, at) => this.cell(cell, this.heads[at] ?? "")));
    this.body.prepend(row);
    while (this.body.rows.length > 100) this.body.lastElementChild.remove();
  }

  cell({ text, lang, href, state, note }, head) {
    const words = Object.assign(document.createElement(href ? "a" : "span"), { textContent: text });
    if (href) words.href = href;
    if (state) words.className = `state ${state}`;
    if (lang) words.lang = lang;
    const cell = document.createElement("td");
    cell.dataset.head = head;
    cell.append(words);
    if (note) {
      const advice = Object.assign(document.createElement("span"), { className: "advice", textContent: note.text });
      if (note.lang) advice.lang = note.lang;
      cell.append(advice);
    }
    return cell;
  }
}

customElements.define("live-rows", LiveRows);
