// Loaded before the app. Where one of its files does not arrive, as when the network changes just
// then, the page is loaded anew by itself, after 0.5, 1, 2 and 4 seconds, and then says that there
// is no connection: never a blank page.
(() => {
  const KEY = "vermittlung.start";
  const TRIES = 4;
  let failed = false;

  const missing = ({ target }) => {
    const needed =
      target instanceof HTMLScriptElement ||
      (target instanceof HTMLLinkElement && target.rel === "stylesheet");
    if (!needed || failed) return;
    failed = true;
    const tried = Number(sessionStorage.getItem(KEY));
    if (tried === TRIES) {
      sessionStorage.removeItem(KEY);
      location.replace("/offline.html");
    } else {
      sessionStorage.setItem(KEY, String(tried + 1));
      setTimeout(() => location.reload(), 500 * 2 ** tried);
    }
  };
  addEventListener("error", missing, true);
  // What the app itself loads later is its own affair.
  addEventListener("load", () => {
    removeEventListener("error", missing, true);
    if (!failed) sessionStorage.removeItem(KEY);
  });
})();
