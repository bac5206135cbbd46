// A block of cells copied from Excel or WPS goes into the report sheet as it stood: to the right and down.
(function () {
  "use strict";
  var sheet = document.querySelector("[data-sheet]");
  if (!sheet) { return; }

  var COLUMNS = [["status"], ["completion", "actual"], ["progress"], ["problems"], ["next_steps"]];
  var notice = sheet.querySelector("[data-notice]");
  var rows = Array.from(sheet.querySelectorAll("[data-row]")).filter(function (row) { return fieldOf(row, ["progress"]); });

  function fieldOf(row, names) {
    return names.map(function (name) { return row.querySelector('[data-field="' + name + '"]'); }).find(Boolean);
  }

  sheet.addEventListener("paste", function (event) {
    var control = event.target.closest("[data-field]"), data = event.clipboardData;
    if (!control || !data || rows.indexOf(control.closest("[data-row]")) < 0) { return; }
    var text = data.getData("text/plain");
    if (text.indexOf("\t") < 0 && !/<table/i.test(data.getData("text/html"))) { return; } // words are words
    var table = cells(text);
    event.preventDefault();
    if (table.length === 1 && table[0].length === 1) { insert(control, table[0][0]); } else { place(control, table); }
  });

  // Tab between cells, line end between rows; a cell in quotes may hold both, and doubled quotes.
  function cells(text) {
    var table = [[]], cell = "", quoted = false, at = 0;
    function close() { table[table.length - 1].push(cell); cell = ""; }
    for (; at < text.length; at += 1) {
      var letter = text[at];
      if (quoted) {
        if (letter !== '"') { cell += letter; } else if (text[at + 1] === '"') { cell += '"'; at += 1; } else { quoted = false; }
      } else if (letter === '"' && cell === "") { quoted = true;
      } else if (letter === "\t") { close();
      } else if (letter === "\n") { close(); table.push([]);
      } else if (letter !== "\r") { cell += letter; }
    }
    close();
    return table.filter(function (line, number) { return number < table.length - 1 || line.length > 1 || line[0] !== ""; });
  }
  function insert(control, text) {
    if (control.tagName === "SELECT") { set(control, valueFor(control, text)); return; }
    control.setRangeText(text, control.selectionStart, control.selectionEnd, "end");
    set(control, control.value);
  }
  function valueFor(control, text) {
    if (control.tagName === "INPUT") { return text.trim().replace(/[%％]$/, ""); }
    if (control.tagName !== "SELECT") { return text; }
    var option = Array.from(control.options).find(function (each) { return each.textContent.trim() === text.trim(); });
    return option ? option.value : control.value;
  }
  // As if it had been typed: the sheet's own script saves it.
  function set(control, text) {
    control.value = text;
    control.dispatchEvent(new Event("input", { bubbles: true }));
  }

  function place(control, table) {
    var top = rows.indexOf(control.closest("[data-row]"));
    var left = COLUMNS.findIndex(function (names) { return names.indexOf(control.dataset.field) >= 0; });
    var wanted = [], outside = 0;
    table.forEach(function (line, down) {
      line.forEach(function (text, right) {
        if (!text.trim()) { return; }
        var row = rows[top + down], field = row && fieldOf(row, COLUMNS[left + right] || []);
        if (field) { wanted.push({ control: field, text: valueFor(field, text) }); } else { outside += 1; }
      });
    });
    var taken = wanted.filter(function (each) { return each.control.value.trim() && each.control.value !== each.text; });
    var free = wanted.filter(function (each) { return taken.indexOf(each) < 0; });
    if (!taken.length) { fill(free, outside); return; }
    ask("粘贴的内容中有 " + taken.length + " 格在页面上已经写了字。", [
      ["只填空着的", function () { fill(free, outside); }],
      ["连同这 " + taken.length + " 格一起替换", function () { fill(wanted, outside); }],
      ["不粘贴", function () { notice.replaceChildren(); control.focus(); }],
    ]);
  }
  function fill(wanted, outside) {
    var statuses = wanted.map(function (each) { return fieldOf(each.control.closest("[data-row]"), ["status"]); }).filter(Boolean);
    var before = wanted.map(function (each) { return each.control; }).concat(statuses).map(function (control) {
      return { control: control, text: control.value };
    });
    wanted.forEach(function (each) { set(each.control, each.text); });
    ask("已填入 " + wanted.length + " 格" + (outside ? "，另有 " + outside + " 格超出表的范围，没有填" : "") + "。", [
      ["撤销粘贴", function () {
        before.forEach(function (each) { set(each.control, each.text); });
        ask("已撤销粘贴。", []);
      }],
    ]);
  }
  function ask(words, choices) {
    var actions = element("div", "");
    actions.className = "actions";
    choices.forEach(function (choice) {
      var button = element("button", choice[0]);
      button.type = "button";
      button.className = "button small";
      button.addEventListener("click", choice[1]);
      actions.append(button);
    });
    notice.replaceChildren(element("p", words), actions);
    if (choices.length > 1) { actions.querySelector("button").focus(); }
  }
  function element(name, words) {
    var made = document.createElement(name);
    made.textContent = words;
    return made;
  }
})();
