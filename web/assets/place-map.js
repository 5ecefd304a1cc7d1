// <place-map> lays a map that can be moved over the drawn one, once it is looked at. What it shows stands in the list of
// places on the same page; what it is drawn on is what the municipality has: tiles, a service elsewhere, or a drawing.
class PlaceMap extends HTMLElement {
  connectedCallback() {
    if (navigator.connection?.saveData) return;
    this.watch = new IntersectionObserver(([seen]) => {
      if (!seen.isIntersecting) return;
      this.watch.disconnect();
      // Without it the drawn map stays: nothing is lost.
      this.open().catch(() => {});
    }, { rootMargin: "200px" });
    this.watch.observe(this);
  }

  disconnectedCallback() {
    this.watch?.disconnect();
    this.map?.remove();
  }

  async open() {
    const { leaflet, leafletStyle, protomaps, bounds, tiles } = this.dataset;
    const style = Object.assign(document.createElement("link"), { rel: "stylesheet", href: leafletStyle });
    document.head.append(style);
    await this.script(leaflet);
    if (tiles) await this.script(protomaps);
    const { L } = window;
    const [south, west, north, east] = bounds.split(",").map(Number);
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    const box = document.createElement("div");
    box.className = "live-map";
    this.querySelector(".map-picture").replaceChildren(box);
    this.map = L.map(box, { zoomAnimation: !still, fadeAnimation: !still, markerZoomAnimation: !still, scrollWheelZoom: false });
    this.map.attributionControl.setPrefix(false);
    this.map.fitBounds([[south, west], [north, east]]);
    await this.ground(L);
    for (const card of document.querySelectorAll("[data-at]")) this.pin(L, card);
  }

  async ground(L) {
    const { tiles, raster, attribution, drawing } = this.dataset;
    if (tiles) {
      const dark = matchMedia("(prefers-color-scheme: dark)").matches;
      window.protomapsL.leafletLayer({ url: tiles, flavor: dark ? "dark" : "light", lang: document.documentElement.lang, attribution }).addTo(this.map);
    } else if (raster) {
      L.tileLayer(raster, { attribution, maxZoom: 19 }).addTo(this.map);
    } else if (drawing) {
      const drawn = await (await fetch(drawing)).json();
      L.geoJSON(drawn, {
        interactive: false,
        attribution: drawn.attribution ?? "",
        style: (feature) => ({ className: feature.properties.kind, stroke: true }),
        pointToLayer: (feature, at) => L.marker(at, { opacity: 0, interactive: false, keyboard: false }),
        filter: (feature) => feature.properties.kind !== "label",
      }).addTo(this.map);
    }
  }

  pin(L, card) {
    const at = card.dataset.at.split(",").map(Number);
    const link = card.querySelector("a");
    const name = link.textContent.trim();
    const icon = L.divIcon({ className: `pin ${card.className.replace("card", "").trim()}`, iconSize: [28, 28] });
    const marker = L.marker(at, { icon, alt: name, title: name }).addTo(this.map);
    marker.bindTooltip(name, { direction: "top", offset: [0, -12] });
    const go = () => location.assign(link.href);
    marker.on("click", go).on("keypress", ({ originalEvent }) => originalEvent.key === "Enter" && go());
  }

  script(src) {
    return new Promise((done, failed) => {
      const script = Object.assign(document.createElement("script"), { src, onload: done, onerror: failed });
      document.head.append(script);
    });
  }
}

customElements.define("place-map", PlaceMap);
