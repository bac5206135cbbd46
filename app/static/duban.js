// What the pages are glad of and can do without: every form and link also works when this file never loads.
(function () {
  "use strict";
  var root = document.documentElement;
  root.classList.add("has-script");

  function remember(name, value, howLong) {
    document.cookie = name + "=" + value + ";path=/;samesite=lax" + howLong + (location.protocol === "https:" ? ";secure" : "");
  }

  function typingIn(element) {
    return element.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(element.tagName);
  }

  // Kept in a cookie for pages without a table of their own: their bar leads on to the one that was looked at last.
  if (document.body.dataset.plan) { remember("duban_plan", document.body.dataset.plan, ""); }

  // "/" goes to the search field; Escape closes an open menu and gives the focus back to its button.
  document.addEventListener("keydown", function (event) {
    if (event.key === "/" && !event.ctrlKey && !event.metaKey && !event.altKey && !typingIn(event.target)) {
      var search = document.getElementById("search");
      if (search) { event.preventDefault(); search.focus(); search.select(); }
    }
    if (event.key === "Escape") {
      var open = event.target.closest("details.menu[open], details.confirm[open]");
      if (open) { open.open = false; open.querySelector("summary").focus(); }
    }
  });

  document.addEventListener("click", function (event) {
    document.querySelectorAll("details.menu[open]").forEach(function (menu) {
      if (!menu.contains(event.target)) { menu.open = false; }
    });

    var cancel = event.target.closest("[data-cancel-confirm]");
    if (cancel) {
      var confirm = cancel.closest("details.confirm");
      confirm.open = false;
      confirm.querySelector("summary").focus();
    }

    if (event.target.closest("[data-print]")) { window.print(); }

    // Kept in a cookie so that the next page arrives in the right size instead of jumping into it.
    var size = event.target.closest("[data-toggle-type]");
    if (size) {
      var large = root.dataset.type !== "large";
      if (large) { root.dataset.type = "large"; } else { delete root.dataset.type; }
      size.textContent = large ? "恢复标准字号" : "改用大字号";
      remember("duban_type", large ? "large" : "", ";max-age=31536000");
    }
  });

  // The opener of a question disappears; the focus goes on to what is asked, and not to the verb of no return.
  document.addEventListener("toggle", function (event) {
    if (event.target.matches("details.confirm[open]")) {
      var next = event.target.querySelector("textarea, input:not([type=hidden]), select, [data-cancel-confirm]");
      if (next) { next.focus(); }
    }
  }, true);

  // A filter answers as soon as it is changed, and leaves no empty parameters in the address.
  document.addEventListener("change", function (event) {
    var form = event.target.form;
    if (form && form.matches("[data-autosubmit]") && event.target.matches("select, input[type=checkbox], input[type=radio], input[type=date]")) {
      form.requestSubmit();
    }
  });
  document.addEventListener("formdata", function (event) {
    if (event.target.method !== "get") { return; }
    Array.from(event.formData.entries()).forEach(function (entry) {
      if (entry[1] === "") { event.formData.delete(entry[0]); }
    });
  });

  // One box ticks all of its form's boxes of that name.
  document.addEventListener("change", function (event) {
    var name = event.target.dataset.tickAll;
    if (!name) { return; }
    event.target.form.querySelectorAll("input[type=checkbox][name=" + name + "]").forEach(function (box) {
      box.checked = event.target.checked;
    });
  });

  // A second press of an impatient finger sends nothing. Forms that answer with a file say data-repeatable.
  document.addEventListener("submit", function (event) {
    var form = event.target;
    if (form.method !== "post" || form.hasAttribute("data-repeatable")) { return; }
    if (form.classList.contains("is-sending")) {
      event.preventDefault();
      event.stopImmediatePropagation();
      return;
    }
    form.classList.add("is-sending");
    form.setAttribute("aria-busy", "true");
    var verb = form.dataset.working && form.querySelector("button.primary");
    if (verb) { verb.dataset.verb = verb.textContent; verb.textContent = form.dataset.working; }
  }, true);
  function release() {
    document.querySelectorAll("form.is-sending").forEach(function (form) {
      var verb = form.querySelector("button[data-verb]");
      if (verb) { verb.textContent = verb.dataset.verb; delete verb.dataset.verb; }
      form.classList.remove("is-sending");
      form.removeAttribute("aria-busy");
    });
  }
  window.addEventListener("pageshow", release);
  document.addEventListener("htmx:afterRequest", release);

  // The list of mistakes takes the focus, so that it is read out and seen first.
  function focusMistakes() {
    var summary = document.querySelector(".error-summary");
    if (summary) { summary.focus(); }
  }
  document.addEventListener("DOMContentLoaded", focusMistakes);
  document.addEventListener("htmx:afterSwap", focusMistakes);

  // A settled doubt is gone with its button: the focus goes on to the next one.
  document.addEventListener("htmx:afterSettle", function (event) {
    var next = event.target.closest("#checking") && document.querySelector("#doubts .doubts .button");
    if (next && document.activeElement === document.body) { next.focus({ preventScroll: true }); }
  });

  // A failed request in the background is said in words at the top; what was typed stays where it is.
  function sayFailure(text) {
    var place = document.getElementById("flash");
    var note = document.createElement("p");
    note.className = "flash error";
    note.setAttribute("role", "alert");
    note.textContent = text;
    place.replaceChildren(note);
    place.scrollIntoView({ block: "nearest" });
  }
  // A refusal comes with its own sentences (errors/_notice.html): they are better than ours.
  document.addEventListener("htmx:beforeSwap", function (event) {
    var detail = event.detail;
    if (detail.xhr.status >= 400 && detail.xhr.status !== 422 && detail.serverResponse.indexOf("error-summary") >= 0) {
      detail.shouldSwap = true;
      detail.isError = false;
      detail.swapOverride = "innerHTML";
      detail.selectOverride = ".error-summary"; // and not the part of a page that the form waits for
      detail.target = document.getElementById("flash");
    }
  });
  document.addEventListener("htmx:sendError", function () {
    sayFailure("网络没有连通，这一步没有保存。您填写的内容还在页面上，请稍后再试。");
  });
  document.addEventListener("htmx:responseError", function () {
    sayFailure("服务器没有完成这一步，内容没有保存。请稍后再试；仍不成功时请联系督查室。");
  });
})();
