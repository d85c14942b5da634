// Optional: keys for what links and buttons do, and copying. Every page works without this file.
(function () {
  "use strict";
  function offer() {
    if (!navigator.clipboard) { return; }
    document.querySelectorAll("[data-copy-from]").forEach(function (button) { button.hidden = false; });
  }
  document.addEventListener("DOMContentLoaded", offer);
  document.addEventListener("click", function (event) {
    var button = event.target.closest("[data-copy-from]");
    if (!button) { return; }
    var place = document.getElementById(button.dataset.copyFrom);
    navigator.clipboard.writeText(place.textContent).then(function () {
      document.getElementById("announce").textContent = button.textContent = button.dataset.done;
    }, function () {
      // The browser does not let us: what is selected can be copied by hand.
      getSelection().selectAllChildren(place);
    });
  });

  function isTyping(place) {
    return place.isContentEditable || place.matches("textarea, select, input:not([type=checkbox], [type=radio])");
  }
  function isSeen(place) { return place.getClientRects().length > 0; }
  // The rows of a list are walked through; Enter then follows the link, as browsers do.
  function walk(step) {
    var rows = Array.from(document.querySelectorAll("[data-row]"));
    var here = rows.findIndex(function (row) { return row.closest("tr").contains(document.activeElement); });
    var next = rows[here < 0 ? (step > 0 ? 0 : rows.length - 1) : here + step];
    if (next) { next.focus(); }
    return rows.length > 0;
  }
  function press(place) {
    var details = place.closest("details:not([open])");
    if (details && !place.closest("summary")) { details.open = true; }
    if (place.matches("input[type=radio], textarea, input, select")) {
      if (place.type === "radio") { place.click(); }
      place.focus();
    } else {
      place.click();
    }
  }
  // One key alone, never with a modifier, never while somebody types or composes.
  document.addEventListener("keydown", function (event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.repeat) { return; }
    if (event.defaultPrevented || isTyping(event.target)) { return; }
    var key = event.key.toLowerCase();
    var place = Array.from(document.querySelectorAll("[data-key]")).find(function (one) {
      return one.dataset.key.split(" ").includes(key) && (isSeen(one) || one.closest("details"));
    });
    if (place) { press(place); } else if (!((key === "j" || key === "k") && walk(key === "j" ? 1 : -1))) { return; }
    event.preventDefault();
  });
})();
