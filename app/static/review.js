// Reviewing reports: how many are ticked stands on the button, and a usual reason is written with one press.
(function () {
  "use strict";

  function count() {
    document.querySelectorAll("[data-chosen]").forEach(function (list) {
      var button = document.querySelector(list.dataset.chosen);
      var ticked = list.querySelectorAll("input[type=checkbox]:checked").length;
      button.textContent = button.dataset.words.replace("{n}", ticked);
      button.disabled = !ticked;
    });
  }
  document.addEventListener("change", count);
  window.addEventListener("pageshow", count);

  document.addEventListener("click", function (event) {
    var reason = event.target.closest("[data-fill]");
    if (!reason) { return; }
    var field = document.getElementById(reason.dataset.fill);
    var said = field.value.trim().replace(/[；。;]$/, "");
    if (said.indexOf(reason.textContent) < 0) {
      field.value = (said ? said + "；" : "") + reason.textContent;
    }
    field.focus();
  });
})();
