// Hands on the report sheet: the keyboard's ways through it, fields that grow, and words taken over from elsewhere.
(function () {
  "use strict";
  var sheet = document.querySelector("[data-sheet]");
  if (!sheet) { return; }
  var rows = Array.from(sheet.querySelectorAll("[data-row]")).filter(function (row) { return row.querySelector("[data-field]"); });

  function fieldOf(row, name) { return row.querySelector('[data-field="' + name + '"]'); }
  function focusOn(row, name) {
    if (!row) { return; }
    var twin = { completion: "actual", actual: "completion" }[name];
    (fieldOf(row, name) || fieldOf(row, twin) || row.querySelector("[data-field]")).focus();
    row.scrollIntoView({ block: "nearest" });
  }
  function nextOpen(row) {
    var at = rows.indexOf(row);
    return rows.slice(at + 1).concat(rows.slice(0, at)).find(function (each) { return each.dataset.state !== "submitted"; });
  }
  // As if it had been typed: sheet.js saves it.
  function set(control, text) {
    control.value = text;
    control.dispatchEvent(new Event("input", { bubbles: true }));
  }

  sheet.addEventListener("keydown", function (event) {
    var control = event.target.closest("[data-field]"), command = event.ctrlKey || event.metaKey;
    if (event.isComposing) { return; } // Enter belongs to the input method
    if (command && event.key.toLowerCase() === "s") {
      event.preventDefault();
      sheet.dispatchEvent(new Event("save-now"));
      return;
    }
    if (!control) { return; }
    var row = control.closest("[data-row]");
    if (command && event.key === "Enter") {
      event.preventDefault();
      row.dataset.onward = "yes";
      row.dispatchEvent(new Event("send-row", { bubbles: true }));
    } else if (event.altKey && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
      event.preventDefault();
      focusOn(rows[rows.indexOf(row) + (event.key === "ArrowDown" ? 1 : -1)], control.dataset.field);
    } else if (event.key === "Enter" && control.tagName === "INPUT") {
      event.preventDefault(); // it would press the form's first button
      var fields = Array.from(row.querySelectorAll("[data-field]")), after = fields[fields.indexOf(control) + 1];
      if (after) { after.focus(); }
    }
  });
  sheet.addEventListener("row-sent", function (event) {
    var row = event.target;
    if (row.dataset.onward) { focusOn(nextOpen(row), row.querySelector("[data-field]").dataset.field); }
    delete row.dataset.onward;
  });

  sheet.addEventListener("input", function (event) {
    var control = event.target.closest("[data-field]");
    if (!control) { return; }
    show(control);
    // Who writes about progress is under way, unless he says otherwise: it stands there to be seen and changed.
    var status = fieldOf(control.closest("[data-row]"), "status");
    if (status && status !== control && !status.value && control.value.trim()) { set(status, "in_progress"); }
  });
  sheet.addEventListener("refill", function (event) { show(event.target); });
  function show(control) {
    if (control.tagName === "TEXTAREA") {
      control.style.height = "auto";
      control.style.height = control.scrollHeight + 2 + "px";
    }
    if (control.dataset.field === "actual") { tellCompletion(control); }
  }
  function tellCompletion(control) {
    var row = control.closest("[data-row]"), place = row.querySelector("[data-reached]");
    var figure = Number(control.value.normalize("NFKC").replace(/,/g, "").replace(/[^\d.eE+-]+$/, ""));
    var told = control.value.trim() && figure >= 0;
    place.textContent = told ? "，完成率 " + Math.min(100, Math.floor(figure * 100 / Number(row.dataset.target) + 1e-9)) + " %" : "";
  }

  // A row under the keyboard shows its whole text: it must not grow between the press of a button and its release.
  sheet.addEventListener("mousedown", function (event) {
    var button = event.target.closest("button"), row = button && button.closest("[data-row]");
    if (row && !row.contains(document.activeElement)) { event.preventDefault(); }
  });
  sheet.addEventListener("click", function (event) {
    var button = event.target.closest("button"), row = button && button.closest("[data-row]");
    if (!row) { return; }
    if (button.matches("[data-copy-last]")) {
      var last = JSON.parse(button.closest("[data-last]").dataset.last);
      row.querySelectorAll("[data-field]").forEach(function (control) {
        if (!control.value.trim() && last[control.dataset.field]) { set(control, last[control.dataset.field]); }
      });
      row.querySelector("[data-field]").focus();
    } else if (button.matches("[data-take-over]")) {
      var progress = fieldOf(row, "progress"), before = progress.value.replace(/\s+$/, "");
      set(progress, (before ? before + "\n" : "") + button.dataset.takeOver);
    } else if (button.matches("[data-fill]")) {
      set(fieldOf(row, "completion"), button.dataset.fill);
      fieldOf(row, "completion").focus();
    } else if (button.matches("[data-send-row]")) {
      delete row.dataset.onward;
    }
  });

  rows.forEach(function (row) { row.querySelectorAll("[data-field]").forEach(show); });
})();
