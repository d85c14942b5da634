// Optional: every page works without this file. Steppers get buttons, texts a counter, swaps a sensible focus.
(function () {
  "use strict";
  function button(text, label, input, step) {
    var made = document.createElement("button");
    made.type = "button";
    made.name = "step";
    made.value = step;
    made.id = input.id + (step === "-1" ? "-less" : "-more");
    made.textContent = text;
    made.setAttribute("aria-label", label);
    return made;
  }

  // What cannot be pressed keeps the focus: a button that is disabled loses it.
  function bound(box) {
    var input = box.querySelector("input"), less = input.previousElementSibling, more = input.nextElementSibling;
    less.disabled = more.disabled = false;
    less.setAttribute("aria-disabled", Number(input.value) <= Number(input.min));
    more.setAttribute("aria-disabled", Number(input.value) >= Number(input.max));
  }
  function addSteppers(root) {
    root.querySelectorAll(".stepper:not([data-ready])").forEach(function (box) {
      var input = box.querySelector("input"), words = box.closest("fieldset").dataset;
      box.setAttribute("data-ready", "");
      if (!box.querySelector("button")) {
        var name = input.labels[0].textContent.trim();
        box.prepend(button("−", words.less + " " + name, input, "-1"));
        box.append(button("+", words.more + " " + name, input, "+1"));
      }
      bound(box);
    });
  }
  function setTo(input, count) {
    input.value = Math.min(Math.max(count, Number(input.min)), Number(input.max));
    bound(input.parentNode);
  }
  // − and + count in place; without scripts they send the form.
  document.addEventListener("click", function (event) {
    var pressed = event.target.closest("button[name=step]");
    if (!pressed) { return; }
    var inputs = pressed.closest(".stepper, fieldset").querySelectorAll(".stepper input");
    event.preventDefault();
    if (pressed.getAttribute("aria-disabled") === "true") { return; }
    inputs.forEach(function (input) {
      setTo(input, pressed.value === "all" ? Number(input.max) : (parseInt(input.value, 10) || 0) + Number(pressed.value.slice(-2)));
    });
    inputs[0].dispatchEvent(new Event("change", { bubbles: true }));
  });

  function count(area) {
    var hint = document.getElementById(area.id + "-hint");
    if (hint) { hint.dataset.count = area.value.length + "/" + area.dataset.limit; }
  }
  // Where the clipboard is closed to us, as in a frame, the words are selected and copied the old way.
  function copyByHand(text) {
    var area = document.createElement("textarea");
    area.value = text;
    area.className = "unseen";
    document.body.append(area);
    area.select();
    document.execCommand("copy");
    area.remove();
  }
  function copy(pressed) {
    var text = pressed.dataset.copy, closed = function () { copyByHand(text); pressed.focus(); };
    var asked = navigator.clipboard ? navigator.clipboard.writeText(text).catch(closed) : Promise.resolve(closed());
    asked.then(function () { document.getElementById("announce").textContent = pressed.dataset.copied; });
    pressed.classList.add("is-copied");
    setTimeout(function () { pressed.classList.remove("is-copied"); }, 2000);
  }
  document.addEventListener("click", function (event) {
    var pressed = event.target.closest("[data-copy]");
    if (pressed) { copy(pressed); }
  });
  function prepare(root) {
    addSteppers(root);
    root.querySelectorAll("[data-copy][hidden]").forEach(function (made) { made.hidden = false; });
    root.querySelectorAll("textarea[data-limit]").forEach(count);
  }

  var listed = 0, focused = "";
  // Of what is sent only files take long enough to look at, and the amounts are asked for without them.
  function barOf(event) {
    var asked = event.target, form = asked.closest("form"), files = form && form.querySelector("input[type=file]");
    var goes = files && files.files.length && asked.getAttribute("hx-params") !== "not evidence";
    return goes ? form.querySelector("progress") : null;
  }
  document.addEventListener("htmx:xhr:progress", function (event) {
    var bar = barOf(event), sent = event.detail;
    if (bar && sent.lengthComputable) { bar.hidden = false; bar.max = sent.total; bar.value = sent.loaded; }
  });
  document.addEventListener("htmx:afterRequest", function (event) {
    var bar = barOf(event);
    if (bar) { bar.hidden = true; }
  });
  // Files that did not get through are named, each to be sent once more by itself, and stay chosen: the form sends them
  // where nobody does.
  var waiting = {};
  function choose(input, files) {
    var bag = new DataTransfer();
    files.forEach(function (file) { bag.items.add(file); });
    input.files = bag.files;
  }
  function retry(input, file) {
    waiting[input.id] = waiting[input.id].filter(function (other) { return other !== file; });
    choose(input, [file]);
    tell(input);
    input.dispatchEvent(new Event("change", { bubbles: true }));
  }
  function tell(input) {
    var said = input.closest(".evidence").querySelector("[data-unsent]"), list = said.querySelector("ul");
    list = list || said.appendChild(document.createElement("ul"));
    said.hidden = !waiting[input.id].length;
    list.replaceChildren.apply(list, waiting[input.id].map(function (file) {
      var line = document.createElement("li"), again = document.createElement("button");
      again.type = "button";
      again.className = "button quiet";
      again.textContent = said.dataset.unsent;
      again.setAttribute("aria-label", said.dataset.unsent + " " + file.name);
      again.addEventListener("click", function () { retry(input, file); });
      line.append(file.name, again);
      return line;
    }));
  }
  function unsent(event) {
    var input = event.target;
    if (input.type !== "file" || !input.closest(".evidence")) { return; }
    var before = waiting[input.id] || [];
    waiting[input.id] = before.concat(Array.from(input.files).filter(function (file) { return before.indexOf(file) < 0; }));
    choose(input, waiting[input.id]);
    tell(input);
  }
  // The field is another one once a part of the page was exchanged.
  function chooseAgain() {
    Object.keys(waiting).forEach(function (id) {
      var input = document.getElementById(id);
      if (!input || !waiting[id].length) { delete waiting[id]; } else { choose(input, waiting[id]); tell(input); }
    });
  }
  ["htmx:sendError", "htmx:timeout"].forEach(function (name) { document.addEventListener(name, unsent); });
  document.addEventListener("DOMContentLoaded", function () { prepare(document); });
  document.addEventListener("input", function (event) {
    if (event.target.matches("textarea[data-limit]")) { count(event.target); }
    if (event.target.matches(".stepper input")) { bound(event.target.parentNode); }
  });
  document.addEventListener("htmx:beforeSwap", function () {
    listed = document.querySelectorAll(".cards > article").length;
    focused = document.activeElement.id;
  });
  document.addEventListener("htmx:afterSettle", function (event) {
    prepare(document);
    chooseAgain();
    var errors = event.target.querySelector("[role=alert][tabindex]");
    var news = event.target.querySelector("[data-announce]");
    var added = listed && document.querySelectorAll(".cards > article")[listed];
    var place = errors || added || (focused && document.getElementById(focused));
    document.getElementById("announce").textContent = news && !errors ? news.textContent : "";
    if (added) { added.setAttribute("tabindex", "-1"); }
    if (place) { place.focus({ preventScroll: !errors }); }
  });
})();
