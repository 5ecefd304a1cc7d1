// The letters of a mailbox page, as somebody finds them who waits for one.

// Links of letters lead to the address the town knows, `known`; here they lead to `base`, the box itself.
export function mailbox(mail, known, base) {
  const numbers = async (address) => {
    const list = await (await fetch(`${mail}/letters?q=${encodeURIComponent(address)}`)).text();
    return [...list.matchAll(/\/letter\/(\d+)/g)].map((found) => found[1]);
  };
  const links = async (number) => {
    const letter = await (await fetch(`${mail}/letter/${number}`)).text();
    return [...letter.matchAll(/href="([^"]+)"/g)].map((one) => one[1]);
  };
  const whenThereIs = async (what, look) => {
    for (let patience = 300; patience > 0; patience -= 1) {
      const found = await look();
      if (found) return found;
      await new Promise((done) => setTimeout(done, 100));
    }
    throw new Error(`no letter: ${what}`);
  };
  return {
    // How many letters somebody has.
    count: async (address) => (await numbers(address)).length,
    // The first of these who was sent a letter.
    first: (addresses) => whenThereIs("to any of them", async () => {
      for (const address of addresses) if ((await numbers(address)).length > 0) return address;
    }),
    // The newest link with `part` in it that somebody was sent. Other letters may come before and after: how many, nobody knows.
    link: (address, part) => whenThereIs(`${part} to ${address}`, async () => {
      for (const number of await numbers(address)) {
        const found = (await links(number)).find((href) => href.includes(part));
        if (found) return found.replace(known, base);
      }
    }),
  };
}
