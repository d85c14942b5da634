// Optional: copies what stands in an element; without scripts it can be selected.
(function () {
  "use strict";
  function offer() {
    if (!navigator.clipboard) { return; }
    document.querySelectorAll("[data-copy]").forEach(function (button) { button.hidden = false; });
  }
  document.addEventListener("DOMContentLoaded", offer);
  document.addEventListener("click", function (event) {
    var button = event.target.closest("[data-copy]");
    if (!button) { return; }
    var place = document.getElementById(button.dataset.copy);
    navigator.clipboard.writeText(place.textContent).then(function () {
      document.getElementById("announce").textContent = button.textContent = button.dataset.done;
    }, function () {
      // The browser does not let us: what is selected can be copied by hand.
      getSelection().selectAllChildren(place);
    });
  });
})();
