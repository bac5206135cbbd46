// How far a long table has come, asked while the server reads or writes it. Without this file the answer comes all the same.
(function () {
  "use strict";
  var PAUSE = 500;

  function watch(place) {
    if (place.hidden || !place.isConnected) { return; }
    fetch(place.dataset.headway, { headers: { "HX-Request": "true" } })
      .then(function (answer) { return answer.ok ? answer.text() : ""; })
      .catch(function () { return ""; })
      .then(function (told) {
        if (told && !place.hidden) { place.innerHTML = told; }
        if (!place.querySelector("[data-over]")) { setTimeout(watch, PAUSE, place); }
      });
  }

  document.querySelectorAll("[data-headway]").forEach(watch);

  document.addEventListener("submit", function (event) {
    var place = event.target.querySelector("[data-headway][hidden]");
    if (place && !event.defaultPrevented) {
      place.hidden = false;
      place.scrollIntoView({ block: "nearest" });
      setTimeout(watch, PAUSE / 2, place);
    }
  });

  // Back to a form that the browser kept: it waits for nothing any more.
  window.addEventListener("pageshow", function (event) {
    if (event.persisted) {
      document.querySelectorAll("form [data-headway]").forEach(function (place) { place.hidden = true; });
    }
  });
})();
