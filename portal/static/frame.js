// Inside a shop's page: tells that page, and no other, how high this one is and what of it has to be seen. Without it
// the frame scrolls inside.
(function () {
  "use strict";
  if (window.parent === window) { return; }
  var allowed = document.currentScript.dataset.origins.split(" ").filter(Boolean);
  var around = location.ancestorOrigins && location.ancestorOrigins[0];
  if (around) { allowed = allowed.filter(function (origin) { return origin === around; }); }
  var last = 0;

  function say(what) {
    allowed.forEach(function (origin) { window.parent.postMessage(what, origin); });
  }
  function tell() {
    var height = Math.ceil(document.body.getBoundingClientRect().height);
    if (height === last) { return; }
    last = height;
    say({ t: "portal-height", h: height });
  }
  // What is wrong, else what was done, else the head of the page: a browser scrolls a frame, never the page around it.
  function show(root, otherwise) {
    var place = root.querySelector("[role=alert][tabindex]") || root.querySelector("[data-notice]");
    var top = place ? place.getBoundingClientRect().top + window.scrollY : otherwise;
    if (top !== null) { say({ t: "portal-show", y: Math.max(0, Math.floor(top)) }); }
  }
  new ResizeObserver(tell).observe(document.body);
  tell();
  show(document, 0);
  document.addEventListener("htmx:afterSettle", function (event) { tell(); show(event.target, null); });
})();
