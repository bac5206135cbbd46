// How far a long table has come, asked while the server reads or writes it. Without this file the answer comes all the same.
(function () {
  "use strict";
  var PAUSE = 500;

  function say(place, words, isOver) {
    var line = document.createElement("p");
    line.className = "headway-words";
    line.toggleAttribute("data-over", isOver);
    line.textContent = words;
    place.replaceChildren(line);
  }

  // A form that was just sent is not known yet; one that was known and is not any more was refused, or cleared away.
  function watch(place, isKnown) {
    if (place.hidden || !place.isConnected) { return; }
    fetch(place.dataset.headway, { headers: { "HX-Request": "true" } })
      .then(function (answer) {
        if (answer.ok) {
          isKnown = true;
          return answer.text().then(function (told) { place.innerHTML = told; });
        }
        if (answer.status === 401) { say(place, "登录已过期，请刷新页面，登录后看结果。", true); return; }
        if (isKnown) { say(place, "已经结束，请刷新页面看结果。", true); }
      })
      .catch(function () { say(place, "暂时连不上服务器，连上以后接着显示。", false); })
      .then(function () {
        if (!place.querySelector("[data-over]")) { setTimeout(watch, PAUSE, place, isKnown); }
      });
  }

  document.querySelectorAll("[data-headway]").forEach(function (place) { watch(place, true); });

  // A file over the limit is told before it is sent: after that a slow line would carry it all for nothing.
  function tooLarge(input) {
    var most = Number(input.dataset.mostMb), file = input.files[0], isTooLarge = file && file.size > most * 1000000;
    var told = document.getElementById(input.id + "-too-large");
    if (told) { told.remove(); }
    if (isTooLarge) {
      told = document.createElement("p");
      told.id = input.id + "-too-large";
      told.className = "field-error";
      told.setAttribute("role", "alert");
      told.textContent = "这个文件有 " + (file.size / 1000000).toFixed(1) + " MB，超过了 " + most + " MB 的上限，没有上传。请删去文件中的图片或拆分后再选。";
      input.before(told);
    }
    return isTooLarge;
  }
  document.addEventListener("change", function (event) {
    if (event.target.matches("[data-most-mb]")) { tooLarge(event.target); }
  });
  window.addEventListener("submit", function (event) {
    var input = event.target.querySelector("[data-most-mb]");
    if (input && tooLarge(input)) {
      event.preventDefault();
      event.stopImmediatePropagation();
      input.focus();
    }
  }, true);

  document.addEventListener("submit", function (event) {
    var place = event.target.querySelector("[data-headway][hidden]");
    if (place && !event.defaultPrevented) {
      place.hidden = false;
      place.scrollIntoView({ block: "nearest" });
      setTimeout(watch, PAUSE / 2, place, false);
    }
  });

  // Back to a form that the browser kept: it waits for nothing any more.
  window.addEventListener("pageshow", function (event) {
    if (event.persisted) {
      document.querySelectorAll("form [data-headway]").forEach(function (place) { place.hidden = true; });
    }
  });
})();
