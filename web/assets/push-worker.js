// Shows what the box pushes, while no page of it is open. The first message of all is answered: so the box knows that it reached a browser.

const tell = (address) => fetch(address, { method: "POST", body: new URLSearchParams() });

self.addEventListener("push", (event) => {
  const { title, body, tag, lang, link, stop, stop_text, confirm } = event.data.json();
  // A message of the same tag takes the place of the earlier one, without another sound.
  const shown = self.registration.showNotification(title, { body, tag, lang, data: { link, stop }, actions: [{ action: "stop", title: stop_text }] });
  event.waitUntil(Promise.all([shown, confirm && tell(confirm)]));
});

self.addEventListener("notificationclick", (event) => {
  const { data, close } = event.notification;
  close.call(event.notification);
  event.waitUntil(event.action === "stop" ? leave(data.stop) : self.clients.openWindow(data.link));
});

const leave = async (stop) => {
  await tell(stop);
  const subscription = await self.registration.pushManager.getSubscription();
  await subscription?.unsubscribe();
};
