// Evidence beside a claim: files chosen or dropped are sent at once, one by one, and the page stays where it is.
// Without script there is a plain form.
(function () {
  "use strict";

  function say(box, text) {
    var state = box.querySelector("[data-evidence-state]");
    if (state) { state.textContent = text; }
  }

  // The list as the server has it now; a refusal comes as a notice, and its sentences are told.
  async function post(box, address, body) {
    var answer;
    try {
      answer = await fetch(address, { method: "POST", body: body, headers: { "HX-Request": "true" } });
    } catch (error) {
      return "网络没有连通，请稍后再试。";
    }
    var page = new DOMParser().parseFromString(await answer.text(), "text/html");
    var list = page.querySelector("[data-evidence-list]");
    if (answer.ok && list) {
      box.querySelector("[data-evidence-list]").replaceWith(document.adoptNode(list));
      return "";
    }
    var told = Array.from(page.querySelectorAll(".error-summary p"), function (each) { return each.textContent; });
    return told.join("") || "没有上传成功，请稍后再试。";
  }

  async function upload(box, input, files) {
    var refused = [], done = 0;
    for (var number = 0; number < files.length; number += 1) {
      say(box, "正在上传第 " + (number + 1) + " 个，共 " + files.length + " 个：" + files[number].name);
      var body = new FormData(input.form);
      body.delete("files");
      body.append("files", files[number]);
      var refusal = await post(box, input.form.action, body);
      if (refusal) { refused.push(refusal); } else { done += 1; }
    }
    input.value = "";
    say(box, (done ? "已上传 " + done + " 个文件。" : "") + refused.join(" "));
  }

  document.addEventListener("change", function (event) {
    var box = event.target.closest("[data-evidence]");
    if (box && event.target.type === "file" && event.target.files.length) {
      upload(box, event.target, Array.from(event.target.files));
    }
  });

  function dropPlace(event) {
    var box = event.target.closest && event.target.closest("[data-evidence]");
    var input = box && box.querySelector("input[type=file]");
    return input && Array.from(event.dataTransfer.types).includes("Files") ? input : null;
  }
  document.addEventListener("dragover", function (event) {
    if (dropPlace(event)) { event.preventDefault(); }
  });
  document.addEventListener("drop", function (event) {
    var input = dropPlace(event);
    if (!input) { return; }
    event.preventDefault();
    upload(input.closest("[data-evidence]"), input, Array.from(event.dataTransfer.files));
  });

  document.addEventListener("click", async function (event) {
    var button = event.target.closest("[data-evidence-remove]");
    if (!button) { return; }
    event.preventDefault();
    var box = button.closest("[data-evidence]");
    var body = new URLSearchParams(new FormData(button.form));
    body.delete("files");
    var refusal = await post(box, button.formAction, body);
    say(box, refusal || "已移除。");
    var next = box.querySelector("input[type=file]");
    if (next) { next.focus({ preventScroll: true }); }
  });
})();
