// <live-place src="..."> keeps a page that is complete without it up to date: the box sends the very strings
// the page shows, and they go where the old ones stand. The browser reconnects by itself.
class LivePlace extends HTMLElement {
  connectedCallback() {
    this.source = new EventSource(this.getAttribute("src"));
    this.source.addEventListener("place", (event) => this.tell(JSON.parse(event.data)));
  }

  disconnectedCallback() {
    this.source.close();
  }

  tell(now) {
    const { amount, gauge, sun } = now;
    this.dataset.state = now.state;
    this.say({ sentence: now.sentence, freshness: now.freshness, free: now.free, label: gauge?.label });
    if (amount) this.say(amount);
    this.set("[data-live-box]", (box) => (box.hidden = !amount));
    this.set("[data-live-free]", (box) => (box.hidden = !now.free));
    for (const part of [".sun", ".sun-line"]) this.set(part, (it) => it.toggleAttribute("hidden", !sun));
    if (!sun) return;
    this.set(".sun", (it) => { it.setAttribute("cx", sun.x); it.setAttribute("cy", sun.y); });
    this.set(".sun-line", (it) => { it.setAttribute("x1", sun.x); it.setAttribute("x2", sun.x); it.setAttribute("y1", sun.y); });
  }

  say(strings) {
    for (const [name, text] of Object.entries(strings)) {
      this.set(`[data-live="${name}"]`, (element) => {
        // Only what changed, or a screen reader would hear it again.
        if (element.textContent !== (text ?? "")) element.textContent = text ?? "";
      });
    }
  }

  set(selector, change) {
    const element = this.querySelector(selector);
    if (element) change(element);
  }
}

customElements.define("live-place", LivePlace);
