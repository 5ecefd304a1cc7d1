// <news-here> offers news in this browser, beside a form that offers them by other ways. Where the browser cannot, what stands in it says so.
class NewsHere extends HTMLElement {
  async connectedCallback() {
    if (!navigator.serviceWorker || !window.PushManager || !window.Notification) return;
    const { pushManager } = await navigator.serviceWorker.register(this.dataset.worker);
    this.push = pushManager;
    this.part("get").addEventListener("click", () => this.work(() => this.get()));
    this.part("stop").addEventListener("click", () => this.work(() => this.stop()));
    this.part("cannot").hidden = true;
    this.part("can").hidden = false;
    await this.look();
  }

  part(name) {
    return this.querySelector(`[data-part="${name}"]`);
  }

  say(text) {
    this.part("said").textContent = text;
  }

  async look() {
    this.part("stop").hidden = !(await this.push.getSubscription());
  }

  async work(what) {
    const buttons = [this.part("get"), this.part("stop")];
    for (const button of buttons) button.disabled = true;
    try {
      await what();
    } catch (error) {
      this.say(Notification.permission === "denied" ? this.dataset.denied : this.dataset.failed);
    }
    for (const button of buttons) button.disabled = false;
    await this.look();
  }

  async get() {
    const about = new FormData(this.closest("form")).getAll("about");
    if (!about.length) return this.say(this.dataset.nothing);
    const { endpoint, keys } = (await this.subscribed()).toJSON();
    const { p256dh, auth } = keys;
    await this.post(this.dataset.get, [...about.map((one) => ["about", one]), ...Object.entries({ endpoint, p256dh, auth })]);
  }

  // A subscription is for one key: one of another box, or of before, gives way.
  async subscribed() {
    const options = { userVisibleOnly: true, applicationServerKey: this.dataset.key };
    try {
      return await this.push.subscribe(options);
    } catch (error) {
      const other = await this.push.getSubscription();
      if (error.name !== "InvalidStateError" || !other) throw error;
      await other.unsubscribe();
      return this.push.subscribe(options);
    }
  }

  async stop() {
    const subscription = await this.push.getSubscription();
    await this.post(this.dataset.stop, [["endpoint", subscription.endpoint]]);
    await subscription.unsubscribe();
  }

  // The box answers with a sentence; a page instead of it means that something went wrong on the way.
  async post(address, fields) {
    const answer = await fetch(address, { method: "POST", body: new URLSearchParams(fields) });
    if (!answer.headers.get("content-type")?.startsWith("text/plain")) throw new Error(`${answer.status}`);
    this.say(await answer.text());
  }
}

customElements.define("news-here", NewsHere);
