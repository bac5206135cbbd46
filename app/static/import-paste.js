// A table copied from a page, from Word or from Excel comes with its merged cells beside the words: they go along, so
// that it is read as it was drawn. Without this file only the words go, and merged cells must be guessed.
(function () {
  "use strict";
  var MOST = 300000;
  var field = document.getElementById("field-pasted");
  var table = document.querySelector("[name=pasted_table]");
  var note = document.getElementById("pasted-with-table");
  if (!field || !table || !note) { return; }
  var words = "";

  var asDrawn = note.textContent, asWords = "文字改动过，现在只按文字读。要照原样读合并的格，请清空后重新粘贴整张表。";

  function keep(drawn) {
    if (!drawn && !table.value) { return; }
    table.value = drawn;
    note.textContent = drawn ? asDrawn : asWords;
    note.hidden = !field.value;
  }

  // Of all that a page or an office program sends along, only what says where cells are.
  function onlyCells(copied) {
    var plain = copied.replace(/<style[\s\S]*?<\/style>/gi, "").replace(/\s(style|on\w+)\s*=\s*("[^"]*"|'[^']*'|[^\s>]+)/gi, "");
    var page = new DOMParser().parseFromString(plain, "text/html");
    page.querySelectorAll("script, style, link, meta, img, svg, object, iframe, template").forEach(function (each) { each.remove(); });
    page.querySelectorAll("*").forEach(function (each) {
      Array.from(each.attributes).forEach(function (attribute) {
        if (attribute.name !== "rowspan" && attribute.name !== "colspan") { each.removeAttribute(attribute.name); }
      });
    });
    var walker = document.createTreeWalker(page.body, NodeFilter.SHOW_COMMENT), comments = [];
    while (walker.nextNode()) { comments.push(walker.currentNode); }
    comments.forEach(function (each) { each.remove(); });
    return page.querySelector("td") ? page.body.innerHTML : "";
  }

  field.addEventListener("paste", function (event) {
    var copied = event.clipboardData ? event.clipboardData.getData("text/html") : "";
    var all = field.selectionStart === 0 && field.selectionEnd === field.value.length;
    var behind = table.value && field.value === words && field.selectionStart === field.value.length;
    var drawn = copied && (all || behind) ? onlyCells(copied) : "";
    if (drawn && behind && !all) { drawn = table.value + drawn; }
    if (!drawn || drawn.length > MOST) { return; }
    setTimeout(function () {
      words = field.value;
      keep(drawn);
    });
  });

  // What is typed over goes before what was drawn.
  field.addEventListener("input", function (event) {
    if (event.inputType !== "insertFromPaste" && field.value !== words) { keep(""); }
    if (event.inputType === "insertFromPaste") { keep(""); }
  });
})();
