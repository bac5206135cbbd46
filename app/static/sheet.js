// The report sheet: saves as it is typed, shows a colleague's newer words beside one's own, and loses nothing.
// Without this file the sheet is one form with two kinds of buttons, and works.
(function () {
  "use strict";
  var sheet = document.querySelector("[data-sheet]");
  if (!sheet) { return; }

  var PAUSE = 1000, LONGEST = 1500, RETRIES = [2000, 4000, 8000, 15000, 30000, 60000];
  var BEACON = 60000; // a browser sends no more than 64 kB while a page closes
  var KEPT = ["duban", sheet.dataset.user, sheet.dataset.plan, sheet.dataset.period].join(":") + ":";
  var KEPT_WORDS = { returned: "退回后的修改已保存，还没有重新报送 ", changed: "改动已保存，还没有重新报送 " };
  var DONE = { submitted: true, approved: true };
  var notice = sheet.querySelector("[data-notice]");
  var rows = Array.from(sheet.querySelectorAll("[data-row]")).map(makeRow);

  // One row: what stands in its fields, what the server has of them, and what is on its way.

  function makeRow(element) {
    var was = element.querySelector("[data-was]");
    var row = {
      element: element, task: Number(element.dataset.task), seen: Number(element.dataset.seen), state: element.dataset.state,
      fields: {}, order: [], timer: 0, since: 0, failures: 0, saving: null, sending: false, refused: false, touched: element.dataset.drafted === "yes",
    };
    if (!was) { return row; }
    var known = JSON.parse(was.value);
    element.querySelectorAll("[data-field]").forEach(function (control) {
      var field = { name: control.dataset.field, control: control, known: known[control.dataset.field] || "", sent: null, rival: null };
      row.fields[field.name] = field;
      row.order.push(field);
    });
    return row;
  }
  function each(row, act) { row.order.forEach(act); }
  function isOpen(row) { return row.order.length > 0; }
  function isDirty(field) { return field.control.value !== field.known; }
  function dirty(row) { return row.order.filter(function (field) { return isDirty(field) && !field.rival; }); }
  function rowOf(control) {
    var element = control.closest("[data-row]");
    return rows.find(function (row) { return row.element === element; });
  }
  function isReport(row) { return !row.fields.words; }

  // Words for the person.

  function say(row, words) {
    var place = row.element.querySelector("[data-words]");
    if (place.textContent !== words) { place.textContent = words; } // the same words are not read out again
  }
  function sayErrors(row, errors) {
    row.element.querySelectorAll("[data-error]").forEach(function (place) {
      var sentence = errors[place.dataset.error] || "";
      place.hidden = !sentence;
      place.textContent = sentence;
      var holder = place.closest("[data-holder]");
      if (holder) { holder.classList.toggle("has-error", Boolean(sentence)); }
    });
    each(row, function (field) {
      if (errors[field.name]) { field.control.setAttribute("aria-invalid", "true"); } else { field.control.removeAttribute("aria-invalid"); }
    });
  }
  function setState(row, state) {
    row.element.classList.remove("is-" + row.state);
    row.state = state;
    row.element.dataset.state = state;
    row.element.classList.add("is-" + state);
    count();
  }
  function count() {
    var all = rows.filter(function (row) { return row.element.querySelector("[data-words]") && isReport(row); });
    var reports = all.filter(isCounted);
    var filled = reports.filter(function (row) {
      return !isOpen(row) || DONE[row.state] || row.state === "changed" || (row.state !== "returned" || row.touched ? Boolean(row.fields.progress.control.value.trim()) : false);
    });
    tell("filled", filled.length);
    tell("sent", reports.filter(isSent).length);
    tell("asked", reports.length);
    tell("left", all.length - reports.length);
    var left = document.querySelector("[data-left]");
    if (left) { left.hidden = all.length === reports.length; }
  }
  function isSent(row) { return DONE[row.state] || row.state === "changed"; }
  // What nobody asks for counts once it was sent; a task that was split stands by its parts.
  function isCounted(row) {
    var optional = row.element.dataset.optional;
    return !optional || (optional === "until-sent" && (isSent(row) || row.state === "returned"));
  }
  function tell(name, number) {
    document.querySelectorAll('[data-count="' + name + '"]').forEach(function (place) { place.textContent = number; });
  }

  // What the server has not acknowledged stays on this machine, and only so long.

  function keep(row, field) {
    try {
      localStorage.setItem(KEPT + row.task + ":" + field.name, JSON.stringify({ was: field.known, text: field.control.value, sent: field.sent }));
    } catch (full) { /* the page itself still has it */ }
  }
  function forget(row, field) {
    try { localStorage.removeItem(KEPT + row.task + ":" + field.name); } catch (closed) { /* nothing was kept */ }
  }
  function restore(row) {
    each(row, function (field) {
      var kept = null;
      try { kept = JSON.parse(localStorage.getItem(KEPT + row.task + ":" + field.name)); } catch (broken) { kept = null; }
      if (!kept) { return; }
      if (kept.text === field.known) { forget(row, field); return; }
      // Typed after what the server has now, or beside it: it decides which, by what was known when it was typed.
      if (kept.sent !== field.known) { field.known = kept.was; }
      field.control.value = kept.text;
      row.restored = true;
    });
    if (row.restored) {
      say(row, "找回了上次没有存上的文字，正在保存");
      save(row);
    }
  }

  // Saving.

  function post(address, body, closing) {
    return fetch(address, {
      method: "POST", credentials: "same-origin", keepalive: Boolean(closing),
      headers: { "content-type": "application/json" }, body: JSON.stringify(body),
    }).then(function (answer) {
      return answer.json().catch(function () { return {}; }).then(function (told) {
        return untilReleased().then(function () { return { status: answer.status, body: told }; });
      });
    });
  }
  // An answer may hide a sentence and move the button that is just being pressed: the click would go nowhere.
  var pressed = null;
  function untilReleased() { return pressed || Promise.resolve(); }
  sheet.addEventListener("pointerdown", function (event) {
    if (!event.target.closest("button")) { return; }
    pressed = new Promise(function (released) {
      ["pointerup", "pointercancel", "blur"].forEach(function (end) {
        window.addEventListener(end, function () { pressed = null; setTimeout(released); }, { once: true });
      });
    });
  });
  function bodyOf(row, fields) {
    var typed = {};
    fields.forEach(function (field) { typed[field.name] = { was: field.known, text: field.control.value }; });
    return { period: Number(sheet.dataset.period), task: row.task, seen: row.seen, fields: typed };
  }
  function touch(row, field) {
    row.touched = true;
    row.refused = false;
    if (isDirty(field)) { keep(row, field); } else { forget(row, field); }
    if (field.name === "words" || field.name === "progress") { count(); }
    if (!row.since) { row.since = Date.now(); }
    if (!row.failures) { plan(row, Math.max(0, Math.min(PAUSE, row.since + LONGEST - Date.now()))); }
  }
  function plan(row, pause) {
    clearTimeout(row.timer);
    row.timer = setTimeout(function () { save(row); }, pause);
  }
  function save(row) {
    clearTimeout(row.timer);
    if (row.saving || row.sending || row.refused) { return row.saving || Promise.resolve(); }
    var fields = dirty(row);
    row.since = 0;
    if (!fields.length) { return Promise.resolve(); }
    var body = bodyOf(row, fields);
    fields.forEach(function (field) { markSent(row, field); });
    row.saving = post(row.element.dataset.save, body).then(function (answer) {
      row.saving = null;
      if (answer.status === 200) { saved(row, body, answer.body); } else { notSaved(row, answer); }
    }, function () {
      row.saving = null;
      failed(row, "没有连上服务器");
    });
    return row.saving;
  }
  // Should the page close before the answer comes, what it sent is recognised as its own when it opens again.
  function markSent(row, field) {
    field.sent = field.control.value;
    keep(row, field);
  }
  function saved(row, body, told) {
    row.failures = 0;
    take(row, body.fields, told);
    if (!Object.keys(told.conflicts).length) {
      sayErrors(row, tooLong(row));
      say(row, KEPT_WORDS[told.row] ? KEPT_WORDS[told.row] + told.saved_at : "草稿已保存 " + told.saved_at);
    }
    if (told.row !== row.state) { setState(row, told.row); }
    if (dirty(row).length) { plan(row, PAUSE); }
  }
  function tooLong(row) {
    var sentences = {};
    each(row, function (field) {
      var length = field.control.value.trim().length;
      if (length > 5000) { sentences[field.name] = "草稿已保存；报送时最多 5000 字，现有 " + length + " 字，请精简。"; }
    });
    return sentences;
  }
  // The server's answer becomes what is known; fields nobody is typing in show what a colleague has written there.
  function take(row, sent, told) {
    each(row, function (field) {
      var kept = told.fields[field.name];
      if (told.conflicts[field.name]) { showRival(row, field, told.conflicts[field.name]); return; }
      if (kept === undefined) { return; }
      field.sent = null;
      if (sent[field.name] && !field.rival) {
        if (field.control.value === sent[field.name].text) { setValue(field, kept); }
        field.known = kept;
      } else if (!isDirty(field) && document.activeElement !== field.control) {
        setValue(field, kept);
        field.known = kept;
      }
      if (!isDirty(field)) { forget(row, field); } else if (!field.rival) { keep(row, field); }
    });
  }
  function setValue(field, text) {
    if (field.control.value === text) { return; }
    field.control.value = text;
    field.control.dispatchEvent(new Event("refill", { bubbles: true }));
  }
  function notSaved(row, answer) {
    var detail = answer.body.detail || "";
    if (answer.status === 401) { failed(row, "登录已过期，请在新的标签页登录后回到这里", 15000); return; }
    if (answer.status >= 500 || answer.status === 429) { failed(row, detail || "服务器正忙"); return; }
    row.refused = true; // nothing to be gained by trying again until something changes
    if (answer.body.fields) { sayErrors(row, answer.body.fields); } else { sayErrors(row, { "": detail || "没有保存，请刷新页面后再试。" }); }
    say(row, "没有保存，您写的还在页面上");
  }
  function failed(row, why, pause) {
    var wait = pause || RETRIES[Math.min(row.failures, RETRIES.length - 1)];
    row.failures += 1;
    each(row, function (field) { if (isDirty(field)) { keep(row, field); } });
    say(row, why + "。您写的已留在这台电脑上，会自动再存。");
    plan(row, wait);
  }
  function saveAll() { return Promise.all(rows.filter(isOpen).map(save)); }
  function leave() {
    rows.filter(isOpen).forEach(function (row) {
      var fields = dirty(row).filter(function (field) { return field.left !== field.control.value; });
      if (!fields.length || row.refused) { return; }
      fields.forEach(function (field) { field.left = field.control.value; });
      var body = bodyOf(row, fields);
      if (JSON.stringify(body).length > BEACON / 3) { return; }
      fields.forEach(function (field) { markSent(row, field); });
      post(row.element.dataset.save, body, true).then(function (answer) {
        if (answer.status === 200) { saved(row, body, answer.body); }
      }, function () { /* it is kept on this machine */ });
    });
  }

  // Two people in one field.

  function showRival(row, field, theirs) {
    var place = row.element.querySelector('[data-rival="' + field.name + '"]');
    field.rival = theirs;
    keep(row, field);
    place.querySelector("[data-rival-who]").textContent = (theirs.by === sheet.dataset.name ? "另一处用您的账号的人" : theirs.by || "同事") + " " + theirs.at;
    place.querySelector("[data-rival-text]").textContent = labelOf(field, theirs.text) || "（清空了）";
    place.hidden = false;
    say(row, "有一栏同事刚刚改过，请选择用谁的");
  }
  function labelOf(field, text) {
    var option = field.control.options && Array.from(field.control.options).find(function (each) { return each.value === text; });
    return option ? option.textContent : text;
  }
  function settle(row, name, choice) {
    var field = row.fields[name], theirs = field.rival.text, mine = field.control.value;
    field.rival = null;
    field.known = theirs;
    row.element.querySelector('[data-rival="' + name + '"]').hidden = true;
    var both = field.control.tagName === "TEXTAREA" ? theirs + "\n" + mine : mine;
    setValue(field, choice === "theirs" ? theirs : choice === "both" ? both : mine);
    field.control.focus();
    if (isDirty(field)) { touch(row, field); save(row); } else { forget(row, field); say(row, "已采用同事写的"); }
  }

  // Reporting.

  function send(row) {
    if (row.sending || !isOpen(row)) { return Promise.resolve(); }
    if (row.order.some(function (field) { return field.rival; })) {
      say(row, "有一栏同事刚刚改过，选择用谁的之后再报送");
      return Promise.resolve();
    }
    return Promise.resolve(row.saving).then(function () {
      clearTimeout(row.timer);
      row.sending = true;
      var body = bodyOf(row, row.order);
      say(row, "正在报送");
      return post(row.element.dataset.send, body).then(function (answer) {
        row.sending = false;
        if (answer.body.fields && answer.body.errors) { sentOrNot(row, body, answer.body); } else { notSent(row, answer); }
      }, function () {
        row.sending = false;
        failed(row, "没有报送成功：没有连上服务器");
      });
    });
  }
  function notSent(row, answer) {
    if (answer.body.fields) { sayErrors(row, answer.body.fields); say(row, "还没有报送，请看红字"); return; }
    notSaved(row, answer);
    say(row, "没有报送成功，您写的还在页面上");
  }
  function sentOrNot(row, body, told) {
    row.failures = 0;
    take(row, body.fields, told);
    sayErrors(row, told.errors);
    if (dirty(row).length) { plan(row, PAUSE); }
    if (Object.keys(told.conflicts).length) { return; }
    var wrong = Object.keys(told.errors);
    if (wrong.length) {
      say(row, "还没有报送，请看红字");
      if (row.fields[wrong[0]]) { row.fields[wrong[0]].control.focus(); }
      return;
    }
    row.seen = told.seen;
    row.touched = false;
    var standing = row.element.querySelector("[data-standing]");
    if (standing && told.standing) { standing.innerHTML = told.standing; } // made by the server as on the page itself
    setState(row, told.row);
    say(row, isReport(row) ? "已报送 " + told.at + "（" + sheet.dataset.name + "），待审核" : "已送 " + told.at);
    if (isReport(row)) {
      row.element.querySelectorAll(".returned").forEach(function (reason) { reason.hidden = true; });
      row.element.querySelector("[data-corrects]").hidden = false;
      row.element.querySelector("[data-send-row]").textContent = "重新报送";
    }
    row.element.dispatchEvent(new Event("row-sent", { bubbles: true }));
  }
  function sendAll() {
    var wanted = rows.filter(function (row) {
      return isOpen(row) && isReport(row) && row.fields.progress.control.value.trim() && !DONE[row.state] && (row.state !== "returned" || row.touched || row.order.some(isDirty));
    });
    rows.filter(function (row) { return isOpen(row) && isReport(row) && DONE[row.state] && row.order.some(isDirty); }).forEach(function (row) { wanted.push(row); });
    if (!wanted.length) { tellNotice("没有可以报送的：先写上进展情况。", []); return; }
    Promise.all(wanted.map(function (row) { return row.saving; })).then(function () {
      wanted.forEach(function (row) { clearTimeout(row.timer); row.sending = true; });
      var bodies = wanted.map(function (row) { return bodyOf(row, row.order); });
      tellNotice("正在报送 " + wanted.length + " 项…", []);
      return post(sheet.getAttribute("action") + "/submit-all", { rows: bodies }).then(function (answer) {
        wanted.forEach(function (row) { row.sending = false; });
        if (answer.status !== 200) { tellNotice(answer.body.detail || "没有报送成功，您写的都还在，请稍后再试。", []); saveAll(); return; }
        var held = [];
        answer.body.rows.forEach(function (told) {
          var at = wanted.findIndex(function (row) { return row.task === told.task; });
          sentOrNot(wanted[at], bodies[at], told);
          if (!DONE[told.row] || Object.keys(told.errors).length || Object.keys(told.conflicts).length) { held.push([wanted[at], told]); }
        });
        tellNotice("已报送 " + (wanted.length - held.length) + " 项" + (held.length ? "，" + held.length + " 项还没有：" : "。"), held);
      }, function () {
        wanted.forEach(function (row) { row.sending = false; failed(row, "没有连上服务器"); });
        tellNotice("没有报送成功：没有连上服务器。您写的都还在，请稍后再按一次。", []);
      });
    });
  }
  function tellNotice(words, held) {
    notice.replaceChildren();
    notice.append(element("p", words));
    if (held.length) {
      var list = document.createElement("ul");
      held.forEach(function (pair) {
        var sentence = Object.values(pair[1].errors).join("") || "同事刚刚改过，请对照后再报送。";
        var link = element("a", "第 " + pair[0].element.dataset.number + " 项：" + sentence);
        link.href = "#" + pair[0].element.id;
        var item = document.createElement("li");
        item.append(link);
        list.append(item);
      });
      notice.append(list);
    }
  }
  function element(name, words) {
    var made = document.createElement(name);
    made.textContent = words;
    return made;
  }

  // What hands do: typing here, the rest in sheet-hands.js and sheet-paste.js, which only know the page.

  sheet.addEventListener("input", function (event) {
    var control = event.target.closest("[data-field]");
    if (control) { touch(rowOf(control), rowOf(control).fields[control.dataset.field]); }
  });
  sheet.addEventListener("focusout", function (event) {
    var control = event.target.closest("[data-field]");
    if (control && !rowOf(control).failures) { save(rowOf(control)); }
  });
  sheet.addEventListener("send-row", function (event) { send(rowOf(event.target)); });
  sheet.addEventListener("save-now", saveAll);
  sheet.addEventListener("click", function (event) {
    var button = event.target.closest("button");
    if (!button) { return; }
    if (button.matches("[data-settle]")) {
      settle(rowOf(button), button.closest("[data-rival]").dataset.rival, button.dataset.settle);
    } else if (button.matches("[data-send-row]")) {
      event.preventDefault();
      send(rowOf(button));
    } else if (button.matches("[data-save-all], [value=save]")) {
      event.preventDefault();
      saveAll();
    }
  });
  document.querySelectorAll("[data-send-all]").forEach(function (button) {
    button.addEventListener("click", function (event) { event.preventDefault(); sendAll(); });
  });
  sheet.addEventListener("submit", function (event) { event.preventDefault(); });

  // Coming, going, and the line in between.

  document.addEventListener("visibilitychange", function () { if (document.visibilityState === "hidden") { leave(); } });
  window.addEventListener("pagehide", leave);
  window.addEventListener("online", function () { rows.filter(function (row) { return row.failures; }).forEach(save); });
  window.addEventListener("beforeunload", function (event) {
    leave();
    var stuck = rows.some(function (row) { return (row.failures || row.refused || row.order.some(function (field) { return field.rival; })) && row.order.some(isDirty); });
    if (stuck) { event.preventDefault(); event.returnValue = ""; }
  });
  rows.filter(isOpen).forEach(restore);
  count();
})();
