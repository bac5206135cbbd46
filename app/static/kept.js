// What is typed into a form stays in this tab until it is sent: after leaving, Back, or a refusal it stands there again.
// <form data-keep> goes by its address, the same where it is shown and where it is refused; data-keep="which" tells apart
// forms of one address. data-keep-warn: asks before one leaves with words that are not sent.
// <body data-viewer="whose" data-refused>: the page says why something was refused.
(function () {
  "use strict";
  var TYPED_UNKEPT = "main form[method=post]:not([data-keep]) :is(textarea, select, input:not([type=hidden]))";
  var OURS = "duban:kept:", body = document.body.dataset, isRefusal = "refused" in body;

  function isMark(control) { return control.type === "radio" || control.type === "checkbox"; }
  function valueOf(control) { return isMark(control) ? control.checked : control.value; }
  function shownOf(control) {
    if (isMark(control)) { return control.defaultChecked; }
    if (control.options === undefined) { return control.defaultValue; }
    var shown = Array.from(control.options).find(function (option) { return option.defaultSelected; }) || control.options[0];
    return shown ? shown.value : "";
  }
  function put(control, value) { if (isMark(control)) { control.checked = value; } else { control.value = value; } }

  function read(place) {
    try { return JSON.parse(window.sessionStorage.getItem(place)); } catch (error) { return null; }
  }
  function write(place, kept) {
    try {
      if (kept) { window.sessionStorage.setItem(place, JSON.stringify(kept)); } else { window.sessionStorage.removeItem(place); }
    } catch (error) { /* no room, or not allowed: the question before leaving is left */ }
  }

  function placesKept() {
    try { return Object.keys(window.sessionStorage).filter(function (place) { return place.startsWith(OURS); }); } catch (error) { return []; }
  }

  function keep(form) {
    var address = new URL(form.getAttribute("action"), window.location.href).pathname;
    var place = OURS + [body.viewer, address, form.dataset.keep].join(":"), isSending = false;
    var controls = Array.from(form.elements).filter(function (control) {
      return control.matches("textarea, select, input[type=text], input[type=number], input[type=date], input[type=radio], input[type=checkbox]");
    });
    if (!controls.length) { return false; }
    var kept = read(place), wasRefused = isRefusal && kept !== null && kept.sent;

    // A form has the same names on a page of its own; where a page asks one thing of many rows, the id says of which.
    function nameOf(control) {
      if (isMark(control)) { return control.name + "=" + control.value; }
      var alike = controls.filter(function (other) { return other.name === control.name; });
      return alike.length > 1 ? control.id : control.name;
    }
    function isDirty() {
      return wasRefused || controls.some(function (control) { return valueOf(control) !== shownOf(control); });
    }
    function save() {
      if (!isSending && !isDirty()) { kept = null; write(place, null); return; }
      var before = kept ? kept.fields : {}, fields = {};
      controls.forEach(function (control) {
        var known = before[nameOf(control)]; // a refused page shows what was typed, not what the server has
        fields[nameOf(control)] = { value: valueOf(control), shown: wasRefused && known ? known.shown : shownOf(control) };
      });
      kept = { fields: fields, sent: isSending };
      write(place, kept);
    }
    function restore() {
      var back = 0, rivals = [];
      controls.forEach(function (control) {
        var field = kept.fields[nameOf(control)];
        if (!field || field.value === field.shown || field.value === valueOf(control)) { return; }
        if (field.shown !== shownOf(control)) { // somebody has changed it meanwhile: nothing is replaced unseen
          if (control.type === "textarea") { rivals.push(field.value); }
          return;
        }
        put(control, field.value);
        if (control.closest("details")) { control.closest("details").open = true; }
        back += 1;
      });
      if (back || rivals.length) { tell(back, rivals); } else { kept = null; write(place, null); }
    }
    function tell(back, rivals) {
      var note = document.createElement("p"), undo = document.createElement("button");
      note.className = "flash note";
      note.setAttribute("role", "status");
      var words = back ? "您在这里写过、还没有提交的，已经放回原处。" : "";
      if (rivals.length) { words += "有几处内容已经变了，您原来写的没有放回：" + rivals.map(function (text) { return "“" + text + "”"; }).join("；"); }
      note.append(words + " ");
      undo.type = "button";
      undo.className = "button quiet small";
      undo.textContent = back ? "不要了，恢复原样" : "知道了";
      undo.addEventListener("click", function () { form.reset(); kept = null; write(place, null); note.remove(); });
      note.append(undo);
      form.prepend(note);
      var folded = form.closest("details");
      if (folded) { folded.open = true; }
    }

    if (wasRefused) {
      save();
    } else if (kept) {
      kept.sent = false; // it did not arrive
      write(place, kept);
      restore();
    }
    form.addEventListener("input", save);
    form.addEventListener("change", save);
    form.addEventListener("submit", function () { isSending = true; save(); });
    window.addEventListener("pageshow", function () { isSending = false; });
    window.addEventListener("beforeunload", function (event) {
      if (!isSending && "keepWarn" in form.dataset && isDirty()) { event.preventDefault(); event.returnValue = ""; }
    });
    return wasRefused;
  }

  // What was sent and taken may have taken its form along: it must not come back with that one day as not sent.
  function forgetWhatWasTaken() {
    if (!document.querySelector("#flash .flash:not(.error)")) { return; }
    placesKept().forEach(function (place) {
      var kept = read(place);
      if (kept && kept.sent) { write(place, null); }
    });
  }

  forgetWhatWasTaken();
  var areRefused = Array.from(document.querySelectorAll("form[data-keep]")).map(keep);
  if (isRefusal && (areRefused.includes(true) || !document.querySelector(TYPED_UNKEPT))) {
    window.history.replaceState(null, "", window.location.href); // so that Back finds a page, and not a form to send again
  }
})();
