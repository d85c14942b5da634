// For the shop's page, optional: <script src="https://PORTAL/embed.js" async></script>
// 1. Every iframe that shows the portal becomes as high as its content. 2. Where a page in it follows another, or says
// what is wrong, that place is scrolled into view. 3. A form with data-after-sales is sent into its frame without a
// click. It reads nothing else of the page and stores nothing; see docs/embedding.md.
(function () {
  "use strict";
  var LOWEST = 200, ABOVE = 80, portal = new URL(document.currentScript.src).origin, begun = new WeakSet();

  // The first page comes with the shop's own, which stays where its reader is.
  function show(frame, y) {
    if (!begun.has(frame)) { begun.add(frame); return; }
    var box = frame.getBoundingClientRect(), place = box.top + Math.min(y, box.height);
    if (place > -1 && place < window.innerHeight - ABOVE) { return; }
    if (y < ABOVE) { frame.scrollIntoView({ block: "start" }); } else { window.scrollBy(0, place - ABOVE); }
  }

  window.addEventListener("message", function (event) {
    var said = event.data;
    if (event.origin !== portal || !said) { return; }
    document.querySelectorAll("iframe").forEach(function (frame) {
      if (frame.contentWindow !== event.source) { return; }
      if (said.t === "portal-height" && Number.isFinite(said.h)) {
        frame.style.height = Math.max(Math.ceil(said.h), LOWEST) + "px";
      }
      if (said.t === "portal-show" && Number.isFinite(said.y)) { show(frame, said.y); }
    });
  });

  function start() {
    document.querySelectorAll("form[data-after-sales]").forEach(function (form) {
      if (new URL(form.action).origin === portal && !form.dataset.sent) {
        form.dataset.sent = "yes";
        form.submit();
        // Its button was for a browser that does not come here; the code is spent.
        form.style.display = "none";
      }
    });
  }
  if (document.readyState === "loading") { document.addEventListener("DOMContentLoaded", start); } else { start(); }
})();
