// <wall-screen> shows the places of a page in turn and keeps them up to date. When the line is down it keeps what it
// knows, and says how old that is.
class WallScreen extends HTMLElement {
  connectedCallback() {
    this.slides = [...this.querySelectorAll(".slide")];
    this.steps = [...this.querySelectorAll(".wall-steps i")];
    this.at = Math.max(0, this.slides.findIndex((slide) => !slide.hidden));
    this.heard = Date.now();
    this.listen();
    this.turning = setInterval(() => this.turn(), Number(this.dataset.seconds) * 1000);
    this.ticking = setInterval(() => this.tick(), 1000);
    this.tick();
  }

  disconnectedCallback() {
    this.source.close();
    clearInterval(this.turning);
    clearInterval(this.ticking);
  }

  listen() {
    this.source = new EventSource(this.getAttribute("src"));
    this.source.addEventListener("places", (event) => {
      this.heard = Date.now();
      for (const place of JSON.parse(event.data)) this.tell(place);
      this.lost("");
    });
  }

  turn() {
    this.at = (this.at + 1) % Math.max(1, this.slides.length);
    this.slides.forEach((slide, at) => (slide.hidden = at !== this.at));
    this.steps.forEach((step, at) => step.classList.toggle("here", at === this.at));
  }

  tick() {
    const how = { hour: "2-digit", minute: "2-digit", timeZone: this.dataset.zone };
    const time = (at) => new Date(at).toLocaleTimeString(document.documentElement.lang, how);
    this.querySelector(".wall-clock").textContent = time(Date.now());
    // The box speaks every ten seconds.
    const silent = Date.now() - this.heard > 40_000;
    if (silent) this.lost(this.dataset.lost.replace("{time}", time(this.heard)));
    // A browser gives up on a stream that was refused, and waits for ever on one whose box lost its power; a wall does neither.
    if ((silent || this.source.readyState === EventSource.CLOSED) && new Date().getSeconds() % 20 === 0) {
      this.source.close();
      this.listen();
    }
  }

  lost(words) {
    const line = this.querySelector(".wall-lost");
    line.hidden = !words;
    if (words && line.textContent !== words) line.textContent = words;
  }

  tell({ id, state, sentence, freshness, amount, sun }) {
    const slide = this.slides.find((one) => one.dataset.place === id);
    if (!slide) return;
    slide.dataset.state = state;
    const say = (name, text) => {
      const element = slide.querySelector(`[data-live="${name}"]`);
      if (element) element.textContent = text ?? "";
    };
    for (const [name, text] of Object.entries({ sentence, freshness, short: amount?.short, unit: amount?.unit })) say(name, text);
    slide.querySelector("[data-live-box]").hidden = !amount;
    const put = (part, values) => {
      const element = slide.querySelector(part);
      if (!element) return;
      element.toggleAttribute("hidden", !sun);
      for (const [name, value] of Object.entries(values)) element.setAttribute(name, value);
    };
    put(".sun", sun ? { cx: sun.x, cy: sun.y } : {});
    put(".sun-line", sun ? { x1: sun.x, x2: sun.x, y1: sun.y } : {});
  }
}

customElements.define("wall-screen", WallScreen);
